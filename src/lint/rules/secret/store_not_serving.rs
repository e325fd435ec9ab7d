//! `secret/store-not-serving`: a ClusterSecretStore does not serve the namespace that uses it.

use super::external_secret::{items, specification, stores};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/store-not-serving",
    severity: Severity::Error,
    pedantic: false,
    summary: "a ClusterSecretStore does not serve the namespace that uses it",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
With `conditions`, a ClusterSecretStore serves only the namespaces that fit one of them. An ExternalSecret anywhere else fails. Where labels or patterns decide, nothing is said.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  conditions:
    - namespaces:
        - notebooks
  provider:
    vault:
      server: https://vault.example.org
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  dataFrom:
    - extract:
        key: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  conditions:
    - namespaces:
        - default
  provider:
    vault:
      server: https://vault.example.org
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  dataFrom:
    - extract:
        key: hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object).filter(|_| object.id.kind == "ExternalSecret") else { return };
    let Some(namespace) = object.id.namespace.as_deref().filter(|name| !is_placeholder(name)) else { return };
    let entries = items(spec, &["data"]).iter().chain(items(spec, &["dataFrom"]));
    let own = entries.filter_map(|entry| entry.pointer(&["sourceRef", "storeRef"]));
    for reference in spec.get("secretStoreRef").into_iter().chain(own) {
        let stores = stores(project, object, reference);
        let Some((store, declared)) = stores.first() else { continue };
        if stores.iter().any(|(store, _)| store.serves(Some(namespace))) {
            continue;
        }
        let Some(label) = reference.get("name").and_then(|name| project.label(name, format!("{} uses it", object.id)))
        else {
            continue;
        };
        let conditions = declared.value.pointer(&["spec", "conditions"]);
        report
            .at(label, format!("{} `{}` does not serve namespace `{namespace}`", store.id.kind, store.id.name))
            .and(conditions.and_then(|conditions| project.key_label(conditions.origin, "only these namespaces")))
            .help(format!("add `{namespace}` to a condition of the store, or use another store"));
    }
}

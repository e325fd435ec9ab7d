//! `secret/refresh-too-often`: an ExternalSecret asks its store more than once a minute.

use super::external_secret::{seconds, specification, stores, text};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/refresh-too-often",
    severity: Severity::Warning,
    pedantic: true,
    summary: "an ExternalSecret asks its store more than once a minute",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Each ExternalSecret asks the store for each of its entries at every refresh. Stores limit or charge requests, and Vault writes every one into its audit log. `0s` reads once; a change in the store then needs another way into the cluster.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  refreshInterval: 10s
  dataFrom:
    - extract:
        key: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  refreshInterval: 10m
  dataFrom:
    - extract:
        key: hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    let Some(value) = spec.get("refreshInterval") else { return };
    let is_periodic = matches!(text(spec, &["refreshPolicy"]), None | Some("Periodic"));
    let often = value.as_str().and_then(seconds).is_some_and(|seconds| seconds > 0.0 && seconds < 60.0);
    if !often || !is_periodic || !asks_outside(project, object, spec) {
        return;
    }
    let Some(label) = project.label(value, "") else { return };
    let written = text(spec, &["refreshInterval"]).unwrap_or_default();
    report
        .at(label, format!("{} asks its store every `{written}`", object.id))
        .help("an hour is the default; minutes are enough for what changes often");
}

/// Whether something outside of the cluster is asked, as far as the stores are known.
fn asks_outside(project: &Project, object: &Object, spec: &Value) -> bool {
    let stores = spec.get("secretStoreRef").map(|reference| stores(project, object, reference)).unwrap_or_default();
    stores.is_empty() || stores.iter().any(|(store, _)| store.remote_namespace.is_none())
}

//! `secret/vault-data-twice`: a key of Vault begins with data/, which the store adds itself.

use super::external_secret::{remote_keys, specification, store_reference, stores};

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-data-twice",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a key of Vault begins with data/, which the store adds itself",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Version 2 of Vault's key-value engine has its entries below `<mount>/data/`, and External Secrets puts that in. With `data/` in the key, too, it reads `<mount>/data/data/…`, where there is hardly ever anything. The same key works in `vault kv get` without `data/`.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
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
  data:
    - secretKey: token
      remoteRef:
        key: data/hub
        property: token
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
      version: v2
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
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    for (key, entry) in remote_keys(spec) {
        let stores =
            store_reference(spec, entry).map(|reference| stores(project, object, reference)).unwrap_or_default();
        let Some((store, vault)) = stores.first().and_then(|(store, _)| Some((store, store.vault.as_ref()?))) else {
            continue;
        };
        let Some(written) = key.as_str() else { continue };
        let paths = vault.paths(written);
        let Some(label) = project.label(key, format!("this reads `{}`", paths.data)).filter(|_| paths.data_twice)
        else {
            continue;
        };
        let short = written.trim_start_matches('/').strip_prefix("data/");
        let changes = short.and_then(|short| {
            project.edit(key.origin, |document, route| document.replace(route, &Value::string(short)))
        });
        let title = format!("write `{}`", short.unwrap_or_default());
        report
            .at(
                label,
                format!("`{written}` begins with `data/`, which {} `{}` adds itself", store.id.kind, store.id.name),
            )
            .and(project.label_at(vault.origin, "the mount is given here"))
            .help("write the key without `data/`")
            .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
    }
}

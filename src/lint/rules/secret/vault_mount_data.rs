//! `secret/vault-mount-data`: the path of a store ends with data, which External Secrets adds itself.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    graph::Store,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-mount-data",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the path of a store ends with data, which External Secrets adds itself",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`path` is the mount of the key-value engine and nothing else. For version 2, External Secrets puts `data` behind it, so that `path: kv/data` reads below `kv/data/data/`.

## Bad

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv/data
```

## Good

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault
spec:
  provider:
    vault:
      server: https://vault.example.org
      path: kv
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let is_vault =
        Store::of(&object.id, &object.value).and_then(|store| store.vault).is_some_and(|vault| vault.version_2);
    let Some(path) = object.value.pointer(&["spec", "provider", "vault", "path"]).filter(|_| is_vault) else { return };
    let Some(short) = path.as_str().and_then(|path| path.trim_end_matches('/').strip_suffix("/data")) else { return };
    let Some(label) = project.label(path, "") else { return };
    let changes = project.edit(path.origin, |document, route| document.replace(route, &Value::string(short)));
    let title = format!("write `path: {short}`");
    report
        .at(
            label,
            format!(
                "the path of {} `{}` ends with `data`, which External Secrets adds itself",
                object.id.kind, object.id.name
            ),
        )
        .help(format!("write the mount alone: `path: {short}`"))
        .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
}

//! `secret/duplicate-secret-key`: two entries of an ExternalSecret give one key.

use super::external_secret::{items, specification};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/duplicate-secret-key",
    severity: Severity::Error,
    pedantic: false,
    summary: "two entries of an ExternalSecret give one key",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Only the last of them counts; with `deletionPolicy: Retain`, which is the default, the webhook of External Secrets refuses the object. Mostly an entry was copied and its key forgotten.

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
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
    - secretKey: token
      remoteRef:
        key: hub
        property: cookie
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
  data:
    - secretKey: token
      remoteRef:
        key: hub
        property: token
    - secretKey: cookie
      remoteRef:
        key: hub
        property: cookie
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    let keys: Vec<&Value> = items(spec, &["data"]).iter().filter_map(|item| item.get("secretKey")).collect();
    for (index, key) in keys.iter().enumerate() {
        let Some(first) = keys[..index].iter().find(|other| other == &key) else { continue };
        let (Some(label), Some(name)) = (project.label(key, "again here"), key.as_str()) else { continue };
        report
            .at(label, format!("two entries of {} give the key `{name}`", object.id))
            .and(project.label(first, "first here; this value is lost"))
            .help("give each entry a key of its own, or remove one of the two");
    }
}

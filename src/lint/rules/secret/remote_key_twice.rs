//! `secret/remote-key-twice`: an ExternalSecret reads one value of the store twice.

use super::external_secret::{items, specification, text};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/remote-key-twice",
    severity: Severity::Info,
    pedantic: true,
    summary: "an ExternalSecret reads one value of the store twice",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Two entries with the same key and property give one value two names. That can be meant, for two readers with names of their own; more often an entry was copied and its property forgotten.

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
    - secretKey: cookie
      remoteRef:
        key: hub
        property: token
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
    let read: Vec<&Value> = items(spec, &["data"]).iter().filter_map(|item| item.get("remoteRef")).collect();
    for (index, remote) in read.iter().enumerate() {
        let Some(first) = read[..index].iter().find(|other| other == &remote) else { continue };
        let Some(key) = remote.get("key") else { continue };
        let Some(label) = project.label(key, "again here") else { continue };
        let what = match text(remote, &["property"]) {
            Some(property) => format!("`{property}` of `{}`", text(remote, &["key"]).unwrap_or_default()),
            None => format!("`{}`", text(remote, &["key"]).unwrap_or_default()),
        };
        report
            .at(label, format!("{} reads {what} twice", object.id))
            .and(first.get("key").and_then(|key| project.label(key, "first here")))
            .help("remove one of the two, or correct its property");
    }
}

//! `secret/external-secret-twice`: two ExternalSecrets make one Secret.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::external_secret::{is_owner, specification, target};

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/external-secret-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "two ExternalSecrets make one Secret",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
A Secret has one owner. The second ExternalSecret fails with `target is owned by another ExternalSecret`, or both write their keys in turn. To fill one Secret from several places, list several entries in one ExternalSecret, or let all but one merge: `creationPolicy: Merge`.

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
  dataFrom:
    - extract:
        key: hub
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub-cookie
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub
  dataFrom:
    - extract:
        key: hub-cookie
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
  dataFrom:
    - extract:
        key: hub
    - extract:
        key: hub-cookie
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut first: BTreeMap<(usize, Option<&SmolStr>, SmolStr), &Object> = BTreeMap::new();
    for object in project.objects().iter().filter(|object| object.id.kind == "ExternalSecret") {
        if !specification(object).is_some_and(is_owner) {
            continue;
        }
        let Some((name, written)) = target(object).filter(|(name, _)| !is_placeholder(name)) else { continue };
        let other = *first.entry((object.unit, object.id.namespace.as_ref(), name.clone())).or_insert(object);
        // What stands alone in a file may be meant for another cluster.
        if other.id.name == object.id.name || (project.unit_of(object).is_none() && other.path != object.path) {
            continue;
        }
        let label = |one: &Object, written: Option<&Value>, message: &str| {
            written.and_then(|name| project.label(name, message)).or_else(|| project.object_label(&one.value, message))
        };
        let Some(here) = label(object, written, "and this one makes it again") else { continue };
        report
            .at(here, format!("two ExternalSecrets make Secret `{name}`: `{}` and `{}`", other.id.name, object.id.name))
            .and(label(other, target(other).and_then(|(_, written)| written), "this one makes it"))
            .help("give each a Secret of its own, put all entries into one of them, or set `creationPolicy: Merge` in one");
    }
}

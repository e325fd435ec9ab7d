//! `secret/written-and-made`: a Secret stands in Git and is made from another object as well.

use super::external_secret::{is_owner, specification};

use crate::{
    diagnostic::Severity,
    graph::{DataKind, Produced},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/written-and-made",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Secret stands in Git and is made from another object as well",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The controller that applies the repository and the one that makes the Secret overwrite each other, again and again; who reads the Secret gets now the one value and now the other. A Secret without any data, which only carries labels, is left alone.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: default
stringData:
  token: ${TOKEN}
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
    let has_data = ["data", "stringData"]
        .into_iter()
        .any(|field| object.value.get(field).and_then(Value::as_mapping).is_some_and(|entries| !entries.is_empty()));
    if !object.id.is("", "Secret") || !has_data || is_placeholder(&object.id.name) {
        return;
    }
    let makes = |other: &&Object| {
        let is_whole = match other.id.kind.as_str() {
            "ExternalSecret" => specification(other).is_some_and(is_owner),
            "SealedSecret" | "Certificate" => true,
            _ => false,
        };
        let same = |one: &Produced| {
            one.kind == DataKind::Secret && one.name == object.id.name && one.namespace == object.id.namespace
        };
        is_whole
            && (project.unit_of(object).is_some() || other.path == object.path)
            && other.unit == object.unit
            && other.produced().iter().any(same)
    };
    let Some(other) = project.objects().iter().find(makes) else { return };
    let Some(label) = project.object_label(&object.value, "written here") else { return };
    report
        .at(label, format!("Secret `{}` stands in Git, and {} makes it as well", object.id.name, other.id))
        .and(project.object_label(&other.value, "made from this"))
        .help("remove one of the two, or give them different names");
}

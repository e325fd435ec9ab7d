//! `kubernetes/server-fields`: fields that only the API server may set.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/server-fields",
    severity: Severity::Warning,
    pedantic: false,
    summary: "fields that only the API server may set",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Manifests that were exported from a cluster carry fields of the server. With `uid` or `resourceVersion` the API refuses to apply the object again, or
to make it anew; the others only disturb.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  uid: 0a1b2c3d-0000-4000-8000-000000000000
  resourceVersion: \"4711\"
data:
  colour: blue
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(metadata) = object.value.get("metadata") else { return };
    for field in ["uid", "resourceVersion", "selfLink", "managedFields", "generation", "creationTimestamp"] {
        let Some(value) = metadata.get(field).filter(|value| !value.is_null()) else { continue };
        let Some(label) = project.key_label(value.origin, "set by the server") else { continue };
        report
            .at(label, format!("`{field}` of {} belongs to the API server", object.id))
            .help("remove it; it was exported from a cluster")
            .fix(project.removal(value.origin, format!("remove `{field}`"), Safety::Safe));
    }
}

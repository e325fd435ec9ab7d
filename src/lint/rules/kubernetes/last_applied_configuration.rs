//! `kubernetes/last-applied-configuration`: the memory of `kubectl apply` stands in Git.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/last-applied-configuration",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the memory of `kubectl apply` stands in Git",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`kubectl apply` keeps what it applied last in an annotation. A manifest that was exported from a cluster carries it along: it doubles the object, may
hold secrets, and makes `kubectl apply` compute wrong differences.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  annotations:
    team: web
    kubectl.kubernetes.io/last-applied-configuration: \"{}\"
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
  annotations:
    team: web
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let name = "kubectl.kubernetes.io/last-applied-configuration";
    let Some(value) = object.value.pointer(&["metadata", "annotations", name]) else { return };
    let Some(label) = project.key_label(value.origin, "exported from a cluster") else { return };
    report
        .at(label, format!("{} carries the memory of `kubectl apply`", object.id))
        .help("remove the annotation")
        .fix(project.removal(value.origin, "remove the annotation", Safety::Safe));
}

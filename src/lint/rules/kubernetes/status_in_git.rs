//! `kubernetes/status-in-git`: the state of an object stands in Git.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/status-in-git",
    severity: Severity::Info,
    pedantic: true,
    summary: "the state of an object stands in Git",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`status` is written by controllers; in Git it is left over from an export and has no effect.

## Bad

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
status:
  replicas: 1
```

## Good

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(status) =
        object.value.get("status").filter(|status| status.as_mapping().is_some_and(|all| !all.is_empty()))
    else {
        return;
    };
    let Some(label) = project.key_label(status.origin, "") else { return };
    report
        .at(label, format!("{} has a `status` in Git", object.id))
        .help("remove it: controllers write it")
        .fix(project.removal(status.origin, "remove `status`", Safety::Safe));
}

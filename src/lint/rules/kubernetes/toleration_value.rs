//! `kubernetes/toleration-value`: a toleration whose operator and value do not fit.

use crate::{
    diagnostic::{Safety, Severity},
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/toleration-value",
    severity: Severity::Error,
    pedantic: false,
    summary: "a toleration whose operator and value do not fit",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
With the operator `Exists` the API refuses a value. With `Equal`, which is the default, a toleration without a value tolerates only taints that have
none.

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
      tolerations:
        - key: gpu
          operator: Exists
          value: present
          effect: NoSchedule
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
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
      tolerations:
        - key: gpu
          operator: Exists
          effect: NoSchedule
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for toleration in pod.spec.get("tolerations").and_then(Value::as_sequence).unwrap_or_default() {
        let operator = toleration.get("operator").and_then(Value::as_str);
        let value = toleration
            .get("value")
            .filter(|value| value.as_scalar().is_some_and(|scalar| !value.is_null() && !scalar.text.is_empty()));
        let (Some("Exists"), Some(value)) = (operator, value) else { continue };
        let Some(label) = project.label(value, "not with `Exists`") else { continue };
        report
            .at(label, format!("a toleration of {} has the operator `Exists` and a value", object.id))
            .help("remove the value, or use `Equal`; the API refuses the object")
            .fix(project.removal(value.origin, "remove the value", Safety::Unsafe));
    }
}

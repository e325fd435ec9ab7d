//! `kubernetes/environment-value-twice`: an environment variable has both `value` and `valueFrom`.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/environment-value-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "an environment variable has both `value` and `valueFrom`",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses an entry of `env` that has a `value` that is not empty and a `valueFrom`. It happens where a patch changes the one and the base has
the other.

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
          env:
            - name: NODE
              value: one
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
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
          env:
            - name: NODE
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for container in pod.containers() {
        for entry in container.get("env").and_then(Value::as_sequence).unwrap_or_default() {
            let (Some(value), Some(from)) = (entry.get("value"), entry.get("valueFrom")) else { continue };
            let is_set = value.as_scalar().is_some_and(|scalar| !value.is_null() && !scalar.text.is_empty());
            let Some(label) = project.key_label(from.origin, "and this") else { continue };
            if is_set && !from.is_null() {
                let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
                report
                    .at(label, format!("the environment variable `{name}` of {} has two values", object.id))
                    .and(project.key_label(value.origin, "this"))
                    .help("remove `value` or `valueFrom`; where a patch sets one, it must set the other to `null`");
            }
        }
    }
}

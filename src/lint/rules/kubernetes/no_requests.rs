//! `kubernetes/no-requests`: a container that requests nothing.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/no-requests",
    severity: Severity::Info,
    pedantic: true,
    summary: "a container that requests nothing",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Without requests the scheduler places a Pod as if it needed nothing, and it is the first to be evicted.

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
          resources:
            requests:
              memory: 64Mi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    for container in pod.main_containers() {
        let has = |field: &str| {
            container.pointer(&["resources", field]).and_then(Value::as_mapping).is_some_and(|all| !all.is_empty())
        };
        let Some(label) = project.label(container, "").filter(|_| !has("requests") && !has("limits")) else { continue };
        report
            .at(label, format!("a container of {} requests no resources", object.id))
            .help("set `resources.requests`");
    }
}

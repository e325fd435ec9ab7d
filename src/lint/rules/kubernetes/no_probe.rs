//! `kubernetes/no-probe`: a container that nobody asks whether it works.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/no-probe",
    severity: Severity::Info,
    pedantic: true,
    summary: "a container that nobody asks whether it works",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Without a readiness probe a Pod gets requests before it can answer them.

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
          ports:
            - name: http
              containerPort: 8080
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
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            tcpSocket:
              port: http
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    if object.id.group == "batch" {
        return;
    }
    for container in pod.main_containers().filter(|container| container.get("ports").is_some()) {
        let has_probe = container.get("readinessProbe").is_some();
        let Some(label) = project.label(container, "").filter(|_| !has_probe) else { continue };
        report
            .at(label, format!("a container of {} has ports but no readiness probe", object.id))
            .help("add a `readinessProbe`");
    }
}

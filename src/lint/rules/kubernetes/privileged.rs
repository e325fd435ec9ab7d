//! `kubernetes/privileged`: a container with all rights on its node.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/privileged",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a container with all rights on its node",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A privileged container can do on its node what root can. Few need it: drivers, agents of storage and network.

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
          securityContext:
            privileged: true
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
          securityContext:
            privileged: false
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    for container in pod.containers() {
        let Some(value) = container.pointer(&["securityContext", "privileged"]) else { continue };
        let Some(label) = project.label(value, "").filter(|_| value.as_bool() == Some(true)) else { continue };
        report
            .at(label, format!("a container of {} is privileged", object.id))
            .help("give it the capabilities that it needs instead");
    }
}

//! `kubernetes/request-above-limit`: a container requests more than its limit.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    manifest::quantity,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/request-above-limit",
    severity: Severity::Error,
    pedantic: false,
    summary: "a container requests more than its limit",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses a container that requests more of a resource than its limit allows. It happens where a patch changes only one of the two.

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
          resources:
            requests:
              memory: 1Gi
            limits:
              memory: 512M
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
              memory: 512M
            limits:
              memory: 1Gi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    for container in pod.containers() {
        let all = |field: &str| container.pointer(&["resources", field]);
        let (Some(requests), Some(limits)) = (all("requests").and_then(Value::as_mapping), all("limits")) else {
            continue;
        };
        for (name, request) in requests {
            let Some(limit) = limits.get(name) else { continue };
            let amount = |value: &Value| quantity(&value.as_scalar()?.text);
            let (Some(wanted), Some(most)) = (amount(request), amount(limit)) else { continue };
            let Some(label) = project.label(request, "requested").filter(|_| wanted > most) else { continue };
            report
                .at(label, format!("a container of {} requests more `{name}` than its limit", object.id))
                .and(project.label(limit, "the limit"))
                .help("raise the limit or request less; the API refuses the object");
        }
    }
}

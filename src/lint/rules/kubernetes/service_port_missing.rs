//! `kubernetes/service-port-missing`: a Service leads to a port that its Pods do not name.

use crate::{
    diagnostic::{Safety, Severity},
    graph::Selector,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/service-port-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Service leads to a port that its Pods do not name",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A `targetPort` that is a name must be the name of a container port of the Pods; without it the Service has no endpoints.

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
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: htpp
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
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: http
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("", "Service") {
        return;
    }
    let Some(selector) = object.value.pointer(&["spec", "selector"]).map(Selector::of_labels) else { return };
    if selector.is_empty() {
        return;
    }
    let pods: Vec<_> = project.selected(object, selector).collect();
    let names: Vec<&str> =
        pods.iter().flat_map(|(_, pod)| pod.ports()).filter_map(|port| port.get("name")?.as_str()).collect();
    let ports = object.value.pointer(&["spec", "ports"]).and_then(Value::as_sequence).unwrap_or_default();
    for written in ports.iter().filter_map(|port| port.get("targetPort")) {
        let Some(wanted) = written.as_str().filter(|name| !names.contains(name) && name.parse::<u16>().is_err()) else {
            continue;
        };
        let (Some(label), Some((near, _))) = (project.label(written, "no container has this port"), pods.first())
        else {
            continue;
        };
        let finding = report
            .at(label, format!("the Pods that {} selects have no port `{wanted}`", object.id))
            .and(project.object_label(&near.value, "these Pods"));
        let meant =
            nearest(wanted, names.iter().copied()).or_else(|| names.first().copied().filter(|_| names.len() == 1));
        match meant {
            None => finding.help("name a port of the containers, or use its number"),
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix(project.replacement(
                written.origin,
                &Value::string(meant),
                format!("lead to `{meant}`"),
                Safety::Unsafe,
            )),
        };
    }
}

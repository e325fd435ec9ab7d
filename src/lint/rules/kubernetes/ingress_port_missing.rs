//! `kubernetes/ingress-port-missing`: an Ingress or route leads to a port that the Service does not have.

use crate::{
    diagnostic::Severity,
    graph::Target,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/ingress-port-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Ingress or route leads to a port that the Service does not have",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
An Ingress leads to a port of a Service by its number or its name, which are those of the Service, not of the Pods. Requests to a port that is not
there are answered with an error.

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
      targetPort: http
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: default
spec:
  rules:
    - host: web.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 8080
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
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: default
spec:
  rules:
    - host: web.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let ways: &[&str] = match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("networking.k8s.io", "Ingress") => &["http", "paths"],
        ("gateway.networking.k8s.io", _) => &["backendRefs"],
        _ => return,
    };
    for rule in object.value.pointer(&["spec", "rules"]).and_then(Value::as_sequence).unwrap_or_default() {
        for entry in rule.pointer(ways).and_then(Value::as_sequence).unwrap_or_default() {
            let backend = entry.pointer(&["backend", "service"]).or_else(|| Some(entry).filter(|_| ways.len() == 1));
            if let Some(backend) = backend {
                check_backend(project, object, backend, report);
            }
        }
    }
}

fn check_backend(project: &Project, object: &Object, backend: &Value, report: &mut Report<'_>) {
    let text = |value: Option<&Value>| value.and_then(Value::as_scalar).map(|scalar| scalar.text.clone());
    let Some(name) = text(backend.get("name")) else { return };
    if text(backend.get("kind")).is_some_and(|kind| kind != "Service") {
        return;
    }
    let Some(port) = backend.get("port") else { return };
    let Some(port) = port.get("number").or_else(|| port.get("name")).or_else(|| port.as_scalar().map(|_| port)) else {
        return;
    };
    let namespace = text(backend.get("namespace")).or_else(|| object.id.namespace.clone());
    let to = Target { group: "".into(), kind: "Service".into(), namespace, name };
    let services: Vec<&Object> = project.targets(object, &to).collect();
    let ports = |service: &&Object| {
        let ports = service.value.pointer(&["spec", "ports"]).and_then(Value::as_sequence).unwrap_or_default();
        let both = |port: &Value| [text(port.get("port")), text(port.get("name"))];
        ports.iter().flat_map(both).flatten().collect::<Vec<_>>()
    };
    let known: Vec<_> = services.iter().flat_map(ports).collect();
    let wanted = text(Some(port)).unwrap_or_default();
    if known.is_empty() || known.contains(&wanted) || wanted.contains(['$', '{']) {
        return;
    }
    let Some(label) = project.label(port, "not a port of the Service") else { return };
    report
        .at(label, format!("the Service `{}` to which {} leads has no port `{wanted}`", to.name, object.id))
        .and(services.first().and_then(|service| project.object_label(&service.value, "the Service")))
        .help(format!("its ports are `{}`", known.join("`, `")));
}

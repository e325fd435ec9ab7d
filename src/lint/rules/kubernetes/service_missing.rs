//! `kubernetes/service-missing`: an Ingress, a route or a StatefulSet names a Service that does not exist.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/service-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Ingress, a route or a StatefulSet names a Service that does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Requests to an Ingress or a route without its Service are answered with an error, and the Pods of a StatefulSet without its Service have no names. It
is looked at only where nothing in the namespace, neither a chart nor a custom resource, could bring the Service.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
                name: webb
                port:
                  number: 80
```

## Good

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
    for reference in project
        .dangling(object)
        .into_iter()
        .filter(|reference| reference.to.kind == "Service" && reference.to.group.is_empty())
    {
        let Some(label) = project.label_at(reference.origin, "there is none of this name") else { continue };
        let to = &reference.to;
        let finding =
            report.at(label, format!("{} leads to the Service `{}`, which does not exist", object.id, to.name));
        match nearest(&to.name, project.names_beside(object, to)) {
            None => finding.help("add the Service, or name one of the same namespace"),
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(project.replacement(
                reference.origin,
                &Value::string(near),
                format!("use `{near}`"),
                Safety::Unsafe,
            )),
        };
    }
}

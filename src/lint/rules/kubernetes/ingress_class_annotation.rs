//! `kubernetes/ingress-class-annotation`: an Ingress names its class by the old annotation.

use crate::yaml::edit::Place;
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/ingress-class-annotation",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an Ingress names its class by the old annotation",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
The annotation `kubernetes.io/ingress.class` was replaced by `spec.ingressClassName` in Kubernetes 1.18. Controllers need not read it any more, and
the API refuses a new Ingress that has both.

## Bad

```yaml apps/app.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: default
  annotations:
    kubernetes.io/ingress.class: nginx
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

## Good

```yaml apps/app.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: default
spec:
  ingressClassName: nginx
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
    if !object.id.is("networking.k8s.io", "Ingress") {
        return;
    }
    let annotation = object.value.pointer(&["metadata", "annotations", "kubernetes.io/ingress.class"]);
    let Some((annotation, class)) = annotation.and_then(|value| Some((value, value.as_str()?))) else { return };
    let Some(label) = project.key_label(annotation.origin, "replaced by `spec.ingressClassName`") else { return };
    let field = object.value.pointer(&["spec", "ingressClassName"]);
    let finding = report.at(label, format!("{} names its class by an annotation", object.id));
    match field {
        Some(field) => finding
            .severity(Severity::Error)
            .and(project.label(field, "and by its field"))
            .help("remove the annotation; the API refuses a new Ingress with both"),
        None => finding
            .help(format!("write `ingressClassName: {class}` into `spec`"))
            .fix(migrate(project, object, annotation)),
    };
}

/// Moves the annotation into the field, where both are written in one document.
fn migrate(project: &Project, object: &Object, annotation: &Value) -> Option<Fix> {
    let spec = object.value.get("spec").filter(|spec| spec.origin.file == annotation.origin.file)?;
    let annotations = object
        .value
        .pointer(&["metadata", "annotations"])
        .filter(|all| all.as_mapping().is_some_and(|all| all.len() == 1));
    let gone = annotations.map_or(annotation.origin, |all| all.origin);
    // Both edits are of one document, and counted from its text as it is.
    let (_, node) = project.node_of(gone)?;
    let removed = node.route();
    let changes = project.edit(spec.origin, |document, route| {
        document.insert_key(route, "ingressClassName", annotation, Place::First)?;
        document.remove(&removed)
    })?;
    Some(Fix { title: "name the class in `spec`".to_owned(), safety: Safety::Unsafe, changes })
}

//! `kubernetes/snippet-annotation`: a snippet that ingress-nginx refuses by default.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/snippet-annotation",
    severity: Severity::Warning,
    pedantic: true,
    summary: "an Ingress brings pieces of the configuration of nginx",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Since its version 1.9, ingress-nginx refuses an Ingress with snippets unless `allow-snippet-annotations` is on, because whoever may write an Ingress could read every secret of the controller with them.

## Bad

```yaml apps/hub.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: hub
  namespace: default
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: |
      more_set_headers \"X-Frame-Options: DENY\";
spec:
  ingressClassName: nginx
  rules:
    - host: hub.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: hub
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: hub
  namespace: default
spec:
  type: ExternalName
  externalName: hub.example.net
  ports:
    - port: 80
```

## Good

```yaml apps/hub.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: hub
  namespace: default
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 64m
spec:
  ingressClassName: nginx
  rules:
    - host: hub.example.org
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: hub
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: hub
  namespace: default
spec:
  type: ExternalName
  externalName: hub.example.net
  ports:
    - port: 80
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if object.id.kind != "Ingress" || is_allowed(project) {
        return;
    }
    let annotations = object.value.pointer(&["metadata", "annotations"]).and_then(Value::as_mapping);
    for (key, value) in annotations.into_iter().flatten() {
        let name = key.strip_prefix("nginx.ingress.kubernetes.io/");
        if !name.is_some_and(|name| name.ends_with("-snippet")) {
            continue;
        }
        let Some(label) = project.key_label(value.origin, "refused unless snippets are allowed") else { continue };
        report
            .at(label, format!("ingress-nginx refuses `{key}` by default"))
            .help("use an annotation for the purpose, or the ConfigMap of the controller");
    }
}

/// Whether a release in the repository allows snippets.
fn is_allowed(project: &Project) -> bool {
    let allowed = |values: &Value| values.pointer(&["controller", "allowSnippetAnnotations"]).and_then(Value::as_bool);
    project.model().releases.iter().any(|release| allowed(&release.release.values) == Some(true))
}

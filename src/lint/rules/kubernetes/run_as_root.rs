//! `kubernetes/run-as-root`: a container that runs as root on purpose.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/run-as-root",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a container that runs as root on purpose",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A process that runs as root in its container is root on the node if it ever gets out.

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
            runAsUser: 0
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
            runAsUser: 1000
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    let contexts = pod
        .containers()
        .filter_map(|container| container.get("securityContext"))
        .chain(pod.spec.get("securityContext"));
    for context in contexts {
        let user = context.get("runAsUser").filter(|value| value.as_scalar().is_some_and(|scalar| scalar.text == "0"));
        let allowed = context.get("runAsNonRoot").filter(|value| value.as_bool() == Some(false));
        let Some(label) = user.or(allowed).and_then(|value| project.label(value, "")) else { continue };
        report.at(label, format!("{} runs as root", object.id)).help("choose a user with another number");
    }
}

//! `kubernetes/no-memory-limit`: a container without a limit of memory.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/no-memory-limit",
    severity: Severity::Info,
    pedantic: true,
    summary: "a container without a limit of memory",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A container without a limit takes what it can get, and the kernel may end others in its place.

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
              memory: 64Mi
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
            limits:
              memory: 64Mi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    for container in pod.main_containers() {
        let has_limit = container.pointer(&["resources", "limits", "memory"]).is_some();
        let Some(label) = project.label(container, "").filter(|_| !has_limit) else { continue };
        report
            .at(label, format!("a container of {} has no limit of memory", object.id))
            .help("set `resources.limits.memory`");
    }
}

//! `kubernetes/privilege-escalation`: a container whose processes may gain more rights.

use crate::{
    diagnostic::{Safety, Severity},
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/privilege-escalation",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a container whose processes may gain more rights",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Without `allowPrivilegeEscalation: false` a process can get more rights than its parent, by a set-user-ID program for instance.

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
            allowPrivilegeEscalation: true
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
            allowPrivilegeEscalation: false
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    for container in pod.containers() {
        let Some(value) = container.pointer(&["securityContext", "allowPrivilegeEscalation"]) else { continue };
        let Some(label) = project.key_label(value.origin, "").filter(|_| value.as_bool() == Some(true)) else {
            continue;
        };
        report
            .at(label, format!("processes in a container of {} may gain more rights", object.id))
            .help("set `allowPrivilegeEscalation: false`")
            .fix(project.replacement(value.origin, &Value::bool(false), "forbid it", Safety::Unsafe));
    }
}

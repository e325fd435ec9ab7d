//! `kubernetes/host-namespace`: Pods in the network or among the processes of their node.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/host-namespace",
    severity: Severity::Warning,
    pedantic: true,
    summary: "Pods in the network or among the processes of their node",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
With `hostNetwork`, `hostPID` or `hostIPC` a Pod sees and reaches what the node does, and NetworkPolicies do not count for it.

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
      hostNetwork: true
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
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
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        let Some(value) = pod.spec.get(field).filter(|value| value.as_bool() == Some(true)) else { continue };
        let Some(label) = project.label(value, "") else { continue };
        report
            .at(label, format!("{} runs with `{field}`", object.id))
            .help("leave it out unless the program is part of the cluster itself");
    }
}

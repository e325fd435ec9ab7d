//! `kubernetes/gpu-without-toleration`: Pods that want a GPU and tolerate no taint.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/gpu-without-toleration",
    severity: Severity::Info,
    pedantic: true,
    summary: "Pods that want a GPU and tolerate no taint",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Nodes with GPUs usually have a taint, so that nothing else runs there; a Pod that does not tolerate it is never placed. Some clusters add the
toleration by themselves.

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
            limits:
              nvidia.com/gpu: 1
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
      tolerations:
        - key: nvidia.com/gpu
          operator: Exists
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
          resources:
            limits:
              nvidia.com/gpu: 1
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(pod) = pod_template(&object.id, &object.value) else { return };

    let tolerations = pod.spec.get("tolerations").and_then(Value::as_sequence).unwrap_or_default();
    for limits in pod.containers().filter_map(|container| container.pointer(&["resources", "limits"])?.as_mapping()) {
        let Some((name, value)) = limits.iter().find(|(name, _)| name.ends_with("/gpu")) else { continue };
        let Some(label) = project.key_label(value.origin, "").filter(|_| tolerations.is_empty()) else { continue };
        report
            .at(label, format!("{} wants `{name}`, but tolerates no taint", object.id))
            .help(format!("add a toleration for the taint of the nodes, which is often `{name}`"));
    }
}

//! `kubernetes/selector-mismatch`: a workload does not select its own Pods.

use crate::{
    diagnostic::Severity,
    graph::{Selector, pod_template},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/selector-mismatch",
    severity: Severity::Error,
    pedantic: false,
    summary: "a workload does not select its own Pods",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses a Deployment, StatefulSet, DaemonSet or ReplicaSet whose Pods do not have all labels of its selector: nothing is applied.

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
        app: website
    spec:
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
    if object.id.group != "apps" {
        return;
    }
    let Some(written) = object.value.pointer(&["spec", "selector"]) else { return };
    let Some(pod) = pod_template(&object.id, &object.value) else { return };
    let selector = Selector::of(written);
    if selector.is_empty() || selector.matches(pod.labels) {
        return;
    }
    let wanted = selector.first_mismatch(pod.labels);
    let place = wanted.map_or(written, |(_, value)| value);
    let Some(label) = project.label(place, "its Pods do not have this label") else { return };
    let found = wanted.and_then(|(key, _)| pod.labels?.get(key.as_str()));
    report
        .at(label, format!("the selector of {} does not find its own Pods", object.id))
        .and(found.and_then(|value| project.label(value, "the label of the Pods")))
        .help("give the Pods, in `spec.template.metadata.labels`, every label of the selector");
}

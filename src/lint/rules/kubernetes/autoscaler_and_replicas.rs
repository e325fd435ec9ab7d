//! `kubernetes/autoscaler-and-replicas`: a fixed number of replicas beside an autoscaler.

use crate::{
    diagnostic::{Safety, Severity},
    graph::references_of,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/autoscaler-and-replicas",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a fixed number of replicas beside an autoscaler",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Each time Flux or Argo CD applies a workload that has `spec.replicas`, it takes back what the autoscaler has decided. A workload with an autoscaler
must not say how many replicas it has.

## Bad

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  replicas: 2
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
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
  namespace: default
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 3
  maxReplicas: 5
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
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
  namespace: default
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 3
  maxReplicas: 5
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let is_autoscaler =
        object.id.is("autoscaling", "HorizontalPodAutoscaler") || object.id.is("keda.sh", "ScaledObject");
    // Who pauses an autoscaler wants the fixed number.
    let annotations = object.value.pointer(&["metadata", "annotations"]).and_then(Value::as_mapping);
    let is_paused = annotations.is_some_and(|all| all.keys().any(|key| key.starts_with("autoscaling.keda.sh/paused")));
    if !is_autoscaler || is_paused {
        return;
    }
    for reference in references_of(object) {
        let mut targets = project.targets(object, &reference.to).filter(|target| target.unit == object.unit);
        let (Some(target), None) = (targets.next(), targets.next()) else { continue };
        let Some(replicas) = target.value.pointer(&["spec", "replicas"]).filter(|value| !value.is_null()) else {
            continue;
        };
        // One that may only ask for this number changes nothing.
        let asks = |key: &str| object.value.pointer(&["spec", key]).and_then(Value::as_scalar);
        let own = replicas.as_scalar().map(|own| &own.text);
        if [["minReplicas", "maxReplicas"], ["minReplicaCount", "maxReplicaCount"]]
            .iter()
            .any(|keys| keys.iter().all(|key| own.is_some() && asks(key).map(|asked| &asked.text) == own))
        {
            continue;
        }
        let Some(label) = project.label(replicas, "set again by every reconciliation") else { continue };
        report
            .at(label, format!("{} has a fixed number of replicas, and {} changes it", target.id, object.id))
            .and(project.label_at(reference.origin, "the autoscaler"))
            .help("remove `replicas`: the autoscaler decides")
            .fix(project.removal(replicas.origin, "remove `replicas`", Safety::Unsafe));
    }
}

//! `kubernetes/autoscaler-bounds`: an autoscaler with more replicas at least than at most.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/autoscaler-bounds",
    severity: Severity::Error,
    pedantic: false,
    summary: "an autoscaler with more replicas at least than at most",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The API refuses an autoscaler whose `minReplicas` is above its `maxReplicas`.

## Bad

```yaml apps/app.yaml
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
  minReplicas: 5
  maxReplicas: 3
```

## Good

```yaml apps/app.yaml
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
    let (least, most) = match (object.id.group.as_str(), object.id.kind.as_str()) {
        ("autoscaling", "HorizontalPodAutoscaler") => ("minReplicas", "maxReplicas"),
        ("keda.sh", "ScaledObject") => ("minReplicaCount", "maxReplicaCount"),
        _ => return,
    };
    let bound = |field: &str| object.value.pointer(&["spec", field]);
    let (Some(least), Some(most)) = (bound(least), bound(most)) else { return };
    let number = |value: &Value| value.as_scalar().and_then(|scalar| scalar.text.parse::<i64>().ok());
    let (Some(low), Some(high)) = (number(least), number(most)) else { return };
    let Some(label) = project.label(least, "at least").filter(|_| low > high) else { return };
    report
        .at(label, format!("{} wants at least {low} and at most {high} replicas", object.id))
        .and(project.label(most, "at most"))
        .help("raise the upper bound or lower the other; the API refuses the object");
}

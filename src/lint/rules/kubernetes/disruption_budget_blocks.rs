//! `kubernetes/disruption-budget-blocks`: a `PodDisruptionBudget` never lets a Pod be moved.

use crate::{
    diagnostic::Severity,
    graph::Selector,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/disruption-budget-blocks",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a PodDisruptionBudget never lets a Pod be moved",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A budget of `maxUnavailable: 0`, or one that wants as many Pods as there are, forbids every eviction: nodes cannot be drained, upgrades of the cluster
hang.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  replicas: 1
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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: default
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
```

## Good

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: default
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("policy", "PodDisruptionBudget") {
        return;
    }
    let Some(spec) = object.value.get("spec") else { return };
    let text = |value: &Value| value.as_scalar().map(|scalar| scalar.text.clone());
    let field = |name: &str| spec.get(name).and_then(|value| Some((value, text(value)?)));
    let (place, why) = match (field("maxUnavailable"), field("minAvailable")) {
        (Some((value, most)), _) if most == "0" || most == "0%" => (value, None),
        (_, Some((value, least))) if least == "100%" => (value, None),
        (_, Some((value, least))) => {
            let (Ok(least), Some(selector)) = (least.parse::<u32>(), spec.get("selector").map(Selector::of)) else {
                return;
            };
            let mut pods = project.selected(object, selector).map(|(workload, _)| workload);
            let (Some(workload), None) = (pods.next(), pods.next()) else { return };
            // Without a number there is one, or an autoscaler decides.
            let replicas = workload.value.pointer(&["spec", "replicas"]);
            let number = replicas.and_then(text).and_then(|text| text.parse::<u32>().ok());
            match (replicas, number.filter(|number| *number > 0 && least >= *number)) {
                (Some(replicas), Some(_)) => (value, project.label(replicas, format!("{} has no more", workload.id))),
                _ => return,
            }
        }
        _ => return,
    };
    let Some(label) = project.label(place, "no Pod may be evicted") else { return };
    report
        .at(label, format!("{} forbids every eviction", object.id))
        .and(why)
        .help("allow one Pod to be missing, run one Pod more, or remove the budget");
}

//! `kubernetes/autoscaler-target-missing`: an autoscaler scales what does not exist.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/autoscaler-target-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "an autoscaler scales what does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Nothing in the repository is the workload that the autoscaler names, and nothing in its namespace, neither a chart nor a custom resource, could bring
it.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: website
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
    if !matches!(object.id.kind.as_str(), "HorizontalPodAutoscaler" | "VerticalPodAutoscaler" | "ScaledObject") {
        return;
    }
    for reference in project.dangling(object).into_iter().filter(|reference| reference.field.ends_with("Ref")) {
        let Some(label) = project.label_at(reference.origin, "there is none of this name") else { continue };
        let to = &reference.to;
        let finding = report.at(label, format!("{} scales {} `{}`, which does not exist", object.id, to.kind, to.name));
        match nearest(&to.name, project.names_beside(object, to)) {
            None => finding.help("name a workload of the same namespace"),
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(project.replacement(
                reference.origin,
                &Value::string(near),
                format!("scale `{near}`"),
                Safety::Unsafe,
            )),
        };
    }
}

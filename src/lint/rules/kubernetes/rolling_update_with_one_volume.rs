//! `kubernetes/rolling-update-with-one-volume`: a rolling update of Pods that share a volume for one node.

use crate::{
    diagnostic::{Safety, Severity},
    graph::references_of,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/rolling-update-with-one-volume",
    severity: Severity::Warning,
    pedantic: true,
    summary: "a rolling update of Pods that share a volume for one node",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A rolling update starts the new Pod before the old one ends. If their volume can be used on one node only (`ReadWriteOnce`), the new Pod waits for the
old one for ever as soon as it is placed elsewhere.

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
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: data
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
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
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: data
      containers:
        - name: web
          image: registry.example.org/web:1.0.0
  strategy:
    type: Recreate
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let strategy = object.value.pointer(&["spec", "strategy", "type"]).and_then(Value::as_str);
    if !object.id.is("apps", "Deployment") || strategy.is_some_and(|strategy| strategy != "RollingUpdate") {
        return;
    }
    for reference in references_of(object).into_iter().filter(|reference| reference.to.kind == "PersistentVolumeClaim")
    {
        let modes = |claim: &Object| {
            let modes = claim.value.pointer(&["spec", "accessModes"]).and_then(Value::as_sequence).unwrap_or_default();
            modes.iter().filter_map(Value::as_str).all(|mode| mode == "ReadWriteOnce" || mode == "ReadWriteOncePod")
        };
        let Some(claim) = project.targets(object, &reference.to).find(|claim| modes(claim)) else { continue };
        let Some(spec) = object.value.get("spec") else { continue };
        let Some(label) = project.key_label(spec.origin, "updated Pod by Pod") else { continue };
        let recreate: Value = [("type".into(), Value::string("Recreate"))].into_iter().collect();
        let fix =
            || project.addition(spec.origin, ("strategy", &recreate), "use the strategy `Recreate`", Safety::Unsafe);
        report
            .at(label, format!("the Pods of {} share {}, which one node can use at a time", object.id, claim.id))
            .and(project.label_at(reference.origin, "used here"))
            .help("use the strategy `Recreate`, or a volume with `ReadWriteMany`")
            .fix(object.value.pointer(&["spec", "strategy"]).is_none().then(fix).flatten());
    }
}

//! `kubernetes/claim-missing`: Pods use a `PersistentVolumeClaim` that does not exist.

use crate::{
    diagnostic::{Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/claim-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "Pods use a PersistentVolumeClaim that does not exist",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Pods whose claim does not exist stay pending. It is looked at only where nothing in the namespace, neither a chart nor a custom resource, could bring
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
            claimName: datta
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
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in project.dangling(object).into_iter().filter(|reference| {
        reference.to.kind == "PersistentVolumeClaim" && !made_by_set(project, object, &reference.to.name)
    }) {
        let Some(label) = project.label_at(reference.origin, "there is none of this name") else { continue };
        let to = &reference.to;
        let finding = report
            .at(label, format!("{} uses the PersistentVolumeClaim `{}`, which does not exist", object.id, to.name));
        match nearest(&to.name, project.names_beside(object, to)) {
            None => finding.help("add the claim, or name one of the same namespace"),
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(project.replacement(
                reference.origin,
                &Value::string(near),
                format!("use `{near}`"),
                Safety::Unsafe,
            )),
        };
    }
}

/// Whether a StatefulSet may make the claim: it calls them after the template, itself and a number.
fn made_by_set(project: &Project, object: &Object, name: &str) -> bool {
    let mut sets = project.objects_of_kind(object, "apps", "StatefulSet");
    sets.any(|set| name.contains(&format!("-{}-", set.id.name)))
}

//! `kubernetes/default-storage-classes`: a cluster has two default `StorageClasses`.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/default-storage-classes",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a cluster has two default StorageClasses",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Where two classes are the default, claims without a class get the newer one: which that is depends on the order in which they were made.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: slow
  annotations:
    storageclass.kubernetes.io/is-default-class: \"true\"
provisioner: csi.example.org
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
  annotations:
    storageclass.kubernetes.io/is-default-class: \"true\"
provisioner: csi.example.org
```

## Good

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: slow
  annotations:
    storageclass.kubernetes.io/is-default-class: \"true\"
provisioner: csi.example.org
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: csi.example.org
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(mark) = default_mark(object) else { return };
    let cluster = |object: &Object| project.unit_of(object).and_then(|unit| Some((unit.cluster?, &unit.destination)));
    let is_same = |other: &&Object| {
        let is_together = other.unit == object.unit || (cluster(object).is_some() && cluster(object) == cluster(other));
        project.unit_of(object).is_some() && is_together && other.id.name != object.id.name
    };
    let is_before = |other: &&Object| (other.unit, other.origin()) < (object.unit, object.origin());
    let mut others =
        project.objects_of_kind(object, "storage.k8s.io", "StorageClass").filter(is_same).filter(is_before);
    let Some((other, first)) = others.find_map(|other| Some((other, default_mark(other)?))) else { return };
    let Some(label) = project.label(mark, "default, too") else { return };
    report
        .at(label, format!("StorageClass `{}` and `{}` are both the default", other.id.name, object.id.name))
        .and(project.label(first, "default"))
        .help("let one of them be the default");
}

fn default_mark(object: &Object) -> Option<&Value> {
    let mark = object.value.pointer(&["metadata", "annotations", "storageclass.kubernetes.io/is-default-class"])?;
    (object.id.is("storage.k8s.io", "StorageClass") && mark.as_scalar()?.text == "true").then_some(mark)
}

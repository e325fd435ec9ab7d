//! `kubernetes/claim-and-volume-differ`: a claim cannot have the volume that it names.

use crate::{
    diagnostic::Severity,
    graph::Target,
    lint::{Check, Report, Rule},
    manifest::quantity,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/claim-and-volume-differ",
    severity: Severity::Error,
    pedantic: false,
    summary: "a claim cannot have the volume that it names",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A PersistentVolumeClaim with `volumeName` gets that volume only if both have the same storage class and the volume is large enough; otherwise it stays
pending. A claim that says nothing of a class gets the default class of the cluster: for a volume without a class it must say `storageClassName: \"\"`.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes:
    - ReadWriteOnce
  storageClassName: manual
  nfs:
    server: 192.0.2.10
    path: /data
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  storageClassName: fast
  volumeName: data
  resources:
    requests:
      storage: 1Gi
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: PersistentVolume
metadata:
  name: data
spec:
  capacity:
    storage: 1Gi
  accessModes:
    - ReadWriteOnce
  storageClassName: manual
  nfs:
    server: 192.0.2.10
    path: /data
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  storageClassName: manual
  volumeName: data
  resources:
    requests:
      storage: 1Gi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let text = |object: &Object, way: &[&str]| {
        object.value.pointer(way).and_then(Value::as_scalar).map(|scalar| scalar.text.clone())
    };
    if !object.id.is("", "PersistentVolumeClaim") {
        return;
    }
    let Some(name) = text(object, &["spec", "volumeName"]) else { return };
    let to = Target { group: "".into(), kind: "PersistentVolume".into(), namespace: None, name };
    let mut volumes = project.targets(object, &to);
    let (Some(volume), None) = (volumes.next(), volumes.next()) else { return };
    let class = ["spec", "storageClassName"];
    let (wanted, offered) = (text(object, &class), text(volume, &class).unwrap_or_default());
    let size = |object: &Object, way: &[&str]| quantity(&text(object, way)?);
    let request = ["spec", "resources", "requests", "storage"];
    let is_small =
        size(object, &request).zip(size(volume, &["spec", "capacity", "storage"])).is_some_and(|(a, b)| a > b);
    // Without a class the claim gets the default one, if the cluster has any: nobody can tell.
    let differs = wanted.is_some_and(|wanted| wanted != offered);
    let (way, message): (&[&str], _) = match (differs, is_small) {
        (true, _) => {
            (&class, format!("{} and the volume `{}` that it names have different storage classes", object.id, to.name))
        }
        (_, true) => (&request, format!("{} wants more than the volume `{}` has", object.id, to.name)),
        _ => return,
    };
    let Some(label) = object.value.pointer(way).and_then(|value| project.label(value, "the claim")) else { return };
    let other = volume.value.pointer(if differs { &class } else { &["spec", "capacity", "storage"] });
    report
        .at(label, message)
        .and(other.and_then(|value| project.label(value, "the volume")))
        .help("the claim stays pending until both agree");
}

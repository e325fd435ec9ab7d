//! `kubernetes/misspelt-class`: a `StorageClass`, `PriorityClass` or `ClusterRole` that is probably misspelt.

use crate::{
    diagnostic::{Safety, Severity},
    graph::references_of,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/misspelt-class",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a StorageClass, PriorityClass or ClusterRole that is probably misspelt",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Objects outside of namespaces often come from outside of the repository, so a name that leads to nothing may be right. This rule speaks up only where
nothing has that name, and something that the repository makes has almost the same.

## Bad

```yaml apps/kustomization.yaml
resources:
  - app.yaml
```

```yaml apps/app.yaml
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: replicated
provisioner: csi.example.org
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  storageClassName: replcated
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
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: replicated
provisioner: csi.example.org
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: default
spec:
  accessModes:
    - ReadWriteOnce
  storageClassName: replicated
  resources:
    requests:
      storage: 1Gi
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in references_of(object) {
        let to = &reference.to;
        let is_meant = matches!(
            to.kind.as_str(),
            "StorageClass" | "PriorityClass" | "ClusterRole" | "ClusterIssuer" | "RuntimeClass"
        );
        if !is_meant || to.name.contains(['$', '{']) || project.targets(object, to).next().is_some() {
            continue;
        }
        // Names that differ by a number, or of four letters and less, are different names.
        let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        let is_near = |near: &&str| differ_by_one(near, &to.name) && letters(near) != letters(&to.name);
        let near = (to.name.len() > 4).then(|| nearest(&to.name, project.names_beside(object, to).filter(is_near)));
        let near = near.flatten();
        let (Some(near), Some(label)) = (near, project.label_at(reference.origin, "there is none of this name")) else {
            continue;
        };
        report
            .at(
                label,
                format!("{} names the {} `{}`, which this repository does not make", object.id, to.kind, to.name),
            )
            .help(format!("did you mean `{near}`?"))
            .fix(project.replacement(reference.origin, &Value::string(near), format!("use `{near}`"), Safety::Unsafe));
    }
}

/// Whether one letter was left out, added, changed, or swapped with its neighbour.
fn differ_by_one(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let longest = one.len().max(other.len());
    if longest - one.len().min(other.len()) > 1 {
        return false;
    }
    let same_start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let same_end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let is_swapped = one.len() == other.len()
        && same_start + same_end + 2 == longest
        && one.get(same_start) == other.get(same_start + 1);
    same_start + same_end + 1 >= longest || is_swapped
}

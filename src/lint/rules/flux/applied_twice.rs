//! `flux/applied-twice`: two Kustomizations of a cluster apply the same object.

use std::collections::BTreeMap;

use crate::{
    cluster::Unit,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/applied-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "two Kustomizations of a cluster apply the same object",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
Both controllers' runs write the object in turn, and when it leaves one of the two directories, or one Kustomization is deleted, `prune` deletes it although the other still has it.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - ../infrastructure/limits.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml clusters/production/infrastructure.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: infrastructure
  namespace: flux-system
spec:
  interval: 10m
  path: ./infrastructure
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml infrastructure/limits.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  colour: blue
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml clusters/production/infrastructure.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: infrastructure
  namespace: flux-system
spec:
  interval: 10m
  path: ./infrastructure
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml infrastructure/limits.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let mut first: BTreeMap<(Option<usize>, &ObjectId), (usize, &Object)> = BTreeMap::new();
    let mut shared: BTreeMap<(usize, usize), Vec<(&Object, &Object)>> = BTreeMap::new();
    for object in project.objects().iter().filter(|object| is_owned(object)) {
        let Some(unit) = project.unit_of(object).filter(|unit| is_applied(unit)) else { continue };
        let (owner, one) = *first.entry((unit.cluster, &object.id)).or_insert((object.unit, object));
        if owner != object.unit {
            shared.entry((owner, object.unit)).or_default().push((one, object));
        }
    }
    for ((owner, other), objects) in shared {
        let units = project.units().get(owner).zip(project.units().get(other));
        let flux = units.and_then(|(owner, other)| owner.flux.as_deref().zip(other.flux.as_deref()));
        let (Some((owner, other)), Some((one, again))) = (flux, objects.first()) else { continue };
        // One declaration for several clusters that could not be told apart.
        if owner.path_origin == other.path_origin || owner.kube_config != other.kube_config {
            continue;
        }
        let Some(label) = project.label_at(other.path_origin, format!("{} applies it as well", other.id.name)) else {
            continue;
        };
        let what = match objects.len() {
            1 => format!("{}", again.id),
            many => format!("{} and {} more", again.id, many - 1),
        };
        let message = format!("the Kustomizations `{}` and `{}` both apply {what}", owner.id.name, other.id.name);
        let finding = report
            .at(label, message)
            .and(project.label_at(owner.path_origin, format!("{} applies it", owner.id.name)))
            .and(project.object_label(&one.value, "the object"));
        let finding = if one.origin() == again.origin() {
            finding
        } else {
            finding.and(project.object_label(&again.value, "and again"))
        };
        finding.help("let one of them apply it, and the other depend on that one");
    }
}

/// Whether the object is one and the same wherever it is applied, and belongs to whoever applies it.
fn is_owned(object: &Object) -> bool {
    let policy = object.value.pointer(&["metadata", "annotations", "kustomize.toolkit.fluxcd.io/ssa"]);
    let is_shared = policy.and_then(Value::as_str).is_some_and(|policy| policy != "Override");
    !is_shared && !object.id.name.contains("${") && (object.id.namespace.is_some() || object.id.is_cluster_scoped())
}

fn is_applied(unit: &Unit) -> bool {
    unit.flux.is_some() && !unit.suspended
}

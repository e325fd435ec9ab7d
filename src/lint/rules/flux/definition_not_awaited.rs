//! `flux/definition-not-awaited`: objects that may be applied before the definition of their kind.

use std::collections::BTreeMap;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::RenderedObject,
    project::{Project, Unit},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/definition-not-awaited",
    severity: Severity::Info,
    pedantic: true,
    summary: "nothing makes a Kustomization wait for the definition of a kind that it uses",
    docs: DOCS,
    fix: None,
    check: Check::Unit(check),
};

const DOCS: &str = "\
Flux checks all objects of a Kustomization before it applies any: as long as one kind is not defined, nothing of it is applied, and Flux tries again after the interval. A new cluster takes the longer to come up.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: definitions
  namespace: flux-system
spec:
  interval: 10m
  path: ./definitions
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
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

```yaml definitions/paint.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: paints.example.org
spec:
  group: example.org
  scope: Namespaced
  names:
    kind: Paint
    plural: paints
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
```

```yaml apps/blue.yaml
apiVersion: example.org/v1
kind: Paint
metadata:
  name: blue
  namespace: default
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: definitions
  namespace: flux-system
spec:
  interval: 10m
  path: ./definitions
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  dependsOn:
    - name: definitions
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml definitions/paint.yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: paints.example.org
spec:
  group: example.org
  scope: Namespaced
  names:
    kind: Paint
    plural: paints
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-preserve-unknown-fields: true
```

```yaml apps/blue.yaml
apiVersion: example.org/v1
kind: Paint
metadata:
  name: blue
  namespace: default
```
";

fn check(project: &Project, unit: &Unit, report: &mut Report<'_>) {
    let Some(own) = project.units().iter().position(|one| std::ptr::eq(one, unit)) else { return };
    if !unit.is_flux() || unit.cluster.is_none() {
        return;
    }
    // For each kind the units that define it, with the definition.
    let mut defined: BTreeMap<(&str, &str), Vec<(usize, &RenderedObject)>> = BTreeMap::new();
    let beside = project.units().iter().enumerate().filter(|(_, other)| other.cluster == unit.cluster);
    for (index, other) in beside {
        for object in project.model().objects_of(other) {
            if let Some(kind) = defines(object) {
                defined.entry(kind).or_default().push((index, object));
            }
        }
    }
    let mut told = Vec::new();
    for object in project.model().objects_of(unit) {
        let Some(makers) = defined.get(&(object.id.group.as_str(), object.id.kind.as_str())) else { continue };
        if makers.iter().any(|(maker, _)| project.comes_before(*maker, own)) {
            continue;
        }
        let Some((maker, definition)) = makers.first().filter(|(maker, _)| !told.contains(maker)) else { continue };
        let Some(label) = project.object_label(&object.value, "not defined on a new cluster") else { continue };
        let Some(first) = project.units().get(*maker) else { continue };
        told.push(*maker);
        report
            .at(label, format!("`{}` does not wait for the definition of {}", unit.id, object.id.kind))
            .and(project.object_label(&definition.value, format!("`{}` brings it", first.id)))
            .help(format!("let it depend on `{}`", first.id));
    }
}

/// Group and kind that an object defines.
fn defines(object: &RenderedObject) -> Option<(&str, &str)> {
    let spec = object.value.get("spec").filter(|_| object.id.kind == "CustomResourceDefinition")?;
    Some((spec.get("group").and_then(Value::as_str)?, spec.pointer(&["names", "kind"]).and_then(Value::as_str)?))
}

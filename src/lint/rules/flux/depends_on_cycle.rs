//! `flux/depends-on-cycle`: Kustomizations or HelmReleases wait for each other.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::{
    diagnostic::Severity,
    flux::{Dependency, group},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/depends-on-cycle",
    severity: Severity::Error,
    pedantic: false,
    summary: "Kustomizations or HelmReleases wait for each other",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
Objects that depend on each other in a circle are never applied: each waits until the other is ready.

## Bad

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/production
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

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
  dependsOn:
    - name: infrastructure
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
  dependsOn:
    - name: apps
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

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 10m
  path: ./clusters/production
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

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
  dependsOn:
    - name: infrastructure
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

/// A cluster, a kind, a namespace and a name.
type Key = (Option<usize>, SmolStr, SmolStr, SmolStr);

fn check(project: &Project, report: &mut Report<'_>) {
    let graph = graph(project);
    for start in graph.keys() {
        let Some(circle) = circle(&graph, start) else { continue };
        // Each circle is told once: by its first member.
        if circle.iter().any(|(member, _)| *member < start) {
            continue;
        }
        let Some((_, first)) = circle.first() else { continue };
        let Some(label) = project.label_at(first.origin, "") else { continue };
        let names: Vec<String> = circle.iter().map(|((.., name), _)| format!("`{name}`")).collect();
        let kind = &start.1;
        let message = match names.as_slice() {
            [one] => format!("the {kind} {one} waits for itself"),
            all => format!("the {kind}s {} wait for each other", all.join(" → ")),
        };
        let finding = report.at(label, message).help("take one of the entries out");
        let others = circle.iter().skip(1).map(|(_, dependency)| project.label_at(dependency.origin, "and this"));
        others.fold(finding, crate::lint::rule::Finding::and);
    }
}

/// What depends on what.
fn graph(project: &Project) -> BTreeMap<Key, Vec<Dependency>> {
    let is_dependent =
        |one: &&Object| one.id.is(group::KUSTOMIZE, "Kustomization") || one.id.is(group::HELM, "HelmRelease");
    let mut graph = BTreeMap::new();
    for object in project.objects().iter().filter(is_dependent) {
        let Some(unit) = project.unit_of(object) else { continue };
        let Some(spec) = object.value.get("spec") else { continue };
        let namespace = object.id.namespace.clone().unwrap_or_default();
        let key = (unit.cluster, object.id.kind.clone(), namespace, object.id.name.clone());
        graph.insert(key, Dependency::all(&object.id, spec));
    }
    graph
}

/// The shortest way from a member back to itself: each member of it with the entry that leads on.
fn circle<'g>(graph: &'g BTreeMap<Key, Vec<Dependency>>, start: &'g Key) -> Option<Vec<(&'g Key, &'g Dependency)>> {
    let mut came_from: BTreeMap<&Key, (&Key, &Dependency)> = BTreeMap::new();
    let mut pending = std::collections::VecDeque::from([start]);
    while let Some(at) = pending.pop_front() {
        for dependency in graph.get(at)? {
            let key = (at.0, at.1.clone(), dependency.namespace.clone(), dependency.name.clone());
            let Some((next, _)) = graph.get_key_value(&key) else { continue };
            if came_from.contains_key(next) {
                continue;
            }
            came_from.insert(next, (at, dependency));
            if next == start {
                let mut way = Vec::new();
                let mut back = start;
                while let Some((previous, dependency)) = came_from.get(back) {
                    way.push((*previous, *dependency));
                    back = previous;
                    if back == start {
                        break;
                    }
                }
                way.reverse();
                return Some(way);
            }
            pending.push_back(next);
        }
    }
    None
}

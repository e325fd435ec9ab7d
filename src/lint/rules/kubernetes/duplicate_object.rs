//! `kubernetes/duplicate-object`: two units apply the same object to one cluster.

use crate::cluster::{Unit, UnitKind};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};
use indexmap::IndexMap;

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/duplicate-object",
    severity: Severity::Error,
    pedantic: false,
    summary: "two units apply the same object to one cluster",
    docs: DOCS,
    fix: None,
    check: Check::Project(check),
};

const DOCS: &str = "\
Two Flux Kustomizations, or two Applications, that apply the same object take it from each other again and again, and the first one that is removed
removes it. A Namespace that both declare is no trouble as long as both say the same, and not looked at. Objects with names that a
variable decides are left alone, and where the same two share many objects, one finding says it for all.

## Bad

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  ref:
    branch: main
  url: ssh://git@git.example.org/team/fleet.git
---
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
  name: web
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/web
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: mail
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/mail
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/web/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shared
  namespace: default
data:
  colour: blue
```

```yaml apps/mail/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shared
  namespace: default
data:
  colour: blue
```

## Good

```yaml clusters/production/flux-system/gotk-sync.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  ref:
    branch: main
  url: ssh://git@git.example.org/team/fleet.git
---
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
  name: web
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/web
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: mail
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps/mail
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/web/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shared
  namespace: default
data:
  colour: blue
```

```yaml apps/mail/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: mail
  namespace: default
data:
  colour: blue
```
";

/// A cluster, and the group, kind, namespace and name of an object in it.
type Key<'o> = (usize, &'o str, &'o str, Option<&'o str>, &'o str);

fn check(project: &Project, report: &mut Report<'_>) {
    let mut seen: IndexMap<Key<'_>, Vec<&Object>> = IndexMap::new();
    for object in project.objects() {
        let id = &object.id;
        let Some(unit) = project.unit_of(object).filter(|unit| !unit.suspended && unit.destination.is_none()) else {
            continue;
        };
        let Some(cluster) = unit.cluster.filter(|_| unit.kind != UnitKind::Bare) else { continue };
        let is_remote = unit.flux.as_ref().is_some_and(|flux| flux.kube_config.is_some());
        // What a variable becomes is known in the cluster only.
        let is_unknown = |text: &str| text.is_empty() || text.contains(['$', '{', '<']);
        let is_open = is_unknown(&id.name) || id.namespace.as_deref().map_or(!id.is_cluster_scoped(), is_unknown);
        // What bootstraps Flux may be written by two that know of each other, while one takes over from the other.
        let is_bootstrap = id.name == "flux-system" && id.group.ends_with(".toolkit.fluxcd.io");
        if is_remote || is_open || is_bootstrap || id.is("", "Namespace") {
            continue;
        }
        let key = (cluster, id.group.as_str(), id.kind.as_str(), id.namespace.as_deref(), id.name.as_str());
        let all = seen.entry(key).or_default();
        if all.iter().all(|other| other.unit != object.unit) {
            all.push(object);
        }
    }
    let mut by_units: IndexMap<Vec<usize>, Vec<Vec<&Object>>> = IndexMap::new();
    for all in seen.into_values().filter(|all| all.len() > 1) {
        by_units.entry(all.iter().map(|object| object.unit).collect()).or_default().push(all);
    }
    for shared in by_units.into_values() {
        if shared.len() > FEW {
            complain_together(project, &shared, report);
            continue;
        }
        for all in shared {
            if let [first, second, rest @ ..] = all.as_slice() {
                complain(project, first, second, rest.len(), report);
            }
        }
    }
}

/// Where units share more objects than these, one of them applies a directory of the other, and one finding says so.
const FEW: usize = 3;

/// Says once for all objects that the same units apply.
fn complain_together(project: &Project, shared: &[Vec<&Object>], report: &mut Report<'_>) {
    let [all @ [first, second, ..], [also, ..], rest @ ..] = &shared.iter().map(Vec::as_slice).collect::<Vec<_>>()[..]
    else {
        return;
    };
    let units: Vec<&Unit> = all.iter().filter_map(|object| project.unit_of(object)).collect();
    let [one, other, more @ ..] = units.as_slice() else { return };
    let Some(label) = project.label_at(other.origin, "applies them as well") else { return };
    let who = match more.len() {
        0 => format!("{} and {} both", one.id, other.id),
        more => format!("{}, {} and {more} more", one.id, other.id),
    };
    let (count, more) = (shared.len(), rest.len());
    let message = format!("{who} apply {count} objects: {}, {} and {more} more", first.id, also.id);
    report
        .at(label, message)
        .and(project.label_at(one.origin, "applies all of them"))
        .and(project.object_label(&second.value, "one of the objects"))
        .help("let the path of one leave out what the other applies, or remove one of the two");
}

/// Says once for each object who applies it.
fn complain(project: &Project, first: &Object, again: &Object, more: usize, report: &mut Report<'_>) {
    let (Some(one), Some(other)) = (project.unit_of(first), project.unit_of(again)) else { return };
    let Some(label) = project.object_label(&again.value, format!("applied by {}", other.id)) else { return };
    let same_place = again.origin() == first.origin();
    let message = match more {
        0 => format!("{} and {} both apply {}", one.id, other.id, again.id),
        more => format!("{}, {} and {more} more apply {}", one.id, other.id, again.id),
    };
    let finding = report.at(label, message);
    let finding = if same_place {
        finding.and(project.label_at(one.origin, "one of them")).and(project.label_at(other.origin, "another"))
    } else {
        finding.and(project.object_label(&first.value, format!("applied by {}", one.id)))
    };
    finding.help("leave it to one of them, or give it different names");
}

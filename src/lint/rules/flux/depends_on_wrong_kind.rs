//! `flux/depends-on-wrong-kind`: a dependsOn entry names an object of another kind.

use crate::{
    diagnostic::Severity,
    flux::{Dependency, group},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/depends-on-wrong-kind",
    severity: Severity::Error,
    pedantic: false,
    summary: "a dependsOn entry names an object of another kind",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
`dependsOn` of a Kustomization means Kustomizations, that of a HelmRelease means HelmReleases. An entry with the name of the other kind waits for ever.

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
    - name: web
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

```yaml clusters/production/web.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: flux-system
spec:
  interval: 10m
  chart:
    spec:
      chart: ./charts/web
      version: 1.0.0
      sourceRef:
        kind: GitRepository
        name: flux-system
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

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let (group, other) = match (object.id.group.as_str(), object.id.kind.as_str()) {
        (group::KUSTOMIZE, "Kustomization") => (group::HELM, "HelmRelease"),
        (group::HELM, "HelmRelease") => (group::KUSTOMIZE, "Kustomization"),
        _ => return,
    };
    let (Some(spec), Some(_)) = (object.value.get("spec"), project.unit_of(object)) else { return };
    for dependency in Dependency::all(&object.id, spec) {
        let is_named = |one: &&Object| {
            let namespace = one.id.namespace.as_ref();
            one.id.name == dependency.name
                && (dependency.namespace.is_empty() || namespace.is_none_or(|name| *name == dependency.namespace))
        };
        let mut named = project.objects().iter().filter(is_named);
        if named.clone().any(|one| one.id.group_kind() == object.id.group_kind()) {
            continue;
        }
        let Some(found) = named.find(|one| one.id.is(group, other)) else { continue };
        let (kind, name) = (&object.id.kind, &dependency.name);
        let Some(label) = project.label_at(dependency.origin, format!("this means a {kind}")) else { continue };
        report
            .at(label, format!("`{name}` is a {other}, and a {kind} can only depend on other {kind}s"))
            .and(project.object_label(&found.value, format!("the {other}")))
            .help(if other == "HelmRelease" {
                "depend on the Kustomization that applies the HelmRelease, and let that one wait for it".to_owned()
            } else {
                "let the Kustomization that applies this HelmRelease depend on the other one".to_owned()
            });
    }
}

//! `flux/health-check-missing`: a health check looks at a HelmRelease or Kustomization that nothing declares.

use crate::{
    diagnostic::Severity,
    flux::group,
    graph::references_of,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/health-check-missing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a health check looks at a HelmRelease or Kustomization that nothing declares",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A Kustomization with a health check on an object that is not there is never ready, and neither is what depends on it. Only HelmReleases and Kustomizations are looked up: other objects may come out of charts.

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
  healthChecks:
    - apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      name: webb
      namespace: flux-system
  timeout: 5m
```

```yaml apps/web.yaml
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
  healthChecks:
    - apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      name: web
      namespace: flux-system
  timeout: 5m
```

```yaml apps/web.yaml
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
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let is_flux = object.id.is(group::KUSTOMIZE, "Kustomization");
    // Then nothing looks at the list.
    let waits = object.value.pointer(&["spec", "wait"]).and_then(Value::as_bool).unwrap_or_default();
    if !is_flux || waits || project.unit_of(object).is_none() || !project.is_all_of_flux_known() {
        return;
    }
    for reference in references_of(object).iter().filter(|one| one.field.starts_with("spec.healthChecks[")) {
        let to = &reference.to;
        let is_known = matches!(
            (to.group.as_str(), to.kind.as_str()),
            (group::HELM, "HelmRelease") | (group::KUSTOMIZE, "Kustomization")
        );
        if !is_known || to.name.contains("${") || to.namespace.as_deref().is_some_and(|name| name.contains("${")) {
            continue;
        }
        let is_near = |one: &&Object| {
            let same = one.id.namespace.as_ref().zip(to.namespace.as_ref()).is_none_or(|(one, other)| one == other);
            one.id.is(&to.group, &to.kind) && same
        };
        let mut declared = project.objects().iter().filter(is_near);
        if declared.clone().any(|one| one.id.name == to.name || one.id.name.contains("${")) {
            continue;
        }
        let Some(label) = project.label_at(reference.origin, "") else { continue };
        let near = nearest(&to.name, declared.by_ref().map(|one| one.id.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "take the check out, or correct its name and namespace".to_owned(),
        };
        report.at(label, format!("no {} `{}` is there to be checked", to.kind, to.name)).help(help);
    }
}

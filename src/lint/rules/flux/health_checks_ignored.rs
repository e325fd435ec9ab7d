//! `flux/health-checks-ignored`: health checks stand beside `wait: true`, which makes the controller ignore them.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/health-checks-ignored",
    severity: Severity::Warning,
    pedantic: false,
    summary: "health checks stand beside `wait: true`, which makes the controller ignore them",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
With `wait: true` the controller waits for everything that it applies, and passes over `healthChecks`. The list does nothing but to make readers believe otherwise.

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
  wait: true
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
  wait: true
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
    let Some(spec) = object.value.get("spec").filter(|_| object.id.is(group::KUSTOMIZE, "Kustomization")) else {
        return;
    };
    let waits = spec.get("wait").filter(|wait| wait.as_bool() == Some(true));
    let checks = spec.get("healthChecks").filter(|checks| checks.as_sequence().is_some_and(|all| !all.is_empty()));
    let (Some(wait), Some(checks)) = (waits, checks) else { return };
    let Some(label) = project.key_label(checks.origin, "never looked at") else { return };
    report
        .at(label, "these health checks are ignored: the Kustomization waits for everything that it applies")
        .and(project.label(wait, "because of this"))
        .help("remove them, or `wait` if only these are to be waited for")
        .fix(remove(project, checks));
}

fn remove(project: &Project, checks: &Value) -> Option<Fix> {
    let changes = project.without(checks.origin)?;
    Some(Fix { title: "remove `healthChecks`".to_owned(), safety: Safety::Safe, changes })
}

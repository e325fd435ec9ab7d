//! `jupyterhub/profile-empty-override`: `kubespawner_override` without content.

use super::{Hub, hubs};
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/profile-empty-override",
    severity: Severity::Error,
    pedantic: false,
    summary: "the override of a profile is empty",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Release(check),
};

const DOCS: &str = "\
KubeSpawner goes through the overrides of the chosen profile, and fails where there is `null` in their place. Without the key it is content.

## Bad

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: jupyterhub
  namespace: default
spec:
  interval: 1h
  url: https://hub.jupyter.org/helm-chart/
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: jupyterhub
      version: 4.2.0
      sourceRef:
        kind: HelmRepository
        name: jupyterhub
  values:
    singleuser:
      profileList:
        - display_name: Small
          kubespawner_override: null
```

## Good

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: jupyterhub
  namespace: default
spec:
  interval: 1h
  url: https://hub.jupyter.org/helm-chart/
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: jupyterhub
      version: 4.2.0
      sourceRef:
        kind: HelmRepository
        name: jupyterhub
  values:
    singleuser:
      profileList:
        - display_name: Small
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for profile in hubs(project, release).iter().flat_map(Hub::profiles) {
        let Some(empty) = profile.get("kubespawner_override").filter(|value| value.is_null()) else { continue };
        let Some(label) = project.label_within(empty.origin, "no override") else { continue };
        let fix = Fix::safe("remove `kubespawner_override`", project.without(empty.origin));
        report.at(label, "`kubespawner_override` is null").help("remove the key, or say what it overrides").fix(fix);
    }
}

//! `jupyterhub/profile-defaults`: more than one entry of `profileList` with `default: true`.

use super::hubs;
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/profile-defaults",
    severity: Severity::Warning,
    pedantic: false,
    summary: "several profiles of JupyterHub are the default",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Release(check),
};

const DOCS: &str = "\
One profile can be the default. Of several, the one that KubeSpawner takes is hardly the one that was meant last.

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
          default: true
        - display_name: Large
          default: true
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
          default: true
        - display_name: Large
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let defaults = hub.profiles().iter().filter_map(|profile| profile.get("default"));
        let mut defaults = defaults.filter(|default| default.as_bool() == Some(true));
        let Some(first) = defaults.next() else { continue };
        for other in defaults {
            let Some(label) = project.label_within(other.origin, "the default, too") else { continue };
            let fix = Fix::likely("keep the first default", project.without(other.origin));
            let finding = report.at(label, "a second profile is the default").fix(fix);
            finding.and(project.label_within(first.origin, "the first default")).help("keep `default` on one profile");
        }
    }
}

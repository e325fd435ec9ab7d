//! `jupyterhub/profile-without-name`: an entry of `profileList` without `display_name`.

use super::{Hub, hubs};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/profile-without-name",
    severity: Severity::Error,
    pedantic: false,
    summary: "a profile of JupyterHub has no display name",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
KubeSpawner shows the display name of each profile, and fails to show the list where one has none.

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
        - slug: small
          description: For a start
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
        - slug: small
          display_name: Small
          description: For a start
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for profile in hubs(project, release).iter().flat_map(Hub::profiles) {
        if profile.as_mapping().is_none() || profile.get("display_name").is_some() {
            continue;
        }
        let Some(label) = project.label_within(profile.origin, "has no name") else { continue };
        report.at(label, "a profile has no `display_name`").help("add `display_name` with what people shall see");
    }
}

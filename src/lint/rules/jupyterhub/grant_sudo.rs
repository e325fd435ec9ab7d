//! `jupyterhub/grant-sudo`: users who may become root.

use super::{hubs, text};

use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/grant-sudo",
    severity: Severity::Warning,
    pedantic: true,
    summary: "users become root in their servers",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
With `GRANT_SUDO` the images of Jupyter let each user run commands as root, for which the container must start as root. What comes next depends on how well containers are kept apart on the node.

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
      extraEnv:
        GRANT_SUDO: \"yes\"
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
      extraEnv:
        RESTARTABLE: \"yes\"
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let own = hub.get(&["singleuser", "extraEnv", "GRANT_SUDO"]);
        let of_profile =
            |profile: &'_ Value| profile.pointer(&["kubespawner_override", "environment", "GRANT_SUDO"]).cloned();
        for value in own.cloned().into_iter().chain(hub.profiles().iter().filter_map(of_profile)) {
            let is_on = text(&value, &[]).is_some_and(|text| matches!(text, "1" | "yes" | "true"));
            let Some(label) = project.label_within(value.origin, "").filter(|_| is_on) else { continue };
            report.at(label, "users become root in their servers").help("build what they need into the image");
        }
    }
}

//! `jupyterhub/removed-key`: values that the chart refuses.

use super::hubs;
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/removed-key",
    severity: Severity::Error,
    pedantic: false,
    summary: "the chart of JupyterHub stops at a value that was renamed",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
The chart fails to render where one of these values is given, because they were renamed long ago: `auth`, `proxy.networkPolicy`, `proxy.containerSecurityContext` and `proxy.pdb`.

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
    proxy:
      networkPolicy:
        enabled: true
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
    proxy:
      chp:
        networkPolicy:
          enabled: true
```
";

/// The values, and what stands for them now, from the notes of the chart.
const REMOVED: &[(&[&str], &str)] = &[
    (&["auth"], "hub.config"),
    (&["proxy", "containerSecurityContext"], "proxy.chp.containerSecurityContext"),
    (&["proxy", "networkPolicy"], "proxy.chp.networkPolicy"),
    (&["proxy", "pdb"], "proxy.chp.pdb"),
];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.major.is_some_and(|major| major >= 1)) {
        for (keys, successor) in REMOVED {
            let Some(value) = hub.get(keys) else { continue };
            let Some(label) = project.label_under(value.origin, keys.last().copied().unwrap_or_default(), "renamed")
            else {
                continue;
            };
            let finding = report.at(label, format!("the chart refuses `{}`", keys.join(".")));
            finding.help(format!("use `{successor}`"));
        }
    }
}

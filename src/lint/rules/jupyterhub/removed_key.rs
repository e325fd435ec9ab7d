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
The chart fails to render where one of these values is given, because they were renamed: `auth`, `proxy.networkPolicy`, `proxy.containerSecurityContext`, `proxy.pdb` and `singleuser.cloudMetadata.enabled`
since version 1, `hub.fsGid` and `rbac.enabled` since version 2, `httpRoute.gateway` since version 5.

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

/// The values, what stands for them now, and since which version of the chart, from its notes.
const REMOVED: &[(&[&str], &str, u64)] = &[
    (&["auth"], "hub.config", 1),
    (&["httpRoute", "gateway"], "httpRoute.parentRefs", 5),
    (&["hub", "fsGid"], "hub.podSecurityContext.fsGroup", 2),
    (&["proxy", "containerSecurityContext"], "proxy.chp.containerSecurityContext", 1),
    (&["proxy", "networkPolicy"], "proxy.chp.networkPolicy", 1),
    (&["proxy", "pdb"], "proxy.chp.pdb", 1),
    (&["rbac", "enabled"], "rbac.create", 2),
    (&["singleuser", "cloudMetadata", "enabled"], "singleuser.cloudMetadata.blockWithIptables", 1),
];

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release) {
        let Some(major) = hub.major else { continue };
        for (keys, successor, _) in REMOVED.iter().filter(|(_, _, since)| major >= *since) {
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

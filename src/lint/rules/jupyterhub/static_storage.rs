//! `jupyterhub/static-storage`: `singleuser.storage.type: static` without `static.pvcName`.

use super::{hubs, text};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "jupyterhub/static-storage",
    severity: Severity::Error,
    pedantic: false,
    summary: "the storage of users is static and names no claim",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
With static storage all homes lie in one claim that exists already, and `static.pvcName` names it. Without the name no server starts.

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
      storage:
        type: static
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
      storage:
        type: static
        static:
          pvcName: homes
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.is_complete) {
        let Some(kind) = hub.get(&["singleuser", "storage", "type"]).filter(|kind| text(kind, &[]) == Some("static"))
        else {
            continue;
        };
        if text(hub.values, &["singleuser", "storage", "static", "pvcName"]).is_some() {
            continue;
        }
        let Some(label) = project.label_within(kind.origin, "which claim?") else { continue };
        report.at(label, "static storage names no claim").help("add `singleuser.storage.static.pvcName`");
    }
}

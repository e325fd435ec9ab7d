//! `jupyterhub/placeholders-without-priority`: `userPlaceholder` without `podPriority`.

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
    id: "jupyterhub/placeholders-without-priority",
    severity: Severity::Warning,
    pedantic: false,
    summary: "placeholder pods never give way to users",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Placeholders keep room for users: they give way to a user's pod because its priority is higher. Without `scheduling.podPriority.enabled` all are equal, and the placeholders only take the room away.

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
    scheduling:
      userPlaceholder:
        replicas: 3
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
    scheduling:
      podPriority:
        enabled: true
      userPlaceholder:
        replicas: 3
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    for hub in hubs(project, release).iter().filter(|hub| hub.is_complete) {
        let is = |keys: &[&str]| hub.get(keys).and_then(Value::as_bool);
        let Some(replicas) = hub.get(&["scheduling", "userPlaceholder", "replicas"]) else { continue };
        let count = text(replicas, &[]).and_then(|count| count.parse::<u64>().ok()).unwrap_or_default();
        let is_off = is(&["scheduling", "userPlaceholder", "enabled"]) == Some(false);
        if count == 0 || is_off || is(&["scheduling", "podPriority", "enabled"]) == Some(true) {
            continue;
        }
        let Some(label) = project.label_within(replicas.origin, "without `podPriority`") else { continue };
        let finding = report.at(label, format!("{count} placeholders take room that they never give back"));
        finding.help("set `scheduling.podPriority.enabled: true`");
    }
}

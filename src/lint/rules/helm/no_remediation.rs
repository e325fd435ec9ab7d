//! `helm/no-remediation`: no retries for installs and upgrades.

use crate::{
    diagnostic::Severity,
    flux::helm_release::is_helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/no-remediation",
    severity: Severity::Info,
    pedantic: true,
    summary: "a HelmRelease gives up after the first failure",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Without `install.remediation.retries`, or a strategy that retries, a release that failed once, for example because an image could not be pulled in time, stays failed until somebody acts.

## Bad

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
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
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
```

## Good

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  install:
    remediation:
      retries: 3
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !is_helm_release(&object.id) {
        return;
    }
    let install = object.value.pointer(&["spec", "install"]);
    let has = |field: &str| install.is_some_and(|install| install.get(field).is_some());
    if has("remediation") || has("strategy") {
        return;
    }
    let Some(label) = project.object_label(&object.value, "no retries") else { return };
    report.at(label, "the release is not tried again after a failed install").help("add `install.remediation.retries`");
}

//! `helm/crds-not-upgraded`: `install.crds` without `upgrade.crds`.

use crate::{
    diagnostic::Severity,
    flux::helm_release::is_helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/crds-not-upgraded",
    severity: Severity::Info,
    pedantic: true,
    summary: "a HelmRelease installs CRDs and never upgrades them",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
helm-controller leaves CRDs alone on upgrades unless `upgrade.crds` says otherwise, as Helm does. A new version of the chart then runs with the definitions of the first.

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
  install:
    crds: CreateReplace
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
    crds: CreateReplace
  upgrade:
    crds: CreateReplace
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
    let Some(install) = object.value.pointer(&["spec", "install", "crds"]) else { return };
    let upgrades = object.value.pointer(&["spec", "upgrade", "crds"]).is_some();
    if upgrades || !matches!(install.as_str(), Some("Create" | "CreateReplace")) {
        return;
    }
    let Some(label) = project.label(install, "on the first install only") else { return };
    report
        .at(label, "the CRDs of the chart are installed, and never upgraded")
        .help("add `upgrade.crds: CreateReplace`");
}

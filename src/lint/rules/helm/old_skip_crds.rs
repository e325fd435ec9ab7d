//! `helm/old-skip-crds`: `install.skipCRDs` or `upgrade.skipCRDs`.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::helm_release::is_helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/old-skip-crds",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a HelmRelease uses `skipCRDs`, which is deprecated",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`skipCRDs` is deprecated in favour of `crds`, which knows `Skip`, `Create` and `CreateReplace`, and does the same with `Skip`.

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
    skipCRDs: true
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
    crds: Skip
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
    for action in ["install", "upgrade"] {
        let Some(holder) = object.value.pointer(&["spec", action]) else { continue };
        let Some(old) = holder.get("skipCRDs").filter(|old| old.as_bool() == Some(true)) else { continue };
        let Some(label) = project.label(old, "use `crds: Skip`") else { continue };
        let changes = holder.get("crds").is_none().then(|| {
            project.edit(old.origin, |document, route| {
                document.replace(route, &Value::string("Skip"))?;
                document.rename_key(route, "crds")
            })
        });
        let finding = report.at(label, format!("`{action}.skipCRDs` is deprecated"));
        finding.help("write `crds: Skip` in its place").fix(Fix::safe("write `crds: Skip`", changes.flatten()));
    }
}

//! `helm/chart-or-reference`: both or neither of `chart` and `chartRef`.

use crate::{
    diagnostic::Severity,
    flux::helm_release::is_helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/chart-or-reference",
    severity: Severity::Error,
    pedantic: false,
    summary: "a HelmRelease names its chart twice, or not at all",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A HelmRelease takes its chart from `chart` or from `chartRef`. The API refuses one that has both, or none.

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
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: hub
  namespace: default
spec:
  interval: 1h
  url: oci://registry.example.org/hub
  ref:
    tag: 1.0.0
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chartRef:
    kind: OCIRepository
    name: hub
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
    let Some(spec) = object.value.get("spec") else { return };
    let of = |field: &str| spec.get(field).filter(|value| !value.is_null());
    match (of("chart"), of("chartRef")) {
        (Some(chart), Some(reference)) => {
            let Some(label) = project.key_label(reference.origin, "once more") else { return };
            let finding = report.at(label, "the release has both a `chart` and a `chartRef`");
            finding.and(project.key_label(chart.origin, "the chart")).help("keep one of them");
        }
        (None, None) => {
            let Some(label) = project.object_label(&object.value, "no chart") else { return };
            report.at(label, "the release has neither a `chart` nor a `chartRef`").help("add one of them");
        }
        _ => {}
    }
}

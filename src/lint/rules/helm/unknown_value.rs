//! `helm/unknown-value`: a value that the chart may not read.

use super::values::{chart_of, unknown_values};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/unknown-value",
    severity: Severity::Info,
    pedantic: true,
    summary: "a value that the `values.yaml` of the chart does not have",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
A value that no template reads changes nothing. Charts may well read values that their `values.yaml` does not show, so this is a question and not a verdict. A chart with a schema is not asked: the
schema knows better.

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
  values:
    autoscaling: true
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"replicas\": 1, \"persistence\": {\"enabled\": true, \"storageClass\": \"\"}}}
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
  values:
    replicas: 2
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"replicas\": 1, \"persistence\": {\"enabled\": true, \"storageClass\": \"\"}}}
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let Some(chart) = chart_of(project, release) else { return };
    for unknown in unknown_values(&chart, &release.release.values).iter().filter(|unknown| unknown.near.is_none()) {
        let Some(label) = project.label_under(unknown.value.origin, unknown.key, "not in its `values.yaml`") else {
            continue;
        };
        let message = format!("chart `{}` may not read `{}`", chart.name(), unknown.path());
        report.at(label, message).help("look into the templates of the chart, or remove the value");
    }
}

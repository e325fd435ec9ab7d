//! `helm/misspelt-value`: a value whose name the chart does not have, but almost.

use super::values::{chart_of, unknown_values};
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/misspelt-value",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a value is probably misspelt: the chart has one of almost this name",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Release(check),
};

const DOCS: &str = "\
Helm hands on every value, known or not, and a chart without a schema says nothing about one that no template reads. The rule knows the chart where it is at hand (in the repository, kept by
`treewright schema add`, or in Helm's cache) and reports a key that its `values.yaml` does not have, beside one of almost the same name that is not set. Maps that are made to be filled freely,
such as annotations, are left alone.

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
    persistence:
      storageclass: fast
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
    persistence:
      storageClass: fast
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"replicas\": 1, \"persistence\": {\"enabled\": true, \"storageClass\": \"\"}}}
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let Some(chart) = chart_of(project, release) else { return };
    for unknown in unknown_values(&chart, &release.release.values) {
        let Some(near) = unknown.near else { continue };
        let Some(label) = project.label_under(unknown.value.origin, unknown.key, "nothing reads this") else {
            continue;
        };
        let message = format!("chart `{}` has no value `{}`", chart.name(), unknown.path());
        let changes = project.with_key_renamed(unknown.value.origin, unknown.key, near);
        report
            .at(label, message)
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::likely(format!("write `{near}`"), changes));
    }
}

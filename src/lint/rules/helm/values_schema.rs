//! `helm/values-schema`: values that the schema of the chart refuses.

use super::values::chart_of;
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Label, Severity},
    helm::{compose, validate},
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/values-schema",
    severity: Severity::Error,
    pedantic: false,
    summary: "the values of a release do not fit the schema of its chart",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Helm checks the values against the `values.schema.json` of the chart, and of each chart inside of it, before it renders anything, and refuses the release. The rule does the same wherever the chart is
at hand: in a folder or an archive of the repository, kept by `treewright schema add`, or in Helm's cache. It looks at the values as the chart gets them, and points at the one to blame, be it in the
release, in a ConfigMap, or in a file that a ConfigMap is made of. What a value from a Secret could mend is left open.

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
    replicas: \"2\"
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"replicas\": 1, \"image\": {\"tag\": \"\"}}, \"schema\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"replicas\": {\"type\": \"integer\"}, \"name\": {\"type\": \"string\"}, \"token\": {\"type\": \"string\"}, \"image\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"tag\": {\"type\": \"string\"}}}}}}
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
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"replicas\": 1, \"image\": {\"tag\": \"\"}}, \"schema\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"replicas\": {\"type\": \"integer\"}, \"name\": {\"type\": \"string\"}, \"token\": {\"type\": \"string\"}, \"image\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"tag\": {\"type\": \"string\"}}}}}}
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let Some(chart) = chart_of(project, release).filter(|chart| chart.has_schema()) else { return };
    let Ok(composed) = compose(&chart, &release.release) else { return };
    let place =
        || project.label_within(release.release.origin, "").unwrap_or_else(|| Label::file(&RepoPath::root(), ""));
    for fault in validate(&composed, &release.release).faults {
        report.known(&fault.diagnostic(&|origin, message| project.label_within(origin, message), place()));
    }
}

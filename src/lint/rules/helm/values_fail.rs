//! `helm/values-fail`: values that the controller or Helm cannot put together.

use super::values::chart_of;
use crate::{
    cluster::ComposedRelease,
    diagnostic::{Label, Severity},
    helm::{ComposeError, compose},
    lint::{Check, Report, Rule},
    path::RepoPath,
    project::Project,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/values-fail",
    severity: Severity::Error,
    pedantic: false,
    summary: "the values of a release cannot be put together",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Before any template is rendered, values come together from several places: documents, values for single paths, the release itself. The release fails where an entry of `valuesFrom` holds
no mapping, where a target path leads through a value that cannot hold it, where a value for a target path is no value to Helm's `--set` (a comma begins the next key, `{` a list), and where the values
for a chart inside of the chart are no mapping.

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
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  namespace: default
data:
  greeting: Welcome, and good luck
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
  valuesFrom:
    - kind: ConfigMap
      name: hub
      valuesKey: greeting
      targetPath: hub.greeting
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
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  namespace: default
data:
  greeting: Welcome, and good luck
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
  valuesFrom:
    - kind: ConfigMap
      name: hub
      valuesKey: greeting
      targetPath: hub.greeting
      literal: true
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let known = release.problems.iter().filter(|problem| problem.rule == RULE.id);
    let mut is_told = false;
    for problem in known {
        report.known(problem);
        is_told = true;
    }
    if is_told {
        return;
    }
    let Some(chart) = chart_of(project, release) else { return };
    let Err(error) = compose(&chart, &release.release) else { return };
    let origin = match &error {
        ComposeError::NotATable { origin, .. } if origin.is_some() => *origin,
        _ => release.release.origin,
    };
    let label = project.label_within(origin, "");
    report.at(label.unwrap_or_else(|| Label::file(&RepoPath::root(), "")), error.to_string());
}

//! `helm/list-replaced`: a list that drops items of the chart.

use super::values::{chart_of, parts};
use crate::{
    cluster::ComposedRelease,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::Project,
    yaml::{Content, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/list-replaced",
    severity: Severity::Info,
    pedantic: true,
    summary: "a list takes the place of a list of the chart and drops items",
    docs: DOCS,
    fix: None,
    check: Check::Release(check),
};

const DOCS: &str = "\
Helm merges maps, but a list takes the place of the chart's list as a whole. Items of the chart that are not repeated are gone.

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
    args:
      - --verbose
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"args\": [\"--strict\", \"--quiet\"], \"ports\": [{\"name\": \"http\"}], \"hosts\": []}}
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
    args:
      - --strict
      - --quiet
      - --verbose
```

```json .treewright/schemas/charts/hub/1.0.0.json
{\"apiVersion\": \"v2\", \"name\": \"hub\", \"version\": \"1.0.0\", \"values\": {\"args\": [\"--strict\", \"--quiet\"], \"ports\": [{\"name\": \"http\"}], \"hosts\": []}}
```
";

fn check(project: &Project, release: &ComposedRelease, report: &mut Report<'_>) {
    let Some(chart) = chart_of(project, release) else { return };
    let mut found = Vec::new();
    for part in parts(&chart, &release.release.values) {
        replaced(&part.chart.values, part.given, &part.path, &mut found);
    }
    for (path, key, list, dropped) in found {
        let Some(label) = project.label_under(list.origin, key, "this is the whole list now") else { continue };
        let items = if dropped == 1 { "1 item".to_owned() } else { format!("{dropped} items") };
        let message = format!("`{path}` drops {items} that chart `{}` has there", chart.name());
        report.at(label, message).help("repeat what is still wanted");
    }
}

/// The lists that drop items: where they stand, their keys, the lists, and how many items are gone.
fn replaced<'v>(defaults: &Value, given: &'v Value, path: &str, found: &mut Vec<(String, &'v str, &'v Value, usize)>) {
    let (Some(defaults), Some(given)) = (defaults.as_mapping(), given.as_mapping()) else { return };
    for (key, value) in given {
        let Some(default) = defaults.get(key) else { continue };
        let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
        match (&default.content, &value.content) {
            (Content::Mapping(_), Content::Mapping(_)) => replaced(default, value, &path, found),
            (Content::Sequence(old), Content::Sequence(new)) => {
                let dropped = old.iter().filter(|item| !new.contains(item)).count();
                if dropped > 0 {
                    found.push((path, key, value, dropped));
                }
            }
            _ => {}
        }
    }
}

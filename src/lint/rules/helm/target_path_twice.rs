//! `helm/target-path-twice`: two entries of `valuesFrom` aim at one target path.

use crate::{
    diagnostic::Severity,
    flux::helm_release::{self, ValuesFrom},
    helm::SetPath,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/target-path-twice",
    severity: Severity::Error,
    pedantic: false,
    summary: "two entries of valuesFrom aim at one target path",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The later entry replaces what the earlier one has set, so the earlier one never counts. Mostly one of the two was copied and its `targetPath` forgotten. An optional
entry behind another is left alone: it overrides only where its object exists.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: notebooks
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: notebooks
spec:
  url: https://charts.example.org
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  namespace: notebooks
data:
  authorize: https://example.org/authorize
  logout: https://example.org/logout
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: notebooks
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
      valuesKey: authorize
      targetPath: auth.authorize
    - kind: ConfigMap
      name: hub
      valuesKey: logout
      targetPath: auth.authorize
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: notebooks
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: notebooks
spec:
  url: https://charts.example.org
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  namespace: notebooks
data:
  authorize: https://example.org/authorize
  logout: https://example.org/logout
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: notebooks
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
      valuesKey: authorize
      targetPath: auth.authorize
    - kind: ConfigMap
      name: hub
      valuesKey: logout
      targetPath: auth.logout
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !helm_release::is_helm_release(&object.id) {
        return;
    }
    let entries = helm_release::values_from(&object.value);
    let aimed: Vec<(SetPath, &ValuesFrom)> =
        entries.iter().filter_map(|entry| Some((SetPath::parse(entry.target_path.as_deref()?).ok()?, entry))).collect();
    for (index, (path, entry)) in aimed.iter().enumerate() {
        let first = aimed[..index].iter().find(|(other, _)| other == path);
        let Some((_, first)) = first.filter(|_| !entry.optional) else { continue };
        let Some(label) = entry.target_origin.and_then(|origin| project.label_at(origin, "again here")) else {
            continue;
        };
        report
            .at(label, format!("two entries of `valuesFrom` aim at `{path}`"))
            .and(first.target_origin.and_then(|origin| project.label_at(origin, "first here; this value is replaced")))
            .help("each entry needs a target path of its own; of these two only the last counts");
    }
}

//! `helm/unpinned-chart`: a range in the place of the version of a chart.

use crate::{
    diagnostic::Severity,
    flux::helm_release::is_helm_release,
    helm::Version,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/unpinned-chart",
    severity: Severity::Info,
    pedantic: true,
    summary: "a HelmRelease takes a chart in any version",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
With a range, `*`, or no version at all, a new version of the chart is installed as soon as it is published, without a commit that one could review or take back.

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
      version: 1.x
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
    let Some(template) = object.value.pointer(&["spec", "chart", "spec"]) else { return };
    let of = |keys: &[&str]| template.pointer(keys).and_then(Value::as_scalar).map(|scalar| scalar.text.as_str());
    let Some(name) = of(&["chart"]).filter(|_| of(&["sourceRef", "kind"]) == Some("HelmRepository")) else { return };
    let version = of(&["version"]).unwrap_or_default();
    if Version::parse(version).is_some() || version.contains("${") {
        return;
    }
    let place = template.get("version").or_else(|| template.get("chart"));
    let Some(label) = place.and_then(|place| project.label(place, "fits many versions")) else { return };
    report.at(label, format!("the chart `{name}` is not pinned to one version")).help("write the whole version");
}

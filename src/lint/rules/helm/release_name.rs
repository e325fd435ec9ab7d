//! `helm/release-name`: a name of more than 53 characters.

use crate::{
    diagnostic::Severity,
    flux::helm_release::is_helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/release-name",
    severity: Severity::Warning,
    pedantic: false,
    summary: "the name of a release is too long for Helm",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Helm takes names of up to 53 characters. helm-controller cuts a longer one, made of `targetNamespace` and the name of the HelmRelease, and puts a hash behind it: the objects of the chart have names that stand nowhere.

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
  name: notebooks-of-the-department-of-theoretical-astrophysics
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
  name: notebooks-of-the-department-of-theoretical-astrophysics
  namespace: default
spec:
  interval: 10m
  releaseName: notebooks
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
    let written = |keys: &[&str]| object.value.pointer(keys).and_then(Value::as_str).filter(|text| !text.is_empty());
    let own = object.id.name.chars().count();
    let (length, place) = if let Some(name) = written(&["spec", "releaseName"]) {
        (name.chars().count(), object.value.pointer(&["spec", "releaseName"]))
    } else {
        let before = written(&["spec", "targetNamespace"]).map_or(0, |namespace| namespace.chars().count() + 1);
        (before + own, object.value.pointer(&["metadata", "name"]))
    };
    if length <= 53 {
        return;
    }
    let Some(label) = place.and_then(|place| project.label(place, "cut, with a hash behind it")) else { return };
    let finding = report.at(label, format!("the name of the release has {length} characters, and Helm takes 53"));
    finding.help("set a shorter `releaseName`; on a release that is installed already this installs it anew");
}

//! `helm/optional-values-missing`: optional values with a name that is probably misspelt.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::helm_release,
    graph::DataKind,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/optional-values-missing",
    severity: Severity::Warning,
    pedantic: true,
    summary: "values that may be missing are missing, and almost this name is there",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
An entry of `valuesFrom` with `optional: true` is passed over in silence where its object does not exist. That hides a misspelt name for ever. The rule speaks only where an object of almost this name is
made in the same namespace, and the release does not read that one too.

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
  name: hub-values
  namespace: default
data:
  values.yaml: |
    replicas: 1
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
      name: hub-value
      optional: true
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
  name: hub-values
  namespace: default
data:
  values.yaml: |
    replicas: 1
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
      name: hub-values
      optional: true
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !helm_release::is_helm_release(&object.id) {
        return;
    }
    let entries = helm_release::values_from(&object.value);
    let namespace = object.id.namespace.as_deref();
    for entry in entries.iter().filter(|entry| entry.optional) {
        let Some(kind) = DataKind::of(&entry.kind) else { continue };
        let is_known = !project.producers().find(kind, &entry.name, None).is_empty()
            || project.is_external(&entry.kind, namespace, &entry.name);
        if is_known || namespace.is_none() || entry.name.contains(['$', '{']) {
            continue;
        }
        let differs =
            |name: &str| !name.chars().filter(char::is_ascii_digit).eq(entry.name.chars().filter(char::is_ascii_digit));
        let is_read = |name: &str| entries.iter().any(|other| other.kind == entry.kind && other.name == name);
        let names = project.producers().names(kind, namespace);
        let Some(near) = nearest(&entry.name, names).filter(|near| !is_read(near) && !differs(near)) else { continue };
        let Some(label) = project.label_at(entry.name_origin, "nothing makes this, and nobody will say so") else {
            continue;
        };
        let changes = project.with_value(entry.name_origin, &Value::plain(near));
        report
            .at(label, format!("no object in this repository makes {} `{}`", entry.kind, entry.name))
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::likely(format!("read `{near}`"), changes));
    }
}

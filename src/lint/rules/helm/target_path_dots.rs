//! `helm/target-path-dots`: a dot inside of a key that cuts a target path.

use crate::{
    argo,
    diagnostic::{Fix, Safety, Severity},
    flux::helm_release,
    helm::{SetPath, SetStep},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Origin, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/target-path-dots",
    severity: Severity::Error,
    pedantic: false,
    summary: "a target path is cut at a dot inside of a key",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A dot in a target path begins the next key. The name of an annotation or a label has dots of its own, which need a backslash before them: without, the value ends up somewhere under `nginx`, and the
annotation is never set. The same holds for the names of Helm parameters in an Application.

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
  size: 8m
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
      valuesKey: size
      targetPath: ingress.annotations.nginx.ingress.kubernetes.io/proxy-body-size
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
  size: 8m
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
      valuesKey: size
      targetPath: ingress.annotations.nginx\\.ingress\\.kubernetes\\.io/proxy-body-size
```
";

/// Keys under which names with dots and a slash stand.
const MAPS: &[&str] = &["annotations", "labels", "nodeselector", "matchlabels", "selector"];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for (path, origin) in paths(object) {
        let Some(right) = escaped(&path) else { continue };
        let Some(label) = project.label_at(origin, "each dot begins another key") else { continue };
        let fix = Fix::likely("escape the dots", project.with_value(origin, &Value::plain(right.clone())));
        let finding = report.at(label, format!("`{path}` is cut at the dots inside of a key"));
        finding.help(format!("write `{right}`")).fix(fix);
    }
}

/// The paths into values that an object writes down, with their places.
fn paths(object: &Object) -> Vec<(String, Origin)> {
    if helm_release::is_helm_release(&object.id) {
        let entries = helm_release::values_from(&object.value).into_iter();
        return entries.filter_map(|entry| Some((entry.target_path?.to_string(), entry.target_origin?))).collect();
    }
    if !object.id.is("argoproj.io", "Application") {
        return Vec::new();
    }
    let sources = object.value.get("spec").map(argo::sources).unwrap_or_default().into_iter();
    let parameters = sources.filter_map(|source| source.pointer(&["helm", "parameters"])?.as_sequence()).flatten();
    let names = parameters.filter_map(|parameter| parameter.get("name"));
    names.filter_map(|name| Some((name.as_str()?.to_owned(), name.origin))).collect()
}

/// The path with the dots of its last key escaped, if a key was cut: a step behind `annotations` or the like is followed by one with a slash in it.
fn escaped(path: &str) -> Option<String> {
    let parsed = SetPath::parse(path).ok()?;
    let steps = parsed.steps();
    let key = |step: &SetStep| match step {
        SetStep::Key(key) => Some(key.to_string()),
        SetStep::Index(_) => None,
    };
    let is_map = |step: &SetStep| {
        key(step).is_some_and(|key| {
            let key = key.to_lowercase();
            MAPS.iter().any(|map| key.ends_with(map))
        })
    };
    let map = steps.iter().position(is_map)?;
    let slash =
        map + 1 + steps.get(map + 1..)?.iter().position(|step| key(step).is_some_and(|key| key.contains('/')))?;
    let cut: Vec<String> = steps.get(map + 1..)?.iter().map(key).collect::<Option<_>>()?;
    // The rest belongs to the one key; a single step was never cut.
    (slash > map + 1).then(|| {
        let before: Vec<String> =
            steps.iter().take(map + 1).filter_map(key).map(|key| key.replace('.', "\\.")).collect();
        format!("{}.{}", before.join("."), cut.join(".").replace('.', "\\."))
    })
}

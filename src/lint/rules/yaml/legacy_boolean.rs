//! `yaml/legacy-boolean`: `yes`, `no`, `on` or `off` without quotes.

use crate::yaml::Step;
use crate::{
    diagnostic::{Label, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{File, Project},
    yaml::{Origin, Style, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "yaml/legacy-boolean",
    severity: Severity::Warning,
    pedantic: false,
    summary: "`yes`, `no`, `on` or `off` without quotes",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::File(check),
};

const DOCS: &str = "\
YAML 1.1, which Helm and kubectl read, takes these words for booleans; YAML 1.2, which kustomize and Flux read, for texts. `enabled: no` in the values
of a HelmRelease is the text `no`, which templates take for true. Only the manifests of Kubernetes are looked at.

## Bad

```yaml apps/app.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: web
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  values:
    metrics:
      enabled: no
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
```

## Good

```yaml apps/app.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: web
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
  values:
    metrics:
      enabled: false
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
```
";

fn check(project: &Project, file: &File, report: &mut Report<'_>) {
    let Some(stream) = file.stream() else { return };
    let Some(id) = file.id().filter(|_| file.objects().next().is_some()) else { return };
    for node in stream.nodes().filter(|node| node.style() == Some(Style::Plain) && !node.is_alias()) {
        let Some(meant) = node.text().and_then(meant).filter(|_| node.tag().is_none()) else { continue };
        if node.own_entry().is_some_and(|entry| entry.value != node) {
            continue;
        }
        let is_text = node.route().steps().windows(2).any(|steps| is_text_field(&steps[0]));
        let value = if is_text { Value::string(node.text().unwrap_or_default()) } else { Value::bool(meant) };
        let title = if is_text { "put it in quotes".to_owned() } else { format!("write `{meant}`") };
        let origin = Origin { file: id, offset: node.span().start };
        report
            .at(
                Label::new(&file.path, node.span(), ""),
                format!("`{}` is a boolean for some tools and a text for others", node.source()),
            )
            .help(format!("write `{meant}`, or put it in quotes if it is a text"))
            .fix(project.replacement(origin, &value, title, Safety::Unsafe));
    }
}

fn meant(text: &str) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Whether what stands below this key is always a text.
fn is_text_field(step: &Step) -> bool {
    matches!(step, Step::Key(key) if ["data", "stringData", "labels", "annotations", "env", "args", "command", "matchLabels"].contains(&key.as_str()))
}

//! `helm/target-path-shadowed`: a value aimed at a target path that never reaches the chart.

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    flux::{
        helm_release::{self, ValuesFrom},
        values::{Composed, Part, Writer, compose},
    },
    graph::DataKind,
    helm::SetPath,
    lint::{Check, Report, Rule},
    project::{Embedded, Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/target-path-shadowed",
    severity: Severity::Error,
    pedantic: false,
    summary: "a value aimed at a target path never reaches the chart, because another one wins",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A target path does not always win. Entries of `valuesFrom` are merged in their order, so a later document replaces what an earlier target path has set. And `values` is merged in
once more at the end: it wins back what a target path has set, unless the two still share the map around it, which they stop to do as soon as an entry before has brought a
part of that map. Documents first, target paths last, and no value of that path anywhere else is the order that always holds.

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
  host: hub.example.org
  values.yaml: |
    ingress:
      enabled: true
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
    - kind: ConfigMap
      name: hub
      valuesKey: host
      targetPath: ingress.host
  values:
    ingress:
      host: to-be-set
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
  host: hub.example.org
  values.yaml: |
    ingress:
      enabled: true
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
    - kind: ConfigMap
      name: hub
      valuesKey: host
      targetPath: ingress.host
```
";

/// One entry with the document it brings, if that can be read.
struct Source {
    entry: ValuesFrom,
    part: Part,
    document: Option<Embedded>,
}

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !helm_release::is_helm_release(&object.id) {
        return;
    }
    let sources: Vec<Source> =
        helm_release::values_from(&object.value).into_iter().map(|entry| source(project, object, entry)).collect();
    let parts: Vec<Part> = sources.iter().map(|source| source.part.clone()).collect();
    // What is not known counts as nothing. It could only take more from the targets: every document before them unshares more maps, every one behind them
    // may replace what they have set.
    let Ok(composed) = compose(&parts, helm_release::inline_values(&object.value)) else { return };
    for (index, one) in sources.iter().enumerate() {
        let Part::Target(path, _) = &one.part else { continue };
        if !composed.holds(index) {
            shadowed(project, &sources, &composed, (one, path), report);
        }
    }
}

fn source(project: &Project, object: &Object, entry: ValuesFrom) -> Source {
    let data = DataKind::of(&entry.kind).and_then(|kind| project.data_object(object, kind, &entry.name));
    let document = data.and_then(|data| project.embedded(&data.data_text(&entry.key)?));
    if let Some(path) = &entry.target_path {
        let part = SetPath::parse(path).map_or(Part::Nothing, |path| Part::Target(path, Value::string("")));
        return Source { entry, part, document: None };
    }
    let value = document.as_ref().and_then(Embedded::to_value).filter(|value| value.as_mapping().is_some());
    Source { entry, part: value.map_or(Part::Nothing, Part::Document), document }
}

fn shadowed(
    project: &Project,
    sources: &[Source],
    composed: &Composed,
    (one, path): (&Source, &SetPath),
    report: &mut Report<'_>,
) {
    let Some((writer, value)) = composed.writer(path) else { return };
    let label = |message: &str| one.entry.target_origin.and_then(|origin| project.label_at(origin, message));
    let Some(primary) = label("the value set here is lost") else { return };
    // What takes the place of a Secret's value may well be that value.
    let hide = |label: Label| if one.entry.kind == "Secret" { label.redacted() } else { label };
    match writer {
        Writer::Inline => {
            let message = format!("`{path}` never gets this value: `values` sets it too, and wins");
            let place = project.label(value, "this value wins");
            let finding = report.at(primary, message).and(place.map(hide));
            finding.help("remove it from `values`").fix(remove(project, value, path));
        }
        Writer::Entry(other) => {
            // Of two targets at one path another rule speaks.
            let Some(other) = sources.get(other).filter(|other| matches!(other.part, Part::Document(_))) else {
                return;
            };
            let message = format!(
                "`{path}` never gets this value: {} `{}`, which is merged later, sets it too",
                other.entry.kind, other.entry.name
            );
            let place =
                other.document.as_ref().map(|document| document.label_at(value.origin.offset, "this value wins"));
            let finding = report.at(primary, message).and(place.map(hide));
            finding.help("move the entry with the target path behind that one, or remove the value there");
        }
    }
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone is not general enough in its lifetimes"
)]
fn remove(project: &Project, value: &Value, path: &SetPath) -> Option<Fix> {
    let changes = project.edit(value.origin, |document, route| document.remove(route))?;
    Some(Fix { title: format!("remove `{path}` from `values`"), safety: Safety::Unsafe, changes })
}

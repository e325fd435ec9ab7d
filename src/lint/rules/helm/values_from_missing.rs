//! `helm/values-from-missing`: a HelmRelease takes values from an object that nobody makes.

use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    flux::helm_release::{self, ValuesFrom},
    graph::{DataKind, Produced},
    kustomize::ProblemKind,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    text::nearest,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/values-from-missing",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a HelmRelease takes values from a Secret or ConfigMap that nothing in the repository makes",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The controller does not install or upgrade a release while an object of its `valuesFrom` is missing. An object counts as made if the repository holds it, generates it, or
holds the ExternalSecret, SealedSecret, Certificate or other object that a controller makes it from. It must be in the namespace of the HelmRelease.

An object that is made by hand or by another program is better marked in the repository: silence the finding with a comment that says who makes it.

## Bad

```yaml apps/releases.yaml
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
  name: hub-values
  namespace: notebooks
data:
  values.yaml: |
    replicas: 1
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
      name: hub-value
```

## Good

```yaml apps/releases.yaml
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
  name: hub-values
  namespace: notebooks
data:
  values.yaml: |
    replicas: 1
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
      name: hub-values
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !helm_release::is_helm_release(&object.id) {
        return;
    }
    for entry in helm_release::values_from(&object.value) {
        let Some(kind) = DataKind::of(&entry.kind) else { continue };
        let namespace = object.id.namespace.as_deref();
        if entry.optional
            || is_placeholder(&entry.name)
            || namespace.is_some_and(is_placeholder)
            || project.is_external(&entry.kind, namespace, &entry.name)
        {
            continue;
        }
        if project.producers().find(kind, &entry.name, namespace).is_empty() && is_all_known(project, object, &entry) {
            missing(project, object, &entry, kind, report);
        }
    }
}

fn missing(project: &Project, object: &Object, entry: &ValuesFrom, kind: DataKind, report: &mut Report<'_>) {
    let Some(label) = project.label_at(entry.name_origin, format!("{} reads this object", object.id)) else { return };
    let elsewhere = project.producers().find(kind, &entry.name, None);
    if elsewhere.iter().any(|one| is_spread(project, one)) {
        return;
    }
    let message = format!("no object in this repository makes {} `{}`", entry.kind, entry.name);
    if let (Some(other), Some(namespace)) = (elsewhere.first(), &object.id.namespace) {
        let there = other.namespace.as_deref().unwrap_or_default();
        let finding = report.at(label, format!("{message} in namespace `{namespace}`"));
        let finding = finding.and(project.label_at(other.origin, format!("this one is made in namespace `{there}`")));
        finding.help("a HelmRelease reads only objects of its own namespace");
        return;
    }
    let finding = report.at(label, message);
    let names = project.producers().names(kind, object.id.namespace.as_deref());
    let Some(near) = nearest(&entry.name, names) else {
        finding.help("add the object, or correct the name; if it is made outside of this repository, silence this finding with a comment that says where");
        return;
    };
    let made = project.producers().find(kind, near, object.id.namespace.as_deref());
    let place = made.first().and_then(|made| producer_label(project, made));
    finding.and(place).help(format!("did you mean `{near}`?"));
}

fn producer_label(project: &Project, made: &Produced) -> Option<Label> {
    let maker = project.objects().iter().find(|object| object.origin() == made.origin && object.id == made.by)?;
    let target = ["spec", "target", "name"];
    let name = maker.value.pointer(&target).filter(|_| maker.id.kind == "ExternalSecret");
    let message = format!("{} makes `{}`", made.by, made.name);
    name.and_then(|name| project.label(name, message.clone())).or_else(|| project.object_label(&maker.value, message))
}

/// Whether an annotation asks some controller to copy the object into other namespaces.
fn is_spread(project: &Project, made: &Produced) -> bool {
    let makers = project.objects().iter().filter(|object| object.origin() == made.origin);
    let mut texts = makers.flat_map(|object| {
        let places: [&[&str]; 2] =
            [&["metadata", "annotations"], &["spec", "target", "template", "metadata", "annotations"]];
        places.into_iter().filter_map(|keys| object.value.pointer(keys)?.as_mapping())
    });
    texts.any(|annotations| annotations.keys().any(|key| key.contains("reflect") || key.contains("replicat")))
}

/// Whether everything that could make the object was read: no remote part, no missing file beside or above the release, no broken file that names it.
fn is_all_known(project: &Project, object: &Object, entry: &ValuesFrom) -> bool {
    let unit = project.unit_of(object);
    let near = |label: &Label| label.path.parent().is_some_and(|directory| object.path.is_under(&directory));
    let complete = unit.is_none_or(|unit| {
        let holes = [ProblemKind::MissingFile, ProblemKind::GeneratorFails, ProblemKind::NotAKustomization];
        let is_hole = |problem: &Diagnostic| holes.iter().any(|hole| hole.id() == problem.rule);
        !unit.not_rendered.iter().any(|part| near(&part.place))
            && !unit.problems.iter().any(|problem| is_hole(problem) && near(&problem.primary))
    });
    let broken = project.files().iter().filter(|file| file.stream().is_none());
    let named = |path| project.text(path).is_some_and(|text| text.as_str().contains(entry.name.as_str()));
    complete && !broken.into_iter().any(|file| named(&file.path))
}

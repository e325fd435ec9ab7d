//! `flux/source-missing`: a reference to a source that nothing in the repository declares.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Safety, Severity},
    flux::{SourceRef, group, helm_release},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::{Span, nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/source-missing",
    severity: Severity::Error,
    summary: "a source reference that leads to no object of the repository",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A HelmRelease takes its chart, and a Flux Kustomization its files, from a source object: a HelmRepository, GitRepository, OCIRepository or Bucket. If kind, name or namespace
of the reference do not match one, the controller waits for it for ever.

## Bad

```yaml release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: gatekeeper
      sourceRef:
        kind: HelmRepository
        name: gatekeepr
```

```yaml repository.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
```

## Good

```yaml release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: gatekeeper
      sourceRef:
        kind: HelmRepository
        name: gatekeeper
```

```yaml repository.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(source) = source_of(object).filter(|source| !is_elsewhere(source)) else { return };
    let namespace = source.namespace.clone().or_else(|| object.id.namespace.clone());
    let of_kind = || project.objects().iter().filter(|one| one.id.kind == source.kind && one.id.group == group::SOURCE);
    let agrees = |one: &Object| match (&one.id.namespace, &namespace) {
        (Some(one), Some(wanted)) => one == wanted,
        _ => true,
    };
    let named: Vec<&Object> = of_kind().filter(|one| one.id.name == source.name).collect();
    if named.iter().any(|one| agrees(one)) || comes_with_flux(project, &source, namespace.as_deref()) {
        return;
    }
    let Some(label) = project.label_at(source.origin, format!("{} refers to it", object.id)) else { return };
    let place = namespace.as_ref().map_or_else(String::new, |namespace| format!(" in namespace {namespace}"));
    let finding = report.at(label, format!("no {} `{}`{place} in this repository", source.kind, source.name));
    if let Some(other) = named.first() {
        let there = other.id.namespace.as_deref().unwrap_or_default();
        finding
            .and(project.object_label(&other.value, format!("the one of this name is in namespace {there}")))
            .help(format!("say `namespace: {there}` in the reference, or move the source"));
        return;
    }
    let near = nearest(&source.name, of_kind().filter(|one| agrees(one)).map(|one| one.id.name.as_str()));
    match near {
        Some(near) => {
            let meant = of_kind().find(|one| one.id.name == near);
            finding
                .and(meant.and_then(|one| project.object_label(&one.value, "this one has nearly the same name")))
                .help(format!("did you mean `{near}`?"))
                .fix(replace(project, &source, near));
        }
        None => {
            finding.help(format!("declare the {} in the repository, or correct the reference", source.kind));
        }
    }
}

/// Whether a FluxInstance makes the source.
fn comes_with_flux(project: &Project, wanted: &SourceRef, namespace: Option<&str>) -> bool {
    let made = project.flux_kustomizations().iter().filter(|one| one.makes_source);
    made.filter_map(|one| one.source.as_ref()).any(|source| {
        source.kind == wanted.kind
            && source.name == wanted.name
            && (namespace.is_none() || source.namespace.as_deref() == namespace)
    })
}

fn source_of(object: &Object) -> Option<SourceRef> {
    if helm_release::is_helm_release(&object.id) {
        helm_release::chart_source(&object.value)
    } else if object.id.is(group::KUSTOMIZE, "Kustomization") {
        SourceRef::of(object.value.pointer(&["spec", "sourceRef"])?)
    } else if object.id.is(group::SOURCE, "HelmChart") {
        SourceRef::of(object.value.pointer(&["spec", "sourceRef"])?)
    } else {
        None
    }
}

/// Sources that are made outside of the repository: those of the bootstrap, those named by variables, and kinds that other tools make.
fn is_elsewhere(source: &SourceRef) -> bool {
    source.name == "flux-system"
        || source.name.contains("${")
        || source.group != group::SOURCE
        || source.kind == "ExternalArtifact"
        || source.namespace.as_ref().is_some_and(|namespace| namespace.contains("${"))
}

fn replace(project: &Project, source: &SourceRef, near: &str) -> Option<Fix> {
    let (path, node) = project.node_of(source.origin)?;
    let span = node.span();
    // Quotes stay as they are.
    let quote = usize::from(span.len() == source.name.len() + 2);
    let span = Span::new(span.start as usize + quote, span.end as usize - quote);
    let mut changes = ChangeSet::new();
    changes.edit(path, [TextEdit::new(span, near)]).ok()?;
    Some(Fix { title: format!("refer to `{near}`"), safety: Safety::Unsafe, changes })
}

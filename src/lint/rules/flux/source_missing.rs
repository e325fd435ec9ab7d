//! `flux/source-missing`: a reference to a source that nothing declares.

use smol_str::SmolStr;

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Safety, Severity},
    flux::{SourceRef, group, helm_release},
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    project::{Object, Project},
    text::nearest,
    yaml::{Origin, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/source-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "a sourceRef or chartRef names a source that nothing declares",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A HelmRelease, a Flux Kustomization or an image automation waits for ever for a source that does not exist. The rule compares kind and name, and the namespace where both are known.
The source `flux-system`, which bootstrapping makes, and those that a FluxInstance or a ResourceSet makes count as declared.

## Bad

```yaml apps/repository.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: gatekeepr
  namespace: default
spec:
  interval: 1h
  url: https://open-policy-agent.github.io/gatekeeper/charts
```

```yaml apps/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 1h
  chart:
    spec:
      chart: gatekeeper
      version: 3.18.2
      sourceRef:
        kind: HelmRepository
        name: gatekeeper
```

## Good

```yaml apps/repository.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 1h
  url: https://open-policy-agent.github.io/gatekeeper/charts
```

```yaml apps/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: gatekeeper
  namespace: default
spec:
  interval: 1h
  chart:
    spec:
      chart: gatekeeper
      version: 3.18.2
      sourceRef:
        kind: HelmRepository
        name: gatekeeper
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(reference) = reference(object) else { return };
    let namespace = reference.namespace.as_ref().or(object.id.namespace.as_ref());
    if project.is_external(&reference.kind, namespace.map(SmolStr::as_str), &reference.name) {
        return;
    }
    if is_provided(&reference) || is_made_by_operator(project, &reference, namespace) {
        return;
    }
    let declared: Vec<&Object> =
        project.objects().iter().filter(|one| one.id.is(&reference.group, &reference.kind)).collect();
    let fits = |one: &&&Object| may_be_same(one.id.namespace.as_ref(), namespace);
    let is_declared = declared.iter().filter(fits).any(|one| one.id.name == reference.name);
    if is_declared || is_bootstrap(project, object, &reference, declared.is_empty()) {
        return;
    }
    let SourceRef { kind, name, origin, .. } = &reference;
    let Some(label) = project.label_at(*origin, format!("{} refers to it", object.id)) else { return };
    let place = namespace.map_or_else(String::new, |namespace| format!(" in namespace `{namespace}`"));
    let finding = report.at(label, format!("no {kind} `{name}`{place} is declared in this repository"));
    if let Some(elsewhere) = declared.iter().find(|one| one.id.name == *name) {
        let (there, here) = (spoken(elsewhere.id.namespace.as_ref()), spoken(namespace));
        finding
            .and(project.object_label(&elsewhere.value, format!("declared in namespace {there}")))
            .help(format!("the reference means namespace {here}: set its `namespace` to {there}"));
        return;
    }
    let near = nearest(name, declared.iter().filter(fits).map(|one| one.id.name.as_str()));
    let Some(near) = declared.iter().filter(fits).find(|one| near == Some(&one.id.name)) else {
        finding.help(format!("declare the {kind}, or refer to one that is declared"));
        return;
    };
    finding
        .and(project.object_label(&near.value, format!("this {kind} is called `{}`", near.id.name)))
        .help(format!("did you mean `{}`?", near.id.name))
        .fix(replace(project, *origin, name, &near.id.name));
}

/// The source that an object refers to.
fn reference(object: &Object) -> Option<SourceRef> {
    let at = |keys: &[&str]| object.value.pointer(keys).and_then(SourceRef::of);
    match (object.id.group.as_str(), object.id.kind.as_str()) {
        (group::HELM, "HelmRelease") => helm_release::chart_source(&object.value),
        (group::KUSTOMIZE, "Kustomization")
        | (group::SOURCE, "HelmChart")
        | (group::IMAGE, "ImageUpdateAutomation") => at(&["spec", "sourceRef"]),
        (group::IMAGE, "ImagePolicy") => {
            let reference = object.value.pointer(&["spec", "imageRepositoryRef"])?;
            let name = reference.get("name")?;
            Some(SourceRef {
                kind: "ImageRepository".into(),
                group: group::IMAGE.into(),
                name: name.as_scalar()?.text.clone(),
                namespace: reference.get("namespace").and_then(Value::as_str).map(SmolStr::from),
                origin: name.origin,
            })
        }
        _ => None,
    }
}

/// Whether the source exists without a manifest, or its name is only known later.
fn is_provided(reference: &SourceRef) -> bool {
    let is_open = |text: &str| text.is_empty() || text.contains("${") || text.contains("{{") || text.contains("<<");
    reference.name == "flux-system"
        || reference.kind == "ExternalArtifact"
        || is_open(&reference.name)
        || is_open(&reference.kind)
        || reference.namespace.as_deref().is_some_and(is_open)
}

/// Whether the Flux operator makes the source, from a FluxInstance or a ResourceSet.
fn is_made_by_operator(project: &Project, reference: &SourceRef, namespace: Option<&SmolStr>) -> bool {
    let instances = project.flux_kustomizations().iter().filter(|one| one.makes_source);
    let sets = project.objects().iter().filter(|object| object.id.is(group::OPERATOR, "ResourceSet"));
    instances.filter_map(|one| one.source.as_ref()).any(|source| {
        source.kind == reference.kind
            && source.name == reference.name
            && may_be_same(source.namespace.as_ref(), namespace)
    }) || sets.into_iter().any(|set| may_make(set, reference))
        || project.model().releases.iter().any(|release| is_made_by_chart(&release.release.values, reference))
}

/// Whether the values of a release ask the chart `flux-instance` for the source: they may stand in a ConfigMap.
fn is_made_by_chart(values: &Value, reference: &SourceRef) -> bool {
    let text = |keys: &[&str]| values.pointer(keys).and_then(Value::as_str);
    let kind = text(&["instance", "sync", "kind"]).unwrap_or("GitRepository");
    let name = text(&["instance", "sync", "name"]).unwrap_or("flux-system");
    values.pointer(&["instance", "sync", "path"]).is_some() && kind == reference.kind && name == reference.name
}

/// Whether the source is probably what brings this very repository, made where Flux was set up: several objects take their files from it, and no other of its kind is
/// declared. A name that many agree on is no slip, whatever else is declared.
fn is_bootstrap(project: &Project, object: &Object, reference: &SourceRef, is_only_one: bool) -> bool {
    const MANY: usize = 5;
    let users = project.objects().iter().filter(|other| other.id != object.id).filter_map(self::reference);
    let agree = users.filter(|other| (&other.kind, &other.name) == (&reference.kind, &reference.name)).count();
    matches!(reference.kind.as_str(), "GitRepository" | "OCIRepository" | "Bucket")
        && agree >= if is_only_one { 1 } else { MANY }
}

fn may_make(set: &Object, reference: &SourceRef) -> bool {
    let resources = set.value.pointer(&["spec", "resources"]).and_then(Value::as_sequence).unwrap_or_default();
    let is_it = |id: ObjectId| {
        id.is(&reference.group, &reference.kind) && (id.name == reference.name || id.name.contains("<<"))
    };
    set.value.pointer(&["spec", "resourcesTemplate"]).is_some()
        || resources.iter().filter_map(ObjectId::of_value).any(is_it)
}

fn may_be_same(one: Option<&SmolStr>, other: Option<&SmolStr>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other || one.contains("${") || other.contains("${"))
}

fn spoken(namespace: Option<&SmolStr>) -> String {
    namespace.map_or_else(|| "unknown".to_owned(), |name| format!("`{name}`"))
}

fn replace(project: &Project, origin: Origin, old: &str, new: &str) -> Option<Fix> {
    let (path, node) = project.node_of(origin)?;
    let span = node.span();
    if node.source() != old {
        return None;
    }
    let mut changes = ChangeSet::new();
    changes.edit(path, [TextEdit::new(span, new)]).ok()?;
    Some(Fix { title: format!("refer to `{new}`"), safety: Safety::Unsafe, changes })
}

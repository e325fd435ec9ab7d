//! `kubernetes/namespace-missing`: objects in a namespace that nothing creates.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    change::ChangeSet,
    diagnostic::{Fix, Label, Safety, Severity},
    flux::{group, helm_release},
    lint::{Check, Report, Rule},
    manifest::is_provided_namespace,
    path::RepoPath,
    project::{Object, Project, Unit, UnitKind},
    text::nearest,
    yaml::{Document, Node, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/namespace-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "objects are in a namespace that nothing in the repository creates",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Project(check),
};

const DOCS: &str = "\
Neither Flux nor Argo CD creates a namespace because objects are in it: without a Namespace the objects cannot be applied. A namespace counts as created by a Namespace
anywhere in the repository, by a HelmRelease with `install.createNamespace`, and by an Application with the option `CreateNamespace=true`. Namespaces that clusters, Flux and Argo CD have by
themselves, and namespaces with variables in their names, are not looked at; nor are kustomizations that neither Flux nor Argo CD applies.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: podinfo
data:
  colour: blue
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: podinfo
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: podinfo
data:
  colour: blue
```
";

fn check(project: &Project, report: &mut Report<'_>) {
    let known = Known::of(project);
    if known.is_open {
        return;
    }
    let mut missing: BTreeMap<(usize, &str), Vec<&Object>> = BTreeMap::new();
    for object in project.objects().iter().filter(|object| !object.id.is_cluster_scoped()) {
        let Some(namespace) = &object.id.namespace else { continue };
        if !known.has(namespace) && !project.is_external("Namespace", None, namespace) {
            missing.entry((object.unit, namespace)).or_default().push(object);
        }
    }
    // Two overlays of one base meet at one place: the larger one speaks for both.
    let mut places: BTreeMap<Label, (&str, &Unit, Vec<&Object>)> = BTreeMap::new();
    for ((_, namespace), objects) in missing {
        let Some(unit) = objects.first().and_then(|object| project.unit_of(object)) else { continue };
        if !is_applied(project, unit) || !is_complete(unit) {
            continue;
        }
        let Some(label) = place(project, unit, &objects) else { continue };
        if places.get(&label).is_none_or(|(_, _, others)| others.len() < objects.len()) {
            places.insert(label, (namespace, unit, objects));
        }
    }
    for (label, (namespace, unit, objects)) in places {
        complain(project, unit, (label, namespace), &objects, &known, report);
    }
}

/// The namespaces that something creates.
struct Known<'p> {
    names: BTreeSet<&'p str>,
    /// Whether namespaces are created under names that cannot be told from the repository.
    is_open: bool,
}

impl<'p> Known<'p> {
    fn of(project: &'p Project) -> Self {
        let mut known = Known { names: BTreeSet::new(), is_open: false };
        for file in project.files() {
            for (id, node) in file.objects() {
                if creates_by_name(&id.group, &id.kind) {
                    known.names.extend(node.at(&["metadata", "name"]).and_then(crate::yaml::Node::text));
                }
            }
        }
        for object in project.objects() {
            if creates_by_name(&object.id.group, &object.id.kind) {
                known.add(&object.id.name);
            }
            if helm_release::is_helm_release(&object.id) {
                known.add_release(object);
            }
            if object.id.is(group::OPERATOR, "ResourceSet") {
                known.add_resource_set(object);
            }
        }
        for application in project.applications().iter().filter(|application| application.creates_namespace) {
            application.namespace.iter().for_each(|name| known.add(name));
        }
        known
    }

    fn add(&mut self, name: &'p str) {
        self.is_open |= ["${", "{{", "<<"].iter().any(|open| name.contains(open));
        self.names.insert(name);
    }

    fn add_release(&mut self, object: &'p Object) {
        let spec = |keys: &[&str]| object.value.get("spec").and_then(|spec| spec.pointer(keys));
        if spec(&["install", "createNamespace"]).and_then(Value::as_bool) != Some(true) {
            return;
        }
        let target = spec(&["targetNamespace"]).and_then(Value::as_str);
        if let Some(name) = target.or(object.id.namespace.as_deref()) {
            self.names.insert(name);
        }
    }

    fn add_resource_set(&mut self, object: &'p Object) {
        let resources = object.value.pointer(&["spec", "resources"]).and_then(Value::as_sequence).unwrap_or_default();
        for resource in
            resources.iter().filter(|resource| resource.get("kind").and_then(Value::as_str) == Some("Namespace"))
        {
            resource.pointer(&["metadata", "name"]).and_then(Value::as_str).into_iter().for_each(|name| self.add(name));
        }
        let template = object.value.pointer(&["spec", "resourcesTemplate"]).and_then(Value::as_str);
        self.is_open |= template.is_some_and(|template| template.contains("kind: Namespace"));
    }

    /// Whether the namespace exists, or its name is known only later.
    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
            || is_provided_namespace(name)
            || matches!(name, "flux-system" | "argocd" | "openshift" | "openshift-gitops")
            || ["kube-", "openshift-"].iter().any(|prefix| name.starts_with(prefix))
            || name.contains(['$', '{', '<'])
    }
}

/// Kinds whose objects make a namespace of their own name.
fn creates_by_name(group: &str, kind: &str) -> bool {
    matches!(
        (group, kind),
        ("", "Namespace")
            | ("project.openshift.io", "Project" | "ProjectRequest")
            | ("hnc.x-k8s.io", "SubnamespaceAnchor")
    )
}

/// Whether Flux or Argo CD applies the unit.
fn is_applied(project: &Project, unit: &Unit) -> bool {
    matches!(unit.kind, UnitKind::Flux | UnitKind::Argo)
        || project.applications().iter().any(|application| application.applies(&unit.directory()))
}

/// Whether all of the unit was rendered: a remote base may bring the Namespace along.
fn is_complete(unit: &Unit) -> bool {
    unit.not_rendered.is_empty()
}

fn complain(
    project: &Project,
    unit: &Unit,
    (label, namespace): (Label, &str),
    objects: &[&Object],
    known: &Known<'_>,
    report: &mut Report<'_>,
) {
    let count = match objects {
        [_] => "1 object is".to_owned(),
        all => format!("{} objects are", all.len()),
    };
    let message = format!("{count} in the namespace `{namespace}`, which nothing in this repository creates");
    let applied =
        unit.flux.as_ref().and_then(|owner| project.label_at(owner.path_origin, format!("{} applies them", owner.id)));
    let finding = report.at(label, message).and(applied);
    match nearest(namespace, known.names.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`? Otherwise add a Namespace")),
        None => finding
            .help("add a Namespace, to the same kustomization or to one that is applied before it")
            .fix(creation(project, unit, namespace)),
    };
}

/// Adds the Namespace, in a file of its own beside the kustomization that is applied.
fn creation(project: &Project, unit: &Unit, namespace: &str) -> Option<Fix> {
    let directory = unit.directories.first()?;
    let kustomization = project.kustomization(directory);
    let root = kustomization.and_then(|one| project.file(&one.path)?.stream()?.documents().next()).map(Document::root);
    // A kustomization that puts everything into another namespace renames Namespaces, too.
    let renames =
        root.and_then(|root| root.get("namespace")).and_then(Node::text).is_some_and(|name| name != namespace);
    let is_plain = namespace.starts_with(|c: char| c.is_ascii_lowercase());
    if renames || !is_plain || (kustomization.is_none() && !unit.is_flux()) {
        return None;
    }
    let names = ["namespace.yaml".to_owned(), format!("namespace-{namespace}.yaml")];
    let is_free = |path: &RepoPath| project.view().kind(path).is_ok_and(|kind| kind.is_none());
    let path = names.iter().filter_map(|name| directory.join(name).ok()).find(is_free)?;
    let mut changes = match kustomization {
        Some(kustomization) => project.with_resource(kustomization, path.file_name())?,
        None => ChangeSet::new(),
    };
    changes.write(path, format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {namespace}\n"));
    Fix::likely(format!("add the Namespace `{namespace}`"), Some(changes))
}

/// Where the namespace is written: in the first object, in the kustomization that sets it, or in the Flux Kustomization.
fn place(project: &Project, unit: &Unit, objects: &[&Object]) -> Option<Label> {
    if let Some((_, origin)) = unit.flux.as_ref().and_then(|one| one.target_namespace.as_ref()) {
        return project.label_at(*origin, "all objects are put into this namespace");
    }
    let written = |object: &&Object| object.value.pointer(&["metadata", "namespace"]).map(|value| value.origin);
    let labels = objects.iter().filter_map(|object| {
        let origin = written(object)?;
        project.label_at(origin, format!("{} {} is in it", object.id.kind, object.id.name))
    });
    labels.min()
}

//! `kubernetes/removed-api`: an API version that is not served any more.

use crate::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Fix, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    manifest::{ObjectId, RemovedApi, Shape},
    path::RepoPath,
    project::{File, Object, Project, Role},
    schema::Catalogue,
    text::Span,
    yaml::{Document, Node, Stream, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/removed-api",
    severity: Severity::Error,
    pedantic: false,
    summary: "an API version is not served any more",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
An object in a version that the cluster does not serve cannot be applied: Flux and Argo CD stop at it. The rule knows the built-in kinds of Kubernetes, Flux, External Secrets and
cert-manager. It offers a fix where only `apiVersion` changes, and changes the patches of the object with it; where fields were renamed or are required now, it only names the version
to use. `kubernetes-version` in `treewright.toml` says which versions of Kubernetes count; without it the newest does, and what
only that has stopped to serve lately is a warning. Where the repository shows that a cluster runs an older Flux, External Secrets or cert-manager (by the version of the chart or
of the artifact that brings it, a FluxInstance, the labels of `flux install`, a CustomResourceDefinition, or `flux-version`), what that still serves is left alone; where it shows nothing of External Secrets, which dropped the old version right after the new one came, the finding is a warning and the fix is not a safe one.

## Bad

```yaml apps/budget.yaml
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: podinfo
  namespace: default
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: podinfo
```

## Good

```yaml apps/budget.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: podinfo
  namespace: default
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: podinfo
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(api) = project.removed_api(&object.id) else { return };
    let serves = project.still_serves(object, api.since);
    if serves == Some(true) {
        return;
    }
    let Some(written) = object.value.get("apiVersion") else { return };
    let Some(label) = project.label(written, format!("gone since {}", api.since)) else { return };
    let message = format!("`{}` of {} is not served any more", api.api_version, object.id.kind);
    let finding = report.at(label, message);
    // Clusters that nobody has told the version of may well be older than the newest one, and so may what they run, if that dropped the old version soon after
    // the new one came.
    let is_assumed = match api.kubernetes_minor() {
        Some(minor) => project.kubernetes_minor().is_none() && Some(minor) > Catalogue::oldest_kubernetes(),
        None => serves.is_none() && !api.has_long_overlap(),
    };
    let finding = if is_assumed { finding.severity(Severity::Warning) } else { finding };
    match api.successor {
        None => finding.help("there is no version to use instead; remove the object"),
        Some(new) if keeps_shape(&object.value, api.shape) => finding
            .help(format!("use `{new}`; nothing else changes"))
            .fix(replace(project, object, written, new).and_then(|fix| in_doubt(fix, api, is_assumed))),
        Some(new) => finding.help(format!("use `{new}`; some of its fields differ")),
    };
}

/// The fix where it is not known what the cluster runs: an older operator may not know the new version yet. Kubernetes tells of its own kinds beforehand.
fn in_doubt(fix: Fix, api: &RemovedApi, is_assumed: bool) -> Option<Fix> {
    match (is_assumed, api.kubernetes_minor()) {
        (false, _) => Some(fix),
        (true, None) => Some(Fix { safety: Safety::Unsafe, ..fix }),
        (true, Some(_)) => None,
    }
}

/// Whether the object is one of the new version once its `apiVersion` is changed.
fn keeps_shape(value: &Value, shape: Shape) -> bool {
    match shape {
        Shape::Same => true,
        Shape::SameIf(field) => has(value, field),
        Shape::SameUnless(fields) => !fields.iter().any(|field| has(value, field)),
        Shape::Different => false,
    }
}

fn has(value: &Value, field: &[&str]) -> bool {
    match field.split_first() {
        None => !value.is_null(),
        Some((&"*", rest)) => value.as_sequence().is_some_and(|items| items.iter().any(|item| has(item, rest))),
        Some((key, rest)) => value.get(key).is_some_and(|value| has(value, rest)),
    }
}

/// Replaces the version in the object and in the files that patch it: a patch finds its object by group, version and kind. `None` if something names the version
/// where this rule does not change it: an inline patch, the target of a patch, a health check.
fn replace(project: &Project, object: &Object, written: &Value, new: &str) -> Option<Fix> {
    let old = object.id.api_version();
    let (path, node) = project.node_of(written.origin)?;
    if project.files().iter().any(|file| names_version(file, &object.id, &old)) {
        return None;
    }
    let name = node.parent()?.at(&["metadata", "name"])?.text()?;
    let mut changes = ChangeSet::new();
    edit(&mut changes, path, node, &old, new)?;
    for file in project.files().iter().filter(|file| file.role == Role::Input && file.path != *path) {
        for (id, node) in file.objects() {
            let same_kind = id.group_kind() == object.id.group_kind() && id.version == object.id.version;
            if same_kind && id.name == name {
                edit(&mut changes, &file.path, node.get("apiVersion")?, &old, new)?;
            }
        }
    }
    Some(Fix { title: format!("use `{new}`"), safety: Safety::Safe, changes })
}

/// Whether a kustomization, of kustomize or of Flux, names the version of an object in a patch, a target or a health check.
fn names_version(file: &File, id: &ObjectId, api_version: &str) -> bool {
    let mut documents = file.stream().into_iter().flat_map(Stream::documents).map(Document::root);
    let names = |holder: Node<'_>| {
        let entries = ["patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "healthChecks"]
            .into_iter()
            .filter_map(|field| holder.get(field))
            .flat_map(Node::items);
        let version = |target: Node<'_>| target.get("version").and_then(Node::text) == Some(id.version.as_str());
        entries
            .into_iter()
            .any(|entry| entry.source().contains(api_version) || entry.get("target").is_some_and(version))
    };
    match file.role {
        Role::Kustomization => documents.any(names),
        Role::Unclaimed | Role::Resource => {
            let is_flux = |id: ObjectId| id.is(group::KUSTOMIZE, "Kustomization");
            documents.any(|root| {
                root.get("kind").and_then(Node::text) == Some("Kustomization")
                    && ObjectId::of_node(root).is_some_and(is_flux)
                    && root.get("spec").is_some_and(names)
            })
        }
        Role::Input | Role::Chart => false,
    }
}

/// Replaces the text of a scalar within its quotes; `None` if it is shared by an anchor.
fn edit(changes: &mut ChangeSet, path: &RepoPath, node: Node<'_>, old: &str, new: &str) -> Option<()> {
    if node.is_alias() || node.anchor().is_some() {
        return None;
    }
    let at = node.source().find(old)? + node.span().start as usize;
    changes.edit(path, [TextEdit::new(Span::new(at, at + old.len()), new)]).ok()
}

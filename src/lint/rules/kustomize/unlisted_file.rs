//! `kustomize/unlisted-file`: objects beside a kustomization that nothing takes in.

use std::collections::BTreeSet;

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    manifest::ObjectId,
    path::RepoPath,
    project::{File, KustomizationFile, Project, Role, Target},
    text::Span,
    yaml::{Node, Stream},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/unlisted-file",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a file with Kubernetes objects lies beside a kustomization that does not list it",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Kustomization(check),
};

const DOCS: &str = "\
Where a directory has a kustomization, only the files that it lists are applied. One that was added and not listed never reaches the cluster, and nothing says so.

A file that a comment of the kustomization names was left out on purpose and is not reported; neither is one that another kustomization lists, that Flux or Argo CD
applies as a plain file, or that configures a program.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: podinfo
  namespace: default
spec:
  ports:
    - port: 80
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  # - service.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: podinfo
  namespace: default
spec:
  ports:
    - port: 80
```
";

fn check(project: &Project, kustomization: &KustomizationFile, report: &mut Report<'_>) {
    let Some(stream) = project.file(&kustomization.path).and_then(File::stream) else { return };
    let meant: BTreeSet<RepoPath> =
        kustomization.references.iter().filter_map(|reference| project.meant(kustomization, reference)).collect();
    for directory in directories(kustomization) {
        let beside = project.files_in(&directory);
        for file in beside.filter(|file| file.role == Role::Unclaimed && !meant.contains(&file.path)) {
            if project.is_applied_plainly(&file.path) || is_named_in_comment(stream, kustomization, &file.path) {
                continue;
            }
            let objects: Vec<ObjectId> = file.objects().map(|(id, _)| id).collect();
            if !objects.is_empty() && objects.iter().all(is_named_object) && !is_left_out(project, kustomization, file)
            {
                unlisted(project, kustomization, stream, file, &objects, report);
            }
        }
    }
}

fn is_named_object(id: &ObjectId) -> bool {
    !id.name.is_empty() && !id.is_tool_configuration()
}

/// Whether the file holds what nobody means to list: Secrets to be filled in or to be applied by hand (also encrypted ones, where nothing decrypts them), what applies this very directory, or the result of a build of
/// this very kustomization. What a plugin takes in cannot be told.
fn is_left_out(project: &Project, kustomization: &KustomizationFile, file: &File) -> bool {
    let by_hand = || {
        !project.units().iter().any(|unit| {
            unit.flux.as_ref().is_some_and(|flux| flux.decryption.is_some())
                && unit.directories.iter().any(|directory| kustomization.directory.is_under(directory))
        })
    };
    let is_open_secret =
        |(id, node): (ObjectId, Node<'_>)| id.is("", "Secret") && (node.get("sops").is_none() || by_hand());
    if generates(project, kustomization)
        || file.objects().any(|(id, node)| applies(&id, node, &kustomization.directory))
    {
        return true;
    }
    // Roles for people to bind, which the scaffolding of operators writes and leaves out.
    let is_for_people = |(id, _): (ObjectId, Node<'_>)| {
        id.kind == "ClusterRole"
            && ["-admin-role", "-editor-role", "-viewer-role"].iter().any(|end| id.name.ends_with(end))
    };
    if file.objects().all(is_for_people) {
        return true;
    }
    let is_rendered = |(id, _): (ObjectId, Node<'_>)| is_rendered(project, kustomization, &id);
    let inflates = kustomization.references.iter().any(|reference| reference.field.starts_with("helmChart"));
    file.objects().all(is_open_secret) || file.objects().all(is_rendered) || (inflates && file.objects().count() > 1)
}

/// Whether the kustomization has generators that are programs: they read files that nobody else names.
fn generates(project: &Project, kustomization: &KustomizationFile) -> bool {
    let generators = kustomization.references.iter().filter(|reference| reference.field == "generators");
    let mut files = generators.filter_map(|reference| match &reference.target {
        Target::File(path) => project.file(path),
        _ => None,
    });
    files.any(|file| file.objects().any(|(id, _)| id.group != "builtin"))
}

/// Whether an object is a Flux Kustomization or an Application that applies a directory: what starts it stands beside it, and is applied from elsewhere or by hand.
fn applies(id: &ObjectId, node: Node<'_>, directory: &RepoPath) -> bool {
    let path: &[&str] = match (id.group.as_str(), id.kind.as_str()) {
        (group::KUSTOMIZE, "Kustomization") => &["spec", "path"],
        ("argoproj.io", "Application") => &["spec", "source", "path"],
        _ => return false,
    };
    let path = node.at(path).and_then(Node::text).and_then(|path| RepoPath::root().join(path).ok());
    path.as_ref() == Some(directory)
}

/// Whether the kustomization brings an object in from elsewhere already.
fn is_rendered(project: &Project, kustomization: &KustomizationFile, id: &ObjectId) -> bool {
    project.objects().iter().any(|object| {
        let is_same = || {
            let name_before_hash = object.name_before_hash.as_deref() == Some(&id.name);
            object.id.is(&id.group, &id.kind) && (object.id.name == id.name || name_before_hash)
        };
        let is_near = || {
            project.unit_of(object).is_some_and(|unit| {
                unit.directories.contains(&kustomization.directory)
                    || object.path.parent().as_ref() == Some(&kustomization.directory)
            })
        };
        is_same() && is_near()
    })
}

/// The directories whose files the kustomization answers for: its own, and those without a kustomization of which it lists a file by name.
fn directories(kustomization: &KustomizationFile) -> BTreeSet<RepoPath> {
    let listed = kustomization.references.iter().filter(|reference| reference.role == Role::Resource);
    let parents = listed.filter_map(|reference| match &reference.target {
        Target::File(path) => path.parent().filter(|parent| parent.is_under(&kustomization.directory)),
        _ => None,
    });
    parents.chain([kustomization.directory.clone()]).collect()
}

/// Whether a comment of the kustomization names the file, so that it was left out on purpose.
fn is_named_in_comment(stream: &Stream, kustomization: &KustomizationFile, path: &RepoPath) -> bool {
    let relative = path.relative_to(&kustomization.directory);
    let is_boundary = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '-');
    stream.comments().iter().any(|&comment| {
        let text = stream.comment_text(comment);
        text.match_indices(&relative).any(|(at, _)| {
            is_boundary(text[..at].chars().next_back()) && is_boundary(text[at + relative.len()..].chars().next())
        })
    })
}

fn unlisted(
    project: &Project,
    kustomization: &KustomizationFile,
    stream: &Stream,
    file: &File,
    objects: &[ObjectId],
    report: &mut Report<'_>,
) {
    let (what, verb) = match objects {
        [only] => (only.to_string(), "reaches"),
        all => (format!("{} objects", all.len()), "reach"),
    };
    let message = format!("nothing takes this file in: {what} never {verb} a cluster");
    let relative = file.path.relative_to(&kustomization.directory);
    let is_patch = file.is_patch_by_name();
    let list = if is_patch { "patches" } else { "resources" };
    let resources = stream.documents().next().and_then(|document| document.root().entry("resources"));
    let place = resources.map_or_else(
        || Label::file(&kustomization.path, ""),
        |entry| Label::new(&kustomization.path, entry.key.span(), format!("`{relative}` is not listed here")),
    );
    report
        .at(Label::new(&file.path, Span::at(0), ""), message)
        .and(place)
        .help(format!("list `{relative}` in `{list}`, or name it in a comment there if it is left out on purpose"))
        .fix(if is_patch { None } else { register(project, kustomization, &relative, objects) });
}

/// Lists the file, unless the kustomization brings one of its objects in from elsewhere already: then it is a copy or a patch.
fn register(project: &Project, kustomization: &KustomizationFile, relative: &str, objects: &[ObjectId]) -> Option<Fix> {
    if objects.iter().any(|id| is_rendered(project, kustomization, id)) {
        return None;
    }
    Fix::likely(format!("list `{relative}` in `resources`"), project.with_resource(kustomization, relative))
}

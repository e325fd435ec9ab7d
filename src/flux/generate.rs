//! The kustomization that Flux builds: the one of the directory or a generated one, with what the Flux Kustomization adds.
//!
//! Facts from kustomize_generator.go in fluxcd/pkg/kustomize. Must not know what is built of it.

use smol_str::SmolStr;

use super::{FluxKustomization, FluxOptions, SourceIgnore};
use crate::{
    kustomize::GROUP,
    path::RepoPath,
    source::{Entry, EntryKind, SourceError, SourceView},
    yaml::{Content, Mapping, Origin, Value, print},
};

/// What the controller finds in a directory that has no kustomization file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// YAML files, which must all hold Kubernetes objects; sorted.
    pub files: Vec<RepoPath>,
    /// Directories with a kustomization of their own; sorted.
    pub kustomizations: Vec<RepoPath>,
}

/// Walks a directory as the controller's generator does: every `.yaml` and `.yml` file below it, but a directory with a kustomization file is taken as one.
/// `is_kustomization` says whether a file name is that of a kustomization.
pub fn generate(
    view: &dyn SourceView,
    directory: &RepoPath,
    is_kustomization: impl Fn(&str) -> bool,
) -> Result<Generated, SourceError> {
    generate_without(&SourceIgnore::new(view, None), view, directory, is_kustomization)
}

/// The same, with the rules of a source.
pub(super) fn generate_without(
    ignored: &SourceIgnore<'_>,
    view: &dyn SourceView,
    directory: &RepoPath,
    is_kustomization: impl Fn(&str) -> bool,
) -> Result<Generated, SourceError> {
    let mut generated = Generated::default();
    let mut pending = vec![directory.clone()];
    while let Some(directory) = pending.pop() {
        let children = view.children(&directory)?;
        let names_one = |entry: &Entry| {
            entry.kind.is_file() && is_kustomization(entry.path.file_name()) && !ignored.is_ignored(&entry.path)
        };
        if children.iter().any(names_one) {
            generated.kustomizations.push(directory);
            continue;
        }
        for entry in children {
            match entry.kind {
                EntryKind::Directory if entry.path.file_name() != ".git" => pending.push(entry.path),
                kind if kind.is_file()
                    && matches!(entry.path.extension(), Some("yaml" | "yml"))
                    && !ignored.is_ignored(&entry.path) =>
                {
                    generated.files.push(entry.path);
                }
                _ => {}
            }
        }
    }
    generated.files.sort();
    generated.kustomizations.sort();
    Ok(generated)
}

impl Generated {
    /// The kustomization that names all of it, from its directory.
    pub(super) fn kustomization(&self, directory: &RepoPath, origin: Origin) -> Value {
        let mut paths: Vec<&RepoPath> = self.files.iter().chain(&self.kustomizations).collect();
        // In the order of a walk: what lies in `a/` comes before `a.yaml`.
        paths.sort_by(|a, b| a.components().cmp(b.components()));
        let paths: Vec<String> = paths.into_iter().map(|path| path.relative_to(directory)).collect();
        let mut kustomization = Value::mapping().at(origin);
        put(&mut kustomization, "apiVersion", Value::string(format!("{GROUP}/v1beta1")), origin);
        put(&mut kustomization, "kind", Value::string("Kustomization"), origin);
        if paths.is_empty() {
            // Without it there would be nothing to build, which is an error.
            put(&mut kustomization, "namespace", Value::string("_placeholder"), origin);
        } else {
            let paths = paths.into_iter().map(|path| Value::string(path).at(origin)).collect();
            put(&mut kustomization, "resources", Value::sequence(paths), origin);
        }
        kustomization
    }
}

fn put(mapping: &mut Value, key: &str, value: Value, origin: Origin) {
    if let Some(mapping) = mapping.as_mapping_mut() {
        mapping.insert(key.into(), value.at(origin));
    }
}

/// What does not let a component be added.
#[derive(Debug)]
pub(super) struct RemoteComponent {
    pub path: SmolStr,
    pub origin: Origin,
}

/// Adds to a kustomization what the Flux Kustomization asks for. `exists` says whether something lies at a path.
pub(super) fn merge(
    kustomization: &mut Value,
    is_generated: bool,
    flux: &FluxKustomization,
    options: &FluxOptions,
    exists: impl Fn(&str) -> bool,
) -> Result<(), RemoteComponent> {
    let origin = kustomization.origin;
    let Content::Mapping(fields) = &mut kustomization.content else { return Ok(()) };
    let has_resources = fields.get("resources").and_then(Value::as_sequence).is_some_and(|items| !items.is_empty());
    if !is_generated && !has_resources {
        let annotations = vec![Value::string("originAnnotations").at(origin)];
        fields.insert("buildMetadata".into(), Value::sequence(annotations).at(origin));
    }
    if !fields.contains_key("sortOptions") {
        // The controller does not sort, other than the command line.
        let order = Value::from_iter([("order".into(), Value::string("fifo").at(origin))]);
        fields.insert("sortOptions".into(), order.at(origin));
    }
    let spec = |key: &str| flux.spec.get(key);
    let list = |key: &str| spec(key).and_then(Value::as_sequence).unwrap_or_default();
    for (from, to) in [("targetNamespace", "namespace"), ("namePrefix", "namePrefix"), ("nameSuffix", "nameSuffix")] {
        if let Some(value) = spec(from).filter(|value| value.as_scalar().is_some_and(|scalar| !scalar.text.is_empty()))
        {
            fields.insert(to.into(), value.clone());
        }
    }
    append(fields, "patches", list("patches").to_vec());
    let ignore_missing = spec("ignoreMissingComponents").and_then(Value::as_bool).unwrap_or_default();
    for component in list("components") {
        let Some(path) = component.as_scalar().map(|scalar| scalar.text.clone()) else { continue };
        if !is_local(&path) {
            return Err(RemoteComponent { path, origin: component.origin });
        }
        if !ignore_missing || exists(&path) {
            append(fields, "components", vec![component.clone()]);
        }
    }
    append(fields, "patchesStrategicMerge", list("patchesStrategicMerge").iter().map(as_text).collect());
    append(fields, "patchesJson6902", list("patchesJson6902").iter().map(with_patch_as_text).collect());
    for image in list("images") {
        merge_image(fields, image, options);
    }
    let metadata = list("buildMetadata");
    if !metadata.is_empty() {
        fields.insert("buildMetadata".into(), Value::sequence(metadata.to_vec()).at(flux.spec.origin));
    }
    Ok(())
}

fn append(fields: &mut Mapping, key: &str, items: Vec<Value>) {
    let Some(first) = items.first() else { return };
    let empty = Value::sequence(Vec::new()).at(first.origin);
    let list = fields.entry(key.into()).or_insert_with(|| empty.clone());
    if list.is_null() {
        *list = empty;
    }
    if let Some(list) = list.as_sequence_mut() {
        list.extend(items);
    }
}

/// Puts an image in place of the entry for the same name, or adds it. Tag and digest go together; since Flux 2.9 what is not given stays.
fn merge_image(fields: &mut Mapping, image: &Value, options: &FluxOptions) {
    let given =
        |key: &str| image.get(key).filter(|value| value.as_scalar().is_some_and(|scalar| !scalar.text.is_empty()));
    let name = |image: &Value| image.get("name").and_then(Value::as_scalar).map(|scalar| scalar.text.clone());
    let images = fields.get_mut("images").and_then(Value::as_sequence_mut);
    let known = images.and_then(|images| images.iter_mut().find(|one| name(one) == name(image)));
    let Some(known) = known else {
        append(fields, "images", vec![image.clone()]);
        return;
    };
    if !options.version.keeps_images() {
        *known = image.clone();
        return;
    }
    let Some(known) = known.as_mapping_mut() else { return };
    if let Some(new_name) = given("newName") {
        known.insert("newName".into(), new_name.clone());
    }
    if given("newTag").or_else(|| given("digest")).is_some() {
        for key in ["newTag", "digest"] {
            match given(key) {
                Some(value) => {
                    known.insert(key.into(), value.clone());
                }
                None => {
                    known.shift_remove(key);
                }
            }
        }
    }
}

/// A patch that is written as YAML in the Flux object: kustomize wants the text of it.
fn as_text(patch: &Value) -> Value {
    if patch.as_scalar().is_some() {
        return patch.clone();
    }
    let mut text = String::new();
    // What cannot be printed gives an empty patch, about which kustomize complains at the same place.
    let _ = print::kustomize::document(patch, &mut text);
    Value::string(text).at(patch.origin)
}

fn with_patch_as_text(entry: &Value) -> Value {
    let mut entry = entry.clone();
    if let Some(patch) = entry.get_mut("patch") {
        *patch = as_text(patch);
    }
    entry
}

/// Whether the path of a component is local and relative.
fn is_local(path: &str) -> bool {
    const REMOTE: &[&str] = &["git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"];
    let lower = path.to_ascii_lowercase();
    let is_remote = REMOTE.iter().any(|start| lower.len() > start.len() && lower.starts_with(start));
    !is_remote && !lower.trim_start_matches("file://").starts_with('/')
}

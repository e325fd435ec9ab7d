//! Flux Kustomizations: what they point to, and the kustomization that the controller generates where a directory has none.
//!
//! Facts from kustomize-controller and fluxcd/pkg/kustomize. Must not know how a kustomization is built.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use smol_str::SmolStr;

use super::{SourceRef, group};
use crate::{
    manifest::ObjectId,
    path::RepoPath,
    source::{Entry, EntryKind, SourceError, SourceView},
    yaml::{Origin, Value},
};

/// A Flux Kustomization, as far as it decides what is rendered.
#[derive(Clone, Debug)]
pub struct FluxKustomization {
    /// Its identity.
    pub id: ObjectId,
    /// The directory it applies: `spec.path` joined to the root of the source, which it cannot leave.
    pub path: RepoPath,
    /// Where `spec.path` is written, or the object if it is not.
    pub path_origin: Origin,
    /// The source that the path is relative to.
    pub source: Option<SourceRef>,
    /// `spec.targetNamespace`, and where it is written.
    pub target_namespace: Option<(SmolStr, Origin)>,
    /// Whether variables may be substituted in what it applies.
    pub substitutes: bool,
    /// Whether it adds components to the kustomization: patches there may be meant for what they bring.
    pub adds_components: bool,
    /// Whether the source is made together with it, as a FluxInstance does, instead of standing in the repository.
    pub makes_source: bool,
}

impl FluxKustomization {
    /// Reads a Flux Kustomization; `None` for other objects and for those without `spec.sourceRef`, such as patches.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        if !id.is(group::KUSTOMIZE, "Kustomization") {
            return None;
        }
        let spec = value.get("spec")?;
        let source = SourceRef::of(spec.get("sourceRef")?);
        let path = spec.get("path").and_then(|path| Some((path.as_scalar()?.text.clone(), path.origin)));
        let (text, path_origin) = path.unwrap_or_else(|| (SmolStr::default(), value.origin));
        let target_namespace = spec.get("targetNamespace").and_then(|name| Some((name.as_str()?.into(), name.origin)));
        let substitutes = spec.get("postBuild").is_some();
        Some(Self {
            id: id.clone(),
            path: clamp(&text),
            path_origin,
            source,
            target_namespace,
            substitutes,
            adds_components: spec.get("components").is_some(),
            makes_source: false,
        })
    }
}

/// Resolves `spec.path`: a leading slash is the root of the source, and `..` stops there.
pub(super) fn clamp(path: &str) -> RepoPath {
    path.split('/').fold(RepoPath::root(), |at, part| match part {
        ".." => at.parent().unwrap_or(at),
        part => at.join(part).unwrap_or(at),
    })
}

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
    let ignored = source_ignore(view)?;
    let is_left_out = |path: &RepoPath, is_dir: bool| {
        !path.is_root() && ignored.matched_path_or_any_parents(path.as_str(), is_dir).is_ignore()
    };
    let mut generated = Generated::default();
    let mut pending = vec![directory.clone()];
    while let Some(directory) = pending.pop() {
        let children = view.children(&directory)?;
        let names_one = |entry: &Entry| entry.kind.is_file() && is_kustomization(entry.path.file_name());
        if children.iter().any(names_one) {
            generated.kustomizations.push(directory);
            continue;
        }
        for entry in children {
            if is_left_out(&entry.path, entry.kind == EntryKind::Directory) {
                continue;
            }
            match entry.kind {
                EntryKind::Directory if !is_excluded(&entry.path) => pending.push(entry.path),
                kind if kind.is_file() && is_applied(&entry.path) => generated.files.push(entry.path),
                _ => {}
            }
        }
    }
    generated.files.sort();
    generated.kustomizations.sort();
    Ok(generated)
}

/// What `.sourceignore` in the root keeps out of the artifact; a line that is no pattern keeps nothing out.
fn source_ignore(view: &dyn SourceView) -> Result<Gitignore, SourceError> {
    let mut builder = GitignoreBuilder::new("");
    if let Ok(path) = RepoPath::new(".sourceignore") {
        let text = view.read_file(&path)?.unwrap_or_default();
        for line in String::from_utf8_lossy(&text).lines() {
            let _ = builder.add_line(None, line);
        }
    }
    Ok(builder.build().unwrap_or_else(|_| Gitignore::empty()))
}

/// Directories that source-controller leaves out of every artifact.
fn is_excluded(path: &RepoPath) -> bool {
    matches!(path.file_name(), ".git" | ".github" | ".circleci")
}

/// Whether the generator takes a file: by its ending, unless source-controller leaves it out of every artifact.
fn is_applied(path: &RepoPath) -> bool {
    let name = path.file_name();
    let left_out = [
        ".travis.yml",
        ".gitlab-ci.yml",
        "appveyor.yml",
        ".drone.yml",
        "cloudbuild.yaml",
        ".goreleaser.yml",
        ".sops.yaml",
        ".flux.yaml",
    ];
    matches!(path.extension(), Some("yaml" | "yml")) && !left_out.contains(&name) && !name.starts_with("codeship-")
}

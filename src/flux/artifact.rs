//! Artifacts that are put together: parts of other sources in one of a GitRepository, and what an `ArtifactGenerator` copies.
//!
//! Owns where a directory of such an artifact comes from. From `include` in source-controller and the builder of source-watcher, which copies as `cp` does. Must not
//! know what is built of it.

use smol_str::SmolStr;

use super::{FluxKustomization, Lookup, Source, SourceRef, group, kustomization::clamp, source::text};
use crate::{
    manifest::ObjectId,
    path::RepoPath,
    yaml::{Origin, Value},
};

/// An artifact that an `ArtifactGenerator` makes: what an `ExternalArtifact` of this name holds.
#[derive(Clone, Debug)]
pub struct OutputArtifact {
    /// Its name.
    pub name: SmolStr,
    /// The namespace of the generator, in which the artifact lies, too.
    pub namespace: SmolStr,
    /// What is copied into it, in order.
    pub copies: Vec<Copied>,
}

/// What one entry of `copy` brings into an artifact.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The source it is taken from; nothing if the generator has none of this alias.
    pub source: Option<SourceRef>,
    /// The directory of the source whose content is copied.
    pub from: RepoPath,
    /// Where it is put.
    pub to: RepoPath,
    /// Whether only some of the files are copied.
    pub is_partial: bool,
    /// Where it is asked for.
    pub origin: Origin,
}

impl OutputArtifact {
    /// The artifacts that an object makes; none if it is no `ArtifactGenerator`.
    pub fn all(id: &ObjectId, value: &Value) -> Vec<Self> {
        if !id.is(group::EXTENSIONS, "ArtifactGenerator") {
            return Vec::new();
        }
        let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_sequence).unwrap_or_default().to_vec();
        let spec = value.get("spec").cloned().unwrap_or_else(Value::mapping);
        let sources: Vec<(SmolStr, SourceRef)> = list(&spec, "sources")
            .iter()
            .filter_map(|source| Some((text(source, &["alias"])?, SourceRef::of(source)?)))
            .collect();
        let read = |artifact: &Value| {
            let copies = list(artifact, "copy");
            Some(Self {
                name: text(artifact, &["name"])?,
                namespace: id.namespace.clone().unwrap_or_default(),
                copies: copies.iter().filter_map(|entry| Copied::of(entry, &sources)).collect(),
            })
        };
        list(&spec, "artifacts").iter().filter_map(read).collect()
    }
}

impl Copied {
    /// Where a path of the artifact comes from, if this brings it.
    pub fn origin_of(&self, path: &RepoPath) -> Option<RepoPath> {
        path.is_under(&self.to).then(|| self.from.join(&path.relative_to(&self.to)).ok()).flatten()
    }

    /// Reads an entry such as `{from: "@repository/apps/**", to: "@artifact/apps/"}`. `dir/**` stands for what is in the directory, the path of a directory for itself, and what
    /// other patterns fit keeps its path.
    fn of(entry: &Value, sources: &[(SmolStr, SourceRef)]) -> Option<Self> {
        let split = |key: &str| {
            let text = text(entry, &[key])?;
            let (alias, path) = text.strip_prefix('@')?.split_once('/')?;
            Some((SmolStr::from(alias), SmolStr::from(path)))
        };
        let ((alias, from), (_, to)) = (split("from")?, split("to")?);
        let to = RepoPath::new(&to).ok()?;
        let is_pattern = |text: &str| text.contains(['*', '?', '[', ']']);
        let literal = |text: &str| RepoPath::new(text).ok();
        let (from, to, is_all) = match from.strip_suffix("/**") {
            Some(directory) if !is_pattern(directory) => (literal(directory)?, to, true),
            _ if from == "**" || from == "*" => (RepoPath::root(), to, true),
            _ if !is_pattern(&from) => {
                let from = literal(&from)?;
                let to = to.join(from.file_name()).ok()?;
                (from, to, true)
            }
            _ => {
                let start = from.split('/').take_while(|part| !is_pattern(part)).collect::<Vec<_>>().join("/");
                let (start, kept) = (literal(&start)?, from.ends_with("/*"));
                (start.clone(), to.join(start.as_str()).ok()?, kept)
            }
        };
        let excludes = entry.get("exclude").and_then(Value::as_sequence).unwrap_or_default();
        let is_partial = !is_all || !excludes.is_empty();
        let source = sources.iter().find(|(known, _)| *known == alias).map(|(_, source)| source.clone());
        Some(Self { source, from, to, is_partial, origin: entry.origin })
    }
}

/// Where the directory of a Flux Kustomization comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whence {
    /// It lies in the source as it does in the artifact.
    Itself,
    /// It is a copy of this directory of the repository at hand.
    Copy(RepoPath),
    /// It is not in this repository, or only parts of it are; half a sentence that says why.
    Elsewhere(String),
}

/// Finds where the directory of a Flux Kustomization comes from.
pub fn whence(flux: &FluxKustomization, lookup: &dyn Lookup) -> Whence {
    let source = flux.source.as_ref();
    let source =
        source.and_then(|source| lookup.source(source, source.namespace.as_deref().unwrap_or(flux.namespace())));
    whence_in(flux, source.as_ref(), lookup)
}

/// The same where the source is known. Of several copies to the same place the last counts.
pub(super) fn whence_in(flux: &FluxKustomization, source: Option<&Source>, lookup: &dyn Lookup) -> Whence {
    let Some(reference) = &flux.source else { return Whence::Itself };
    let namespace = reference.namespace.as_deref().unwrap_or(flux.namespace());
    let below = |from: &RepoPath, to: &RepoPath| from.join(&flux.path.relative_to(to)).ok();
    if let Some(include) =
        source.and_then(|source| source.includes.iter().rev().find(|include| flux.path.is_under(&include.to)))
    {
        let other = SourceRef {
            kind: "GitRepository".into(),
            group: group::SOURCE.into(),
            name: include.repository.clone(),
            namespace: None,
            origin: include.origin,
        };
        return match below(&include.from, &include.to).filter(|_| lookup.is_here(&other, namespace)) {
            Some(path) => Whence::Copy(path),
            None => Whence::Elsewhere(format!("it is included from the GitRepository `{}`", include.repository)),
        };
    }
    let Some(artifact) = lookup.artifact(reference, namespace) else { return Whence::Itself };
    let made = format!("the ArtifactGenerator of `{}`", artifact.name);
    let Some(copied) = artifact.copies.iter().rev().find(|copied| flux.path.is_under(&copied.to)) else {
        return Whence::Elsewhere(format!("{made} copies no such directory as a whole"));
    };
    if copied.is_partial {
        return Whence::Elsewhere(format!("{made} copies only some of its files"));
    }
    let Some(from) = &copied.source else {
        return Whence::Elsewhere(format!("{made} has no source of the alias that it is copied from"));
    };
    let namespace = from.namespace.as_deref().unwrap_or(&artifact.namespace);
    match below(&copied.from, &copied.to).filter(|_| lookup.is_here(from, namespace)) {
        Some(path) => Whence::Copy(clamp(path.as_str())),
        None => Whence::Elsewhere(format!("{made} copies it from the {} `{}`", from.kind, from.name)),
    }
}

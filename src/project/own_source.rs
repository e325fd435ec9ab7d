//! Which Flux Kustomizations apply this repository, and which another one.
//!
//! A path in another repository may exist here by chance; the root exists everywhere. Must not know what is applied.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::File;
use crate::{
    flux::{FluxKustomization, SourceRef, group},
    source::{EntryKind, SourceView},
    yaml::Node,
};

/// The name that bootstrapping gives to the source of the repository itself.
const BOOTSTRAP: &str = "flux-system";

/// For each Flux Kustomization whether it probably applies this repository.
pub(super) fn apply_this_repository(
    view: &dyn SourceView,
    files: &[File],
    kustomizations: &[FluxKustomization],
) -> Vec<bool> {
    let own = Own::of(files, kustomizations);
    let exists = |one: &FluxKustomization| matches!(view.resolve(&one.path), Ok(Some(found)) if found.kind == EntryKind::Directory);
    let found: Vec<&SourceRef> = kustomizations
        .iter()
        .filter(|one| !one.path.is_root() && exists(one))
        .filter_map(|one| one.source.as_ref())
        .collect();
    kustomizations
        .iter()
        .map(|one| {
            let Some(source) = &one.source else { return false };
            let is_same = |other: &&SourceRef| other.kind == source.kind && other.name == source.name;
            // The root exists everywhere: only another path of the same source can tell.
            own.is(source).unwrap_or_else(|| !one.path.is_root() || found.iter().any(is_same))
        })
        .collect()
}

/// What is known about the source that is the repository itself.
struct Own<'f> {
    /// The URLs of all sources that stand in files, by kind and name.
    urls: Urls<'f>,
    /// The sources that bootstrapping or a FluxInstance made, by kind and name.
    bootstrapped: BTreeSet<(SmolStr, SmolStr)>,
}

impl<'f> Own<'f> {
    fn of(files: &'f [File], kustomizations: &[FluxKustomization]) -> Self {
        let made = kustomizations.iter().filter_map(|one| Some((one.makes_source, one.source.as_ref()?)));
        let bootstrapped = made
            .filter(|(makes_source, source)| *makes_source || source.name == BOOTSTRAP)
            .map(|(_, source)| key(source))
            .collect();
        Self { urls: urls(files), bootstrapped }
    }

    /// Whether a source is the repository itself; `None` if that cannot be told.
    fn is(&self, source: &SourceRef) -> Option<bool> {
        if self.bootstrapped.contains(&key(source)) {
            return Some(true);
        }
        let url = repository(self.urls.get(&key(source))?);
        let mut own = self.bootstrapped.iter().filter_map(|source| self.urls.get(source)).peekable();
        match own.peek() {
            Some(_) => Some(own.any(|own| repository(own) == url)),
            // A source with a URL of its own beside one that was bootstrapped is hardly the same repository.
            None => (!self.bootstrapped.is_empty()).then_some(false),
        }
    }
}

fn key(source: &SourceRef) -> (SmolStr, SmolStr) {
    (source.kind.clone(), source.name.clone())
}

type Urls<'f> = BTreeMap<(SmolStr, SmolStr), &'f str>;

/// The URLs of the sources that stand in files, by kind and name.
fn urls(files: &[File]) -> Urls<'_> {
    let objects = files.iter().flat_map(File::objects).filter(|(id, _)| id.group == group::SOURCE);
    objects
        .filter_map(|(id, node)| Some(((id.kind, id.name), node.at(&["spec", "url"]).and_then(Node::text)?)))
        .collect()
}

/// Owner and name of the repository at a URL, however it is reached.
fn repository(url: &str) -> String {
    let mut parts = url.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']);
    let name = parts.next().unwrap_or_default();
    format!("{}/{name}", parts.next().unwrap_or_default()).to_ascii_lowercase()
}

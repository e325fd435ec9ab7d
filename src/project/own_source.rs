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
    let urls = urls(files, kustomizations);
    let own = own_sources(kustomizations);
    let exists = |one: &FluxKustomization| matches!(view.resolve(&one.path), Ok(Some(found)) if found.kind == EntryKind::Directory);
    let found: Vec<&SourceRef> =
        kustomizations.iter().filter(|one| !one.path.is_root() && exists(one)).filter_map(source).collect();
    kustomizations
        .iter()
        .map(|one| {
            let Some(source) = source(one) else { return false };
            let is_same = |other: &&SourceRef| other.kind == source.kind && other.name == source.name;
            match is_elsewhere(source, &own, &urls) {
                Some(elsewhere) => !elsewhere,
                // The root exists everywhere: only another path of the same source can tell.
                None => !one.path.is_root() || source.name == BOOTSTRAP || found.iter().any(is_same),
            }
        })
        .collect()
}

fn source(kustomization: &FluxKustomization) -> Option<&SourceRef> {
    kustomization.source.as_ref()
}

type Urls<'f> = BTreeMap<(SmolStr, SmolStr), &'f str>;

/// The URLs of the sources that stand in files, by kind and name.
fn urls<'f>(files: &'f [File], kustomizations: &'f [FluxKustomization]) -> Urls<'f> {
    let objects = files.iter().flat_map(File::objects).filter(|(id, _)| id.group == group::SOURCE);
    let declared =
        objects.filter_map(|(id, node)| Some(((id.kind, id.name), node.at(&["spec", "url"]).and_then(Node::text)?)));
    let made = kustomizations.iter().filter_map(|one| {
        let source = source(one)?;
        Some(((source.kind.clone(), source.name.clone()), one.source_url.as_deref()?))
    });
    declared.chain(made).collect()
}

/// Whether a source is known to be another repository, by the URL it has beside those of the sources that Flux itself was set up with; `None` if that
/// cannot be told.
fn is_elsewhere(source: &SourceRef, own: &BTreeSet<(&str, &str)>, urls: &Urls<'_>) -> Option<bool> {
    if own.contains(&(source.kind.as_str(), source.name.as_str())) || source.name == BOOTSTRAP {
        return Some(false);
    }
    let url = |kind: &str, name: &str| urls.get(&(kind.into(), name.into())).map(|url| repository(url));
    let own: Vec<String> = own.iter().filter_map(|(kind, name)| url(kind, name)).collect();
    let here = url(&source.kind, &source.name)?;
    (!own.is_empty()).then(|| !own.contains(&here))
}

/// The sources that Flux itself was set up with, by kind and name: that of the bootstrap, and those of `FluxInstances`.
fn own_sources(kustomizations: &[FluxKustomization]) -> BTreeSet<(&str, &str)> {
    let made = kustomizations.iter().filter(|one| one.source_url.is_some()).filter_map(source);
    let made = made.map(|source| (source.kind.as_str(), source.name.as_str()));
    ["GitRepository", "OCIRepository", "Bucket"].map(|kind| (kind, BOOTSTRAP)).into_iter().chain(made).collect()
}

/// Owner and name of the repository at a URL, however it is reached.
fn repository(url: &str) -> String {
    let mut parts = url.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']);
    let name = parts.next().unwrap_or_default();
    format!("{}/{name}", parts.next().unwrap_or_default()).to_ascii_lowercase()
}

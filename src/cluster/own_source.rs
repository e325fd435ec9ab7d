//! Which Flux Kustomizations apply this repository, and which another one.
//!
//! A path in another repository may exist here by chance; the root exists everywhere. Must not know what is applied.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{Ground, declared::Candidate, ground::objects_in, reach::existing};
use crate::{
    flux::{Copied, FluxKustomization, OutputArtifact, SourceRef, group, repository},
    path::RepoPath,
    source::SourceView,
    yaml::Node,
};

/// The name that bootstrapping gives to the source of the repository itself.
const BOOTSTRAP: &str = "flux-system";

/// What is known about the source that is the repository itself.
#[derive(Debug)]
pub(super) struct OwnSource<'f> {
    /// The URLs of all sources that stand in files, by kind and name.
    urls: Urls<'f>,
    /// The sources that bootstrapping or a FluxInstance made, or that lead back to themselves, by kind and name.
    bootstrapped: BTreeSet<(SmolStr, SmolStr)>,
    /// The sources of which another path than the root exists here, by kind and name.
    found: BTreeSet<(SmolStr, SmolStr)>,
    /// The directories that OCI artifacts were made of, where that is not the root, by kind and name of the source.
    roots: BTreeMap<(SmolStr, SmolStr), RepoPath>,
    /// What artifacts are made of, by their names.
    copies: BTreeMap<SmolStr, Vec<Copied>>,
}

impl<'f> OwnSource<'f> {
    pub(super) fn of(view: &dyn SourceView, ground: &Ground<'f>, candidates: &[Candidate]) -> Self {
        let kustomizations: Vec<&FluxKustomization> = candidates.iter().filter_map(Candidate::flux).collect();
        let made = kustomizations.iter().filter_map(|one| Some((one.makes_source, one.source.as_ref()?)));
        let mut bootstrapped: BTreeSet<_> = made
            .filter(|(makes_source, source)| *makes_source || source.name == BOOTSTRAP)
            .map(|(_, source)| key(source))
            .collect();
        let urls = urls(ground);
        let addresses: Vec<&str> = bootstrapped.iter().filter_map(|source| urls.get(source).copied()).collect();
        // Nobody writes the path of another repository into a file that lies at just this path here, unless that one is laid out alike and has another address.
        let around_itself =
            |one: &&Candidate| one.flux().is_some_and(|flux| !flux.path.is_root() && one.path().is_under(&flux.path));
        let is_other = |source: &SourceRef| {
            let differs = |url: &&str| addresses.iter().all(|own| repository(own) != repository(url));
            !addresses.is_empty() && urls.get(&key(source)).is_some_and(differs)
        };
        let sources = candidates.iter().filter(around_itself).filter_map(|one| one.flux()?.source.as_ref());
        bootstrapped.extend(sources.filter(|source| !is_other(source)).map(key));
        let found = kustomizations
            .iter()
            .filter(|one| !one.path.is_root() && existing(view, &one.path).is_some())
            .filter_map(|one| one.source.as_ref().map(key))
            .collect();
        Self { urls, bootstrapped, found, roots: roots(view, candidates), copies: copies(ground) }
    }

    /// The path in this repository that a Flux Kustomization probably applies, whether or not it exists; `None` if it applies another.
    pub(super) fn path_here(&self, view: &dyn SourceView, one: &FluxKustomization) -> Option<RepoPath> {
        let source = one.source.as_ref()?;
        if source.kind == "ExternalArtifact" {
            let mut paths = self.copies.get(&source.name)?.iter().filter_map(|copy| copy.origin_of(&one.path));
            return paths.find(|path| existing(view, path).is_some());
        }
        // The root exists everywhere: only another path of the same source can tell.
        let is_here = self.is(source).unwrap_or_else(|| !one.path.is_root() || self.found.contains(&key(source)));
        match self.roots.get(&key(source)).filter(|_| is_here) {
            Some(root) if one.path.is_root() => Some(root.clone()),
            Some(root) => root.join(one.path.as_str()).ok(),
            None => is_here.then(|| one.path.clone()),
        }
    }

    /// The addresses of the sources that are surely the repository itself.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &'f str> {
        self.bootstrapped.iter().filter_map(|source| self.urls.get(source).copied())
    }

    /// Whether a source was made by bootstrapping or a FluxInstance, so that it cannot be any other.
    pub(super) fn is_certain(&self, one: &FluxKustomization) -> bool {
        one.source.as_ref().is_some_and(|source| self.bootstrapped.contains(&key(source)))
    }

    /// Whether a source is the repository itself, as far as that can be told.
    pub(super) fn is_here(&self, source: &SourceRef) -> bool {
        self.is(source).unwrap_or_else(|| self.found.contains(&key(source)))
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

/// The directories that the artifacts of OCI sources were made of: a pipeline may push a part of the repository only. It holds the files that ask for paths in it,
/// so it is that directory around them below which most of these paths exist.
fn roots(view: &dyn SourceView, candidates: &[Candidate]) -> BTreeMap<(SmolStr, SmolStr), RepoPath> {
    let mut votes: BTreeMap<(SmolStr, SmolStr), BTreeMap<RepoPath, usize>> = BTreeMap::new();
    for candidate in candidates {
        let Some(flux) = candidate.flux().filter(|flux| !flux.path.is_root()) else { continue };
        let Some(source) = flux.source.as_ref().filter(|source| source.kind == "OCIRepository") else { continue };
        let around = std::iter::successors(candidate.path().parent(), RepoPath::parent);
        let holds = |root: &RepoPath| root.join(flux.path.as_str()).is_ok_and(|path| existing(view, &path).is_some());
        for root in around.filter(holds) {
            *votes.entry(key(source)).or_default().entry(root).or_default() += 1;
        }
    }
    // Of several the outermost: the first, because a directory comes before what it holds.
    let most = |roots: BTreeMap<RepoPath, usize>| roots.into_iter().rev().max_by_key(|(_, votes)| *votes);
    let found = votes.into_iter().filter_map(|(source, roots)| Some((source, most(roots)?.0)));
    found.filter(|(_, root)| !root.is_root()).collect()
}

type Urls<'f> = BTreeMap<(SmolStr, SmolStr), &'f str>;

/// What the `ArtifactGenerators` that stand in files copy into their artifacts.
fn copies(ground: &Ground<'_>) -> BTreeMap<SmolStr, Vec<Copied>> {
    let mut copies: BTreeMap<SmolStr, Vec<Copied>> = BTreeMap::new();
    for file in &ground.files {
        for (id, node) in objects_in(file.stream).filter(|(id, _)| id.is(group::EXTENSIONS, "ArtifactGenerator")) {
            let object = file.object(id, node);
            for artifact in object.iter().flat_map(|object| OutputArtifact::all(&object.id, &object.value)) {
                copies.entry(artifact.name).or_default().extend(artifact.copies);
            }
        }
    }
    copies
}

/// The URLs of the sources that stand in files, by kind and name.
fn urls<'f>(ground: &Ground<'f>) -> Urls<'f> {
    let objects = ground.files.iter().flat_map(|file| objects_in(file.stream));
    objects
        .filter(|(id, _)| id.group == group::SOURCE)
        .filter_map(|(id, node)| Some(((id.kind, id.name), node.at(&["spec", "url"]).and_then(Node::text)?)))
        .collect()
}

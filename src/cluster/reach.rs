//! Which declarations lie in reach of which: the files that a directory brings in, as far as they can be told without rendering.
//!
//! Owns the first guess at who applies whom, from which roots are found. Must not know clusters.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use super::{
    Ground,
    declared::{Candidate, Declaration},
    ground::GroundFile,
    own_source::OwnSource,
};
use crate::{
    argo::{Repository, ToolBlock},
    flux::{Generated, generate},
    kustomize::{Session, is_kustomization_name},
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
};

/// The candidates that each candidate brings in.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// By candidate: those in its reach, itself among them if it lies there.
    of: Vec<BTreeSet<usize>>,
    /// By candidate: the directories of this view that it applies.
    directories: Vec<Vec<RepoPath>>,
    /// Directories that bring in two declarations of one identity, which ends their build.
    unbuildable: BTreeSet<RepoPath>,
    generated: Arc<BTreeMap<RepoPath, Generated>>,
}

impl Reach {
    pub(super) fn new(
        session: &Session,
        ground: &Ground<'_>,
        own: &OwnSource<'_>,
        repository: &Repository,
        candidates: &[Candidate],
    ) -> Result<Self, SourceError> {
        let mut in_file: HashMap<&RepoPath, Vec<usize>> = HashMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            in_file.entry(candidate.path()).or_default().push(index);
        }
        let mut reach = Self::default();
        let mut known: HashMap<(RepoPath, Way), BTreeSet<usize>> = HashMap::new();
        for candidate in candidates {
            let mut found = BTreeSet::new();
            let mut directories = Vec::new();
            for (path, way) in applied(session.view(), candidate, own, repository) {
                let Some(directory) = existing(session.view(), &path) else { continue };
                let key = (directory.clone(), way);
                if !known.contains_key(&key) {
                    let files = reach.files(session.view(), ground, &directory, way)?;
                    let all = files.iter().filter_map(|path| in_file.get(path)).flatten().copied().collect();
                    known.insert(key.clone(), all);
                }
                found.extend(known.get(&key).into_iter().flatten());
                directories.push(directory);
            }
            if !builds(candidates, &found) {
                found.clear();
                reach.unbuildable.extend(directories.iter().cloned());
            }
            reach.of.push(found);
            reach.directories.push(directories);
        }
        Ok(reach)
    }

    /// The candidates that a candidate brings in, perhaps itself.
    pub(super) fn of(&self, candidate: usize) -> &BTreeSet<usize> {
        static NONE: BTreeSet<usize> = BTreeSet::new();
        self.of.get(candidate).unwrap_or(&NONE)
    }

    /// The directories of this view that a candidate applies.
    pub(super) fn directories(&self, candidate: usize) -> &[RepoPath] {
        self.directories.get(candidate).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a directory brings in two declarations of one identity, so that nothing of it is ever applied.
    pub(super) fn is_unbuildable(&self, directory: &RepoPath) -> bool {
        self.unbuildable.contains(directory)
    }

    /// Whether a candidate applies the file that declares it, as bootstrapping writes it.
    pub(super) fn is_own(&self, candidate: usize) -> bool {
        self.of(candidate).contains(&candidate)
    }

    /// What Flux's generator found in the directories without a kustomization.
    pub(super) fn generated(&self) -> Arc<BTreeMap<RepoPath, Generated>> {
        Arc::clone(&self.generated)
    }

    /// The files that a directory brings in.
    fn files(
        &mut self,
        view: &dyn SourceView,
        ground: &Ground<'_>,
        directory: &RepoPath,
        way: Way,
    ) -> Result<BTreeSet<RepoPath>, SourceError> {
        let mut files = BTreeSet::new();
        let mut pending = vec![directory.clone()];
        if !ground.kustomizations.contains_key(directory) {
            match way {
                Way::Flux => {
                    let generated = generate(view, directory, is_kustomization_name)?;
                    files.extend(generated.files.iter().cloned());
                    pending.clone_from(&generated.kustomizations);
                    Arc::make_mut(&mut self.generated).insert(directory.clone(), generated);
                }
                Way::Argo { recursive } => {
                    let below = ground.files_below(directory).map(|file: &GroundFile<'_>| file.path);
                    let taken = below.filter(|path| recursive || path.parent().as_ref() == Some(directory));
                    files.extend(taken.cloned());
                }
            }
        }
        for directory in pending {
            files.extend(kustomized_files(ground, &directory));
        }
        Ok(files)
    }
}

/// The files that a kustomization names, and those that the kustomizations name that it names.
pub(super) fn kustomized_files(ground: &Ground<'_>, directory: &RepoPath) -> BTreeSet<RepoPath> {
    let mut files = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![directory.clone()];
    while let Some(directory) = pending.pop() {
        let Some(takes) = ground.kustomizations.get(&directory) else { continue };
        if seen.insert(directory) {
            files.extend(takes.files.iter().cloned());
            pending.extend(takes.directories.iter().cloned());
        }
    }
    files
}

/// Whether these can be in one build at all: two objects of one identity end it.
fn builds(candidates: &[Candidate], reached: &BTreeSet<usize>) -> bool {
    let mut seen = HashSet::new();
    reached.iter().filter_map(|&index| candidates.get(index)).all(|one| seen.insert(&one.object.id))
}

/// How a controller takes in a directory without a kustomization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way {
    Flux,
    Argo { recursive: bool },
}

/// The paths in this repository that a candidate applies, whether or not they exist.
fn applied(
    view: &dyn SourceView,
    candidate: &Candidate,
    own: &OwnSource<'_>,
    repository: &Repository,
) -> Vec<(RepoPath, Way)> {
    match &candidate.declaration {
        Declaration::Flux(one) => own.path_here(view, one).map(|path| (path, Way::Flux)).into_iter().collect(),
        Declaration::Application(one) => {
            let here = one.sources.iter().filter(|source| repository.is_here(&source.repo_url));
            let paths = here.filter_map(|source| {
                let path = RepoPath::new(&source.path.as_ref()?.0).ok()?;
                let is_recursive = |block: &ToolBlock| matches!(block, ToolBlock::Directory(one) if one.recurse);
                Some((path, Way::Argo { recursive: source.tools.iter().any(is_recursive) }))
            });
            paths.collect()
        }
        Declaration::ApplicationSet | Declaration::ResourceSet => Vec::new(),
    }
}

/// The directory at a path, links followed.
pub(super) fn existing(view: &dyn SourceView, path: &RepoPath) -> Option<RepoPath> {
    view.resolve(path).ok().flatten().filter(|found| found.kind == EntryKind::Directory).map(|found| found.path)
}

//! One look at the repository: the work tree with the open documents laid over it, linted as `treewright lint` does.
//!
//! Must not know the protocol, nor threads.

use std::{io, path::Path, sync::Arc};

use super::documents::Documents;
use crate::{
    change::ChangeSet,
    diagnostic::Diagnostic,
    kustomize::Streams,
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    source::{Entry, EntryKind, Overlay, Plan, Skipped, SourceError, SourceView, WorkTree},
};

/// What was found.
pub(super) struct Analysis {
    /// The repository.
    pub(super) project: Project,
    /// The findings, faults of the configuration among them.
    pub(super) findings: Vec<Diagnostic>,
    /// The documents that were open.
    pub(super) documents: Documents,
}

/// Why there is no analysis.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the folder cannot be read: {0}")]
    Folder(#[from] io::Error),
    #[error("{0}")]
    Source(#[from] SourceError),
}

impl Analysis {
    /// Lints what lies below a directory, with the open documents over it. What `streams` knows is not parsed again. Reading ends early where `goes_on` says that nobody wants the result any more.
    pub(super) fn of(
        directory: &Path,
        documents: Documents,
        streams: &Arc<Streams>,
        goes_on: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        // A new look at the disk each time: a listing is quick, and what other programs write must be seen.
        let tree = WorkTree::new(directory)?;
        let changes = unsaved(&tree, &documents)?;
        let view: Arc<dyn SourceView> = Arc::new(WhileWanted { view: Overlay::new(tree, &changes)?, goes_on });
        let (options, faults) = options(view.as_ref());
        let project = Project::open_again(view, &options.known, streams)?;
        let mut findings = lint::lint(&project, &options).findings;
        findings.extend(faults);
        Ok(Self { project, findings, documents })
    }
}

/// The open documents as changes to the files on disk. Those that no repository could hold, and those that Git ignores, are left alone.
fn unsaved(tree: &WorkTree, documents: &Documents) -> Result<ChangeSet, SourceError> {
    let listed = tree.list()?;
    let mut changes = ChangeSet::new();
    for (path, document) in documents.iter() {
        let is_listed = listed.binary_search_by(|entry| entry.path.cmp(path)).is_ok();
        if !is_listed && tree.kind(path)?.is_some() {
            continue;
        }
        let mut change = ChangeSet::new();
        change.write(path.clone(), document.text.as_str());
        if Plan::new(&change, tree).is_ok() {
            changes.write(path.clone(), document.text.as_str());
        }
    }
    Ok(changes)
}

/// How to lint, and what is wrong with the configuration. Where it cannot be read, what holds without it.
fn options(view: &dyn SourceView) -> (Options, Vec<Diagnostic>) {
    let mut options = match Options::of_view(view) {
        Ok(options) => options,
        Err(fault) => return (Options::default(), vec![*fault]),
    };
    let fault = options.know_configured(view).err();
    (options, fault.map(|fault| *fault).into_iter().collect())
}

/// A view that refuses to answer once nobody wants the answers, so that an analysis that is overtaken comes to its end.
struct WhileWanted<V, W> {
    view: V,
    goes_on: W,
}

impl<V: SourceView, W: Fn() -> bool + Send + Sync> WhileWanted<V, W> {
    fn view(&self, path: &RepoPath) -> Result<&V, SourceError> {
        if (self.goes_on)() { Ok(&self.view) } else { Err(SourceError::ChangedMeanwhile { path: path.clone() }) }
    }
}

impl<V: SourceView, W: Fn() -> bool + Send + Sync> SourceView for WhileWanted<V, W> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        self.view(&RepoPath::root())?.list()
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        self.view(path)?.kind(path)
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        self.view(path)?.read(path)
    }

    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        self.view(directory)?.children(directory)
    }

    fn skipped(&self) -> Result<Vec<Skipped>, SourceError> {
        self.view(&RepoPath::root())?.skipped()
    }
}

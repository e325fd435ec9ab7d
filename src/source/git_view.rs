//! The Git index or a revision as a view.
//!
//! Must not know the work tree: no check-out is ever made.

use std::sync::Arc;

use super::{Entry, EntryKind, MAX_FILE_BYTES, Skipped, SourceError, SourceView, files::Files};
use crate::{
    git::{Blob, FileMode, GitError, Listing, ObjectId, Repository, Revision},
    path::RepoPath,
};

/// The files of the index, or of a revision. Submodules are left out: their files are another repository's.
pub struct GitView {
    repository: Arc<Repository>,
    files: Files<ObjectId>,
    skipped: Vec<Skipped>,
}

impl GitView {
    /// What a commit of the index would contain. Merge conflicts in it are an error.
    pub fn index(repository: Arc<Repository>) -> Result<Self, GitError> {
        let listing = repository.index_entries()?;
        Ok(Self::new(repository, listing))
    }

    /// What a revision contains.
    pub fn revision(repository: Arc<Repository>, revision: &Revision) -> Result<Self, GitError> {
        let listing = repository.revision_entries(revision)?;
        Ok(Self::new(repository, listing))
    }

    fn new(repository: Arc<Repository>, listing: Listing) -> Self {
        let entries = listing.entries.into_iter();
        let files = entries.filter_map(|entry| Some((entry.path, (kind(entry.mode)?, entry.id)))).collect();
        let skipped = listing.unreadable.into_iter().map(Skipped::name).collect();
        Self { repository, files, skipped }
    }
}

impl SourceView for GitView {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        Ok(self.files.list())
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        Ok(self.files.kind(path))
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(id) = self.files.get(path) else { return Ok(None) };
        match self.repository.blob(*id, MAX_FILE_BYTES) {
            Ok(Blob::Bytes(bytes)) => Ok(Some(bytes)),
            Ok(Blob::TooLarge(bytes)) => {
                Err(SourceError::TooLarge { path: path.clone(), bytes, limit: MAX_FILE_BYTES })
            }
            Err(error) => Err(SourceError::Unreadable { path: path.clone(), cause: error.to_string() }),
        }
    }

    fn content_id(&self, path: &RepoPath) -> Option<ObjectId> {
        self.files.get(path).copied()
    }

    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        Ok(self.files.children(directory))
    }

    fn skipped(&self) -> Result<Vec<Skipped>, SourceError> {
        Ok(self.skipped.clone())
    }
}

fn kind(mode: FileMode) -> Option<EntryKind> {
    match mode {
        FileMode::File => Some(EntryKind::File),
        FileMode::Executable => Some(EntryKind::Executable),
        FileMode::Symlink => Some(EntryKind::Symlink),
        FileMode::Submodule => None,
    }
}

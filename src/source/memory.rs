//! A view whose files are held in memory.
//!
//! Must not know the disk.

use super::{Entry, EntryKind, SourceError, SourceView, files::Files};
use crate::path::RepoPath;

/// Files in memory, for tests, for blueprints compiled into the binary, and for trees that are not written yet.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: Files<Vec<u8>>,
}

impl Memory {
    /// An empty view.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a regular file at a path, replacing what was there.
    pub fn insert(&mut self, path: RepoPath, content: impl Into<Vec<u8>>) {
        self.insert_as(path, EntryKind::File, content);
    }

    /// Puts a file or symbolic link at a path, replacing what was there. Directories need not be put: they exist because something lies in them.
    pub fn insert_as(&mut self, path: RepoPath, kind: EntryKind, content: impl Into<Vec<u8>>) {
        self.files.insert(path, kind, content.into());
    }

    /// Takes a file away; nothing happens if there is none.
    pub fn remove(&mut self, path: &RepoPath) {
        self.files.remove(path);
    }

    /// Files and their content, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&RepoPath, &[u8])> {
        self.files.iter().map(|(path, _, content)| (path, content.as_slice()))
    }
}

impl SourceView for Memory {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        Ok(self.files.list())
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        Ok(self.files.kind(path))
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.files.get(path).cloned())
    }

    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        Ok(self.files.children(directory))
    }
}

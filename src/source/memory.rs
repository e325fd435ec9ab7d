//! A view whose files are held in memory.
//!
//! Must not know the disk.

use std::collections::BTreeMap;

use super::{Entry, EntryKind, SourceError, SourceView};
use crate::path::RepoPath;

/// Files in memory, for tests, for blueprints compiled into the binary, and for trees that are not written yet.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<RepoPath, (EntryKind, Vec<u8>)>,
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
        self.files.insert(path, (kind, content.into()));
    }

    /// Takes a file away; nothing happens if there is none.
    pub fn remove(&mut self, path: &RepoPath) {
        self.files.remove(path);
    }

    /// Files and their content, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&RepoPath, &[u8])> {
        self.files.iter().map(|(path, (_, content))| (path, content.as_slice()))
    }
}

impl SourceView for Memory {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        Ok(self.files.iter().map(|(path, (kind, _))| Entry { path: path.clone(), kind: *kind }).collect())
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        if let Some((kind, _)) = self.files.get(path) {
            return Ok(Some(*kind));
        }
        let is_directory = path.is_root() || self.below(path).next().is_some();
        Ok(is_directory.then_some(EntryKind::Directory))
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.files.get(path).map(|(_, content)| content.clone()))
    }

    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        let depth = directory.components().count();
        let mut children = BTreeMap::new();
        for (path, kind) in self.below(directory) {
            let mut names = path.components().skip(depth);
            let Some(child) = names.next().and_then(|name| directory.join(name).ok()) else { continue };
            let kind = if names.next().is_some() { EntryKind::Directory } else { kind };
            children.insert(child, kind);
        }
        Ok(children.into_iter().map(|(path, kind)| Entry { path, kind }).collect())
    }
}

impl Memory {
    /// The files below a directory, itself excluded.
    fn below(&self, directory: &RepoPath) -> impl Iterator<Item = (&RepoPath, EntryKind)> {
        let start = directory.clone();
        self.files
            .range(start..)
            .take_while(move |(path, _)| path.as_str().starts_with(directory.as_str()))
            .filter(move |(path, _)| path.is_under(directory) && *path != directory)
            .map(|(path, (kind, _))| (path, *kind))
    }
}

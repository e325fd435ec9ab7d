//! A sorted table of files from which directories follow.
//!
//! Owns the answers that every view with a complete list of its files gives in the same way. Must not know where content is kept.

use std::collections::BTreeMap;

use super::{Entry, EntryKind};
use crate::path::RepoPath;

/// Files by path, each with what the view needs to find its content.
#[derive(Clone, Debug)]
pub(super) struct Files<T>(BTreeMap<RepoPath, (EntryKind, T)>);

impl<T> Default for Files<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> FromIterator<(RepoPath, (EntryKind, T))> for Files<T> {
    fn from_iter<I: IntoIterator<Item = (RepoPath, (EntryKind, T))>>(files: I) -> Self {
        Self(files.into_iter().collect())
    }
}

impl<T> Files<T> {
    pub(super) fn insert(&mut self, path: RepoPath, kind: EntryKind, content: T) {
        self.0.insert(path, (kind, content));
    }

    pub(super) fn remove(&mut self, path: &RepoPath) {
        self.0.remove(path);
    }

    pub(super) fn get(&self, path: &RepoPath) -> Option<&T> {
        self.0.get(path).map(|(_, content)| content)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&RepoPath, EntryKind, &T)> {
        self.0.iter().map(|(path, (kind, content))| (path, *kind, content))
    }

    /// All files, sorted.
    pub(super) fn list(&self) -> Vec<Entry> {
        self.iter().map(|(path, kind, _)| Entry { path: path.clone(), kind }).collect()
    }

    /// What lies at a path; directories exist because something lies in them.
    pub(super) fn kind(&self, path: &RepoPath) -> Option<EntryKind> {
        if let Some((kind, _)) = self.0.get(path) {
            return Some(*kind);
        }
        (path.is_root() || self.below(path).next().is_some()).then_some(EntryKind::Directory)
    }

    /// What lies directly in a directory, sorted.
    pub(super) fn children(&self, directory: &RepoPath) -> Vec<Entry> {
        let depth = directory.components().count();
        let mut children = BTreeMap::new();
        for (path, kind) in self.below(directory) {
            let mut names = path.components().skip(depth);
            let Some(child) = names.next().and_then(|name| directory.join(name).ok()) else { continue };
            let kind = if names.next().is_some() { EntryKind::Directory } else { kind };
            children.insert(child, kind);
        }
        children.into_iter().map(|(path, kind)| Entry { path, kind }).collect()
    }

    /// The files below a directory, itself excluded.
    pub(super) fn below(&self, directory: &RepoPath) -> impl Iterator<Item = (&RepoPath, EntryKind)> {
        self.0
            .range(directory.clone()..)
            .take_while(move |(path, _)| path.as_str().starts_with(directory.as_str()))
            .filter(move |(path, _)| path.is_under(directory) && *path != directory)
            .map(|(path, (kind, _))| (path, *kind))
    }
}

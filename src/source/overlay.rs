//! Changes laid over another view, as if they had been written.
//!
//! Must not know which view lies below.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, EntryKind, Plan, Skipped, SourceError, SourceView, files::Files};
use crate::{change::ChangeSet, path::RepoPath};

/// A view with changes laid over it. Directories appear and disappear with the files in them.
pub struct Overlay<V> {
    base: V,
    written: Files<Vec<u8>>,
    removed: BTreeSet<RepoPath>,
}

impl<V: SourceView> Overlay<V> {
    /// Lays changes over a view; fails as [`Plan::new`] does.
    pub fn new(base: V, changes: &ChangeSet) -> Result<Self, SourceError> {
        let plan = Plan::new(changes, &base)?;
        Ok(Self::of_plan(base, &plan))
    }

    /// Lays changes that are worked out already over the view for which they were.
    pub fn of_plan(base: V, plan: &Plan) -> Self {
        let mut overlay = Self { base, written: Files::default(), removed: BTreeSet::new() };
        for planned in plan.files() {
            match &planned.after {
                Some(content) => overlay.written.insert(planned.path.clone(), planned.kind, content.clone()),
                None => {
                    overlay.removed.insert(planned.path.clone());
                }
            }
        }
        overlay
    }

    /// Whether the changes took the last file out of a directory of the view below.
    fn is_emptied(&self, directory: &RepoPath) -> Result<bool, SourceError> {
        let mut open = vec![directory.clone()];
        let mut touched = false;
        while let Some(directory) = open.pop() {
            if self.written.below(&directory).next().is_some() {
                return Ok(false);
            }
            // A directory without removals is as it was.
            if !self.removed.iter().any(|path| path.is_under(&directory)) {
                return Ok(false);
            }
            for child in self.base.children(&directory)? {
                match child.kind {
                    EntryKind::Directory => open.push(child.path),
                    _ if self.removed.contains(&child.path) => touched = true,
                    _ => return Ok(false),
                }
            }
        }
        Ok(touched)
    }
}

impl<V: SourceView> SourceView for Overlay<V> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let below = self.base.list()?.into_iter().filter(|entry| !self.removed.contains(&entry.path));
        let mut entries: BTreeMap<RepoPath, EntryKind> = below.map(|entry| (entry.path, entry.kind)).collect();
        entries.extend(self.written.iter().map(|(path, kind, _)| (path.clone(), kind)));
        Ok(entries.into_iter().map(|(path, kind)| Entry { path, kind }).collect())
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        if let (Some(kind), false) = (self.written.kind(path), path.is_root()) {
            return Ok(Some(kind));
        }
        if self.removed.contains(path) {
            return Ok(None);
        }
        match self.base.kind(path)? {
            Some(EntryKind::Directory) if !path.is_root() && self.is_emptied(path)? => Ok(None),
            kind => Ok(kind),
        }
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        match self.written.get(path) {
            Some(content) => Ok(Some(content.clone())),
            None if self.removed.contains(path) => Ok(None),
            None => self.base.read(path),
        }
    }

    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        let mut children = BTreeMap::new();
        for child in self.base.children(directory)? {
            let gone = match child.kind {
                EntryKind::Directory => self.is_emptied(&child.path)?,
                _ => self.removed.contains(&child.path),
            };
            if !gone {
                children.insert(child.path, child.kind);
            }
        }
        children.extend(self.written.children(directory).into_iter().map(|child| (child.path, child.kind)));
        Ok(children.into_iter().map(|(path, kind)| Entry { path, kind }).collect())
    }

    fn skipped(&self) -> Result<Vec<Skipped>, SourceError> {
        self.base.skipped()
    }
}

//! What an entry of a kustomization that leads to nothing was probably meant to name.
//!
//! Must not know what is done with the answer.

use super::{KustomizationFile, Project, Reference, Role, Target};
use crate::{
    path::RepoPath,
    source::{Entry, EntryKind},
    text::nearest,
};

impl Project {
    /// The file or directory that was probably meant by an entry that leads to nothing: one beside the missing path with the same name and another ending, or
    /// with almost the same name, that the kustomization does not name elsewhere.
    pub fn meant(&self, kustomization: &KustomizationFile, reference: &Reference) -> Option<RepoPath> {
        let Target::Missing(wanted) = &reference.target else { return None };
        let children = self.view().children(&wanted.parent()?).ok()?;
        let usable: Vec<&Entry> =
            children.iter().filter(|entry| self.could_be_meant(kustomization, reference, entry)).collect();
        let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
        let same_stem =
            usable.iter().find(|entry| stem(entry.path.file_name()) == stem(wanted.file_name())).map(|one| &one.path);
        let near = || {
            let name = nearest(wanted.file_name(), usable.iter().map(|entry| entry.path.file_name()))?;
            usable.iter().map(|entry| &entry.path).find(|path| path.file_name() == name)
        };
        same_stem.or_else(near).cloned()
    }

    fn could_be_meant(&self, kustomization: &KustomizationFile, reference: &Reference, entry: &Entry) -> bool {
        let is_usable = match entry.kind {
            EntryKind::Directory => reference.role == Role::Resource && self.kustomization(&entry.path).is_some(),
            _ if reference.role == Role::Resource => matches!(entry.path.extension(), Some("yaml" | "yml" | "json")),
            _ => true,
        };
        let is_named = kustomization
            .references
            .iter()
            .any(|other| matches!(&other.target, Target::File(path) | Target::Directory(path) if *path == entry.path));
        is_usable && !is_named && entry.path != kustomization.path && entry.path != kustomization.directory
    }
}

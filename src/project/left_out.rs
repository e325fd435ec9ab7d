//! What is left out on purpose: what a kustomization names in a comment, and files beside those that one takes by their names.
//!
//! Must not know what is done with it.

use std::collections::HashSet;

use super::{File, Project, Role, Target};
use crate::{path::RepoPath, yaml::Stream};

/// What was left out.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// Files and directories that comments of kustomizations name like entries.
    named: HashSet<RepoPath>,
    /// Directories of which kustomizations elsewhere take files by their names.
    picked_from: HashSet<RepoPath>,
}

impl Project {
    fn left_out(&self) -> &LeftOut {
        self.left_out.get_or_init(|| {
            let mut left_out = LeftOut::default();
            for kustomization in self.kustomizations() {
                let stream = self.file(&kustomization.path).and_then(File::stream);
                let entries = stream.into_iter().flat_map(|stream| named_in_comments(stream, &kustomization.directory));
                left_out.named.extend(entries);
                let taken = kustomization.references.iter().filter_map(|reference| match &reference.target {
                    Target::File(path) if reference.role == Role::Resource => path.parent(),
                    _ => None,
                });
                left_out.picked_from.extend(taken.filter(|directory| *directory != kustomization.directory));
            }
            left_out
        })
    }

    /// Whether a comment of a kustomization names a directory, or one around it, like an entry that was taken out.
    pub(super) fn is_commented_out(&self, directory: &RepoPath) -> bool {
        let named = &self.left_out().named;
        std::iter::successors(Some(directory.clone()), RepoPath::parent).any(|path| named.contains(&path))
    }

    /// Whether a kustomization elsewhere takes some files of a directory by their names, and so leaves the others out.
    pub(super) fn is_picked_from(&self, directory: &RepoPath) -> bool {
        self.left_out().picked_from.contains(directory)
    }
}

/// What comments of a kustomization name like entries that were taken out.
pub(super) fn named_in_comments(stream: &Stream, directory: &RepoPath) -> impl Iterator<Item = RepoPath> {
    stream.comments().iter().filter_map(move |&comment| {
        let entry = stream.comment_text(comment).trim().strip_prefix("- ")?.trim();
        let path = entry.split(" #").next()?.trim_matches(['"', '\'', ' ']);
        directory.join(path).ok().filter(|_| !path.is_empty() && !path.contains(' '))
    })
}

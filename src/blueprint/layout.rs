//! Where the files of an instance lie: in one directory; or, for several clusters, what they share in `base` and the rest in a directory for each of them.
//!
//! Owns the way between a path inside of an instance and one in the repository. An instance for the clusters `staging` and `production` below the root `apps` has
//! `apps/base/hub`, `apps/staging/hub` and `apps/production/hub`, and its files are `base/…`, `staging/…` and `production/…`. Must not know what is in the files.

use super::{RegisterError, Registration, placement};
use crate::{path::RepoPath, source::SourceView};

/// The name of what clusters share, which no cluster can have.
pub const BASE: &str = "base";

/// The directories of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The directory with the lock: that of the instance, or of what its clusters share.
    pub path: RepoPath,
    /// The directory that the cluster reconciles, or that holds one for each cluster.
    pub root: RepoPath,
    /// The clusters; none for an instance in one directory.
    pub clusters: Vec<String>,
}

impl Layout {
    /// Each directory, with what paths in it begin with inside of the instance.
    pub fn directories(&self) -> Vec<(RepoPath, RepoPath)> {
        if self.clusters.is_empty() {
            return vec![(RepoPath::root(), self.path.clone())];
        }
        let names = std::iter::once(BASE).chain(self.clusters.iter().map(String::as_str));
        names.filter_map(|name| Some((RepoPath::new(name).ok()?, self.directory(name)))).collect()
    }

    /// The place of a file in the repository.
    pub fn place(&self, inside: &RepoPath) -> RepoPath {
        let (name, rest) = inside.as_str().split_once('/').unwrap_or((inside.as_str(), ""));
        let (directory, rest) =
            if self.clusters.is_empty() { (self.path.clone(), inside.as_str()) } else { (self.directory(name), rest) };
        directory.join(rest).unwrap_or_else(|_| inside.clone())
    }

    /// The path inside of the instance of a file of the repository; `None` for a file that is none of the instance's.
    pub fn inside(&self, path: &RepoPath) -> Option<RepoPath> {
        let mut directories = self.directories().into_iter();
        let (prefix, directory) = directories.find(|(_, directory)| path.is_under(directory))?;
        prefix.join(&path.relative_to(&directory)).ok()
    }

    /// The directory of a cluster, or of what all share.
    pub fn directory(&self, name: &str) -> RepoPath {
        let place = self.root.join(name).and_then(|of_cluster| of_cluster.join(&self.own()));
        place.unwrap_or_else(|_| self.path.clone())
    }

    /// The way from the root of a cluster to the instance.
    fn own(&self) -> String {
        own(&self.path, &self.root)
    }

    /// Registers each directory that a cluster reconciles in the kustomizations above it. What is shared is named by the overlays.
    pub(super) fn register(&self, view: &dyn SourceView) -> Result<Vec<Registration>, RegisterError> {
        if self.clusters.is_empty() {
            return placement::register(view, &self.path, &self.root);
        }
        let mut registrations = Vec::new();
        for cluster in &self.clusters {
            let root = self.root.join(cluster).unwrap_or_else(|_| self.root.clone());
            registrations.extend(placement::register(view, &self.directory(cluster), &root)?);
        }
        Ok(registrations)
    }
}

/// The way from the root of a cluster to an instance, whose path may name the root itself or what clusters share.
pub(super) fn own(path: &RepoPath, root: &RepoPath) -> String {
    let base = root.join(BASE).unwrap_or_else(|_| root.clone());
    path.relative_to(if path.is_under(&base) && *path != base { &base } else { root })
}

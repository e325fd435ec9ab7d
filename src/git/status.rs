//! What Git says about files of the work tree: clean, changed, untracked, ignored.
//!
//! Must not know why anybody asks.

use std::path::Path;

use git2::Status;

use super::{GitError, Repository};
use crate::path::RepoPath;

/// How a file of the work tree stands against the index and HEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// As committed.
    Clean,
    /// Tracked, and different from HEAD.
    Changed {
        /// The index differs from HEAD.
        staged: bool,
        /// The work tree differs from the index.
        modified: bool,
    },
    /// On disk and unknown to Git.
    Untracked,
    /// On disk, unknown to Git, and to be left alone by rule of a `.gitignore`.
    Ignored,
    /// In an unresolved merge conflict.
    Conflicted,
    /// Neither on disk nor known to Git.
    Absent,
}

impl Repository {
    /// The state of each of these files, in the order given.
    pub fn status_of<'a>(&self, paths: impl IntoIterator<Item = &'a RepoPath>) -> Result<Vec<FileState>, GitError> {
        self.with(|handle| {
            let state = |path: &RepoPath| match handle.status_file(Path::new(path.as_str())) {
                Ok(status) => Ok(state_of(status)),
                Err(error) if error.code() == git2::ErrorCode::NotFound && is_ignored(handle, path) => {
                    Ok(FileState::Ignored)
                }
                Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(FileState::Absent),
                Err(error) => Err(error.into()),
            };
            paths.into_iter().map(state).collect()
        })
    }

    /// Whether a `.gitignore` or the like says that a file, existing or not, is to be left alone. Tracked files are not asked about.
    pub fn is_ignored(&self, path: &RepoPath) -> Result<bool, GitError> {
        self.with(|handle| Ok(handle.is_path_ignored(Path::new(path.as_str()))?))
    }

    /// Every file that is neither clean nor ignored, sorted by path.
    pub fn status(&self) -> Result<Vec<(RepoPath, FileState)>, GitError> {
        self.with(|handle| {
            let mut options = git2::StatusOptions::new();
            options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
            let statuses = handle.statuses(Some(&mut options))?;
            let mut states: Vec<_> = statuses
                .iter()
                .filter_map(|entry| Some((RepoPath::new(entry.path().ok()?).ok()?, state_of(entry.status()))))
                .collect();
            states.sort_by(|a, b| a.0.cmp(&b.0));
            Ok(states)
        })
    }
}

fn is_ignored(handle: &git2::Repository, path: &RepoPath) -> bool {
    let path = Path::new(path.as_str());
    let on_disk = handle.workdir().is_some_and(|root| root.join(path).symlink_metadata().is_ok());
    on_disk && handle.is_path_ignored(path).unwrap_or(false)
}

fn state_of(status: Status) -> FileState {
    let staged = Status::INDEX_NEW
        | Status::INDEX_MODIFIED
        | Status::INDEX_DELETED
        | Status::INDEX_RENAMED
        | Status::INDEX_TYPECHANGE;
    let modified = Status::WT_MODIFIED | Status::WT_DELETED | Status::WT_RENAMED | Status::WT_TYPECHANGE;
    if status.contains(Status::CONFLICTED) {
        FileState::Conflicted
    } else if status.contains(Status::IGNORED) {
        FileState::Ignored
    } else if status.intersects(staged | modified) {
        FileState::Changed { staged: status.intersects(staged), modified: status.intersects(modified) }
    } else if status.contains(Status::WT_NEW) {
        FileState::Untracked
    } else {
        FileState::Clean
    }
}

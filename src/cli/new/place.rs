//! The repository that `new` writes to, or the directory that becomes one.
//!
//! Must not know blueprints.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    cli::{error::CliError, workspace},
    git::{Environment, FileState, Repository},
    path::RepoPath,
    source::{Memory, SourceView, WorkTree},
};

/// Where an instance is written.
pub(in crate::cli) struct Place {
    root: PathBuf,
    repository: Option<Repository>,
    view: Arc<dyn SourceView>,
}

impl Place {
    /// The repository around `start`; with `init` a directory outside of any repository, which need not exist yet.
    pub fn open(start: &Path, init: bool) -> Result<Self, CliError> {
        let existing = start.ancestors().find(|path| path.is_dir()).unwrap_or(start);
        let repository = workspace::repository(existing)?;
        match (&repository, init) {
            (None, false) => {
                let message = format!("`{}` is not in a Git repository", start.display());
                return Err(CliError::new(message).hint("run the command in one, or make one here with --init"));
            }
            (Some(repository), true) => {
                let message = format!("there is a Git repository already: `{}`", repository.root().display());
                return Err(CliError::new(message).hint("leave --init out to write into it"));
            }
            (Some(_), false) if !start.is_dir() => {
                return Err(CliError::new(format!("there is no directory `{}`", start.display())));
            }
            _ => {}
        }
        let root = repository.as_ref().map_or_else(|| start.to_owned(), |repository| repository.root().to_owned());
        let view: Arc<dyn SourceView> = if root.is_dir() {
            Arc::new(
                WorkTree::new(&root)
                    .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?,
            )
        } else {
            Arc::new(Memory::new())
        };
        Ok(Self { root, repository, view })
    }

    /// The top directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files.
    pub fn view(&self) -> &Arc<dyn SourceView> {
        &self.view
    }

    /// Whether a file has changes that are not committed, or what Git knows of it cannot be told.
    pub fn is_dirty(&self, path: &RepoPath) -> bool {
        let Some(repository) = &self.repository else { return false };
        let states = repository.status_of([path]).unwrap_or_default();
        !matches!(states.as_slice(), [FileState::Clean | FileState::Absent])
    }

    /// The repository, if there is one.
    pub fn repository(&self) -> Option<&Repository> {
        self.repository.as_ref()
    }

    /// The address of the first remote, without what may be a password in it.
    pub fn address(&self) -> Option<String> {
        let address = self.repository.as_ref()?.remotes().ok()?.into_iter().next()?;
        match address.split_once("://") {
            Some((scheme @ ("http" | "https"), rest)) => {
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                Some(format!("{scheme}://{}/{path}", host.rsplit('@').next().unwrap_or(host)))
            }
            Some(("ssh", _)) => Some(address),
            None if address.contains('@') && address.contains(':') => Some(address),
            // A folder is nothing that Argo CD could read.
            _ => None,
        }
    }

    /// The repository, made now if there was none, and whether it was made.
    pub fn into_repository(self) -> Result<(Repository, bool), CliError> {
        match self.repository {
            Some(repository) => Ok((repository, false)),
            None => Ok((Repository::init(&self.root, &Environment::process())?, true)),
        }
    }
}

/// Takes a repository away that was made a moment ago and has no commit.
pub(in crate::cli) fn unmake(repository: &Repository) {
    // Nothing more can be done if this fails; the error that led here is the one to report.
    let _ = std::fs::remove_dir_all(repository.git_dir());
}

/// Takes an empty directory away that was made a moment ago.
pub(super) fn remove_if_empty(directory: &Path) {
    // A directory that is not empty stays, as it should.
    let _ = std::fs::remove_dir(directory);
}

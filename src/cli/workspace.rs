//! Where the program works: the directory it was started in, and the repository around it.
//!
//! Must not know commands.
#![expect(clippy::disallowed_methods, reason = "the command line knows where it was started")]

use std::path::{Component, Path, PathBuf};

use super::error::CliError;
use crate::{
    git::{Environment, GitErrorKind, Repository},
    path::RepoPath,
    source::write,
};

/// The directory a command works from.
pub(super) fn start(directory: Option<&Path>) -> Result<PathBuf, CliError> {
    let here = std::env::current_dir()
        .map_err(|error| CliError::new(format!("cannot tell the current directory: {error}")))?;
    Ok(directory.map_or_else(|| here.clone(), |directory| tidy(&here.join(directory))))
}

/// The repository around a directory; `None` if there is none.
pub(super) fn repository(start: &Path) -> Result<Option<Repository>, CliError> {
    match Repository::discover(start, &Environment::process()) {
        Ok(repository) => {
            // What an interrupted run left is ended before anybody reads the tree.
            write::recover(repository.root())?;
            Ok(Some(repository))
        }
        Err(error) if error.kind == GitErrorKind::NotARepository => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The path of a file below `root`, as views name it. `path` may be relative to `start`.
pub(super) fn inside(root: &Path, start: &Path, path: &Path) -> Result<RepoPath, CliError> {
    let absolute = tidy(&start.join(path));
    // The root is free of symbolic links; what a user types may not be.
    let absolute = absolute.canonicalize().unwrap_or(absolute);
    let outside = || CliError::new(format!("`{}` lies outside of `{}`", path.display(), root.display()));
    let below = absolute.strip_prefix(root).map_err(|_| outside())?;
    let text = below.to_str().ok_or_else(|| CliError::new(format!("`{}` is not UTF-8", path.display())))?;
    RepoPath::new(text).map_err(|error| CliError::new(error.to_string()))
}

/// Resolves `.` and `..` by name.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

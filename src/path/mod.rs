//! Paths inside a repository.
//!
//! Owns the one spelling of a place in a tree: relative to the root, forward slashes, no `.` and no `..`, so that two paths are equal exactly when
//! they name the same place. Must not know the file system; everything here is arithmetic on names.

use std::{fmt, sync::Arc};

/// A path relative to the root of a source view. The root itself is the empty path. Ordering is by bytes, which is the order of Git's index.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(Arc<str>);

/// Why a text is not a path inside the repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The path starts with a slash.
    #[error("`{0}` is an absolute path; paths are relative to the repository")]
    Absolute(String),
    /// The path climbs above the root.
    #[error("`{0}` leaves the repository")]
    Escapes(String),
    /// The path holds a NUL byte, which no file name can.
    #[error("a path holds a NUL byte")]
    Nul,
}

impl RepoPath {
    /// The root of the view.
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// Reads a relative path; `.` and `..` are resolved by name, double and final slashes dropped.
    pub fn new(path: &str) -> Result<Self, PathError> {
        Self::root().join(path)
    }

    /// Resolves `relative` against this path taken as a directory, by name only.
    pub fn join(&self, relative: &str) -> Result<Self, PathError> {
        if relative.starts_with('/') {
            return Err(PathError::Absolute(relative.to_owned()));
        }
        if relative.contains('\0') {
            return Err(PathError::Nul);
        }
        let mut parts: Vec<&str> = self.components().collect();
        for part in relative.split('/') {
            match part {
                ".." if parts.pop().is_none() => return Err(PathError::Escapes(relative.to_owned())),
                "" | "." | ".." => {}
                name => parts.push(name),
            }
        }
        Ok(Self(Arc::from(parts.join("/"))))
    }

    /// The path as text, without a leading or final slash; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names from the root downward; none for the root.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// The directory that holds this path, or `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(Self(Arc::from(self.0.rsplit_once('/').map_or("", |(parent, _)| parent))))
    }

    /// The last name; empty for the root.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// What follows the last dot of the file name, if the name does not start with it.
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
    }

    /// Whether the path is `directory` or lies below it.
    pub fn is_under(&self, directory: &Self) -> bool {
        directory.is_root()
            || self.0.strip_prefix(directory.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// How to write this path from inside `directory`, with `..` where needed; `.` if they are the same.
    pub fn relative_to(&self, directory: &Self) -> String {
        let shared = self.components().zip(directory.components()).take_while(|(a, b)| a == b).count();
        let up = directory.components().skip(shared).map(|_| "..");
        let parts: Vec<&str> = up.chain(self.components().skip(shared)).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

//! The [`SourceView`] trait and what every view shares: following symbolic links as Git records them.
//!
//! Must not know any particular view.

use crate::{
    git::ObjectId,
    path::{PathError, RepoPath},
};

/// What a view holds at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A regular file with the executable bit.
    Executable,
    /// A symbolic link; its content is the text of the target.
    Symlink,
    /// A directory.
    Directory,
}

impl EntryKind {
    /// Whether this is a regular file, executable or not.
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// One file or symbolic link of a view. Directories are not listed: as in Git, they exist because something lies in them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it lies.
    pub path: RepoPath,
    /// What it is.
    pub kind: EntryKind,
}

/// Why a view could not answer. "There is no such file" is an answer, not an error.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The disk or the object database refused.
    #[error("cannot read {path}: {cause}")]
    Unreadable {
        /// The path asked for.
        path: RepoPath,
        /// What the system said.
        cause: String,
    },
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error("{path} has {bytes} bytes; files above {limit} bytes are not read")]
    TooLarge {
        /// The path asked for.
        path: RepoPath,
        /// Its size.
        bytes: u64,
        /// The largest size that is read.
        limit: u64,
    },
    /// The file is not what it was when it was read first.
    #[error("{path} was changed by another program meanwhile")]
    ChangedMeanwhile {
        /// The path asked for.
        path: RepoPath,
    },
    /// A change cannot be made.
    #[error("cannot change {path}: {reason}")]
    Unappliable {
        /// The file to be changed.
        path: RepoPath,
        /// Why not.
        reason: String,
    },
    /// A symbolic link leaves the view.
    #[error("the symbolic link {path} points to `{target}`, outside of the repository")]
    LinkEscapes {
        /// The link.
        path: RepoPath,
        /// Its target as written.
        target: String,
    },
    /// Symbolic links lead in a circle.
    #[error("the symbolic link {path} leads back to itself")]
    LinkLoop {
        /// The path asked for.
        path: RepoPath,
    },
}

/// Something that a view holds and cannot list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Its path, as readable as it can be shown.
    pub path: String,
    /// Why it is left out, as half a sentence.
    pub reason: String,
}

impl Skipped {
    /// A name that is not UTF-8.
    pub(super) fn name(path: impl Into<String>) -> Self {
        Self { path: path.into(), reason: "its name is not UTF-8".to_owned() }
    }

    /// A directory or file that the system does not let be looked at.
    pub(super) fn unreadable(path: impl Into<String>, cause: &dyn std::fmt::Display) -> Self {
        Self { path: path.into(), reason: format!("it cannot be read: {cause}") }
    }
}

/// Where a path leads after all symbolic links on the way were followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The path without symbolic links.
    pub path: RepoPath,
    /// What lies there; never a symbolic link.
    pub kind: EntryKind,
}

/// A repository as someone sees it. Views are immutable while they are read; all methods give the same answer each time.
pub trait SourceView: Send + Sync {
    /// Every file and symbolic link, sorted by path, without what Git ignores and without `.git`.
    fn list(&self) -> Result<Vec<Entry>, SourceError>;

    /// What lies at exactly this path, links not followed; `None` if nothing does.
    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError>;

    /// The bytes of a regular file, or the target of a symbolic link; `None` if there is neither at this path.
    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError>;

    /// The entries directly inside a directory, directories among them, sorted by path; empty where there is no such directory.
    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError>;

    /// What the list leaves out because it cannot be listed, sorted.
    fn skipped(&self) -> Result<Vec<Skipped>, SourceError> {
        Ok(Vec::new())
    }

    /// What is the same for the same content, if the view knows that without reading: the id of a Git blob.
    fn content_id(&self, path: &RepoPath) -> Option<ObjectId> {
        let _ = path;
        None
    }

    /// Follows symbolic links on every part of `path`, inside the view only; `None` if nothing lies there in the end.
    fn resolve(&self, path: &RepoPath) -> Result<Option<Resolved>, SourceError> {
        // Nearly always no link is on the way, and then something lies at exactly this path.
        if let Some(kind) = self.kind(path)?.filter(|kind| *kind != EntryKind::Symlink) {
            return Ok(Some(Resolved { path: path.clone(), kind }));
        }
        let mut hops = 0;
        let mut done = RepoPath::root();
        let mut rest: Vec<String> = path.components().rev().map(str::to_owned).collect();
        while let Some(part) = rest.pop() {
            let next = done.join(&part).map_err(|error| outside(path, &part, &error))?;
            match self.kind(&next)? {
                Some(EntryKind::Symlink) => {
                    hops += 1;
                    if hops > MAX_LINK_HOPS {
                        return Err(SourceError::LinkLoop { path: path.clone() });
                    }
                    let target = self.read(&next)?.unwrap_or_default();
                    let target = String::from_utf8_lossy(&target).into_owned();
                    let landing = done.join(&target).map_err(|error| outside(&next, &target, &error))?;
                    rest.extend(landing.components().rev().map(str::to_owned));
                    done = RepoPath::root();
                }
                Some(kind) if rest.is_empty() => return Ok(Some(Resolved { path: next, kind })),
                Some(EntryKind::Directory) => done = next,
                None | Some(_) => return Ok(None),
            }
        }
        Ok(Some(Resolved { path: done, kind: EntryKind::Directory }))
    }

    /// Reads a regular file through symbolic links; `None` if there is none.
    fn read_file(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        match self.resolve(path)? {
            Some(Resolved { path, kind }) if kind.is_file() => self.read(&path),
            _ => Ok(None),
        }
    }
}

/// What points to a view is a view.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<V: SourceView + ?Sized> SourceView for $pointer {
            fn list(&self) -> Result<Vec<Entry>, SourceError> {
                (**self).list()
            }
            fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
                (**self).kind(path)
            }
            fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
                (**self).read(path)
            }
            fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
                (**self).children(directory)
            }
            fn skipped(&self) -> Result<Vec<Skipped>, SourceError> {
                (**self).skipped()
            }
            fn content_id(&self, path: &RepoPath) -> Option<ObjectId> {
                (**self).content_id(path)
            }
        }
    )*};
}

forward!(&V, Box<V>, std::sync::Arc<V>);

/// As many links in one path as Linux follows.
const MAX_LINK_HOPS: usize = 40;

/// The size above which no view reads a file. The largest manifests met in practice (bundles of custom resource definitions) have 5 MB.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

fn outside(path: &RepoPath, target: &str, _: &PathError) -> SourceError {
    SourceError::LinkEscapes { path: path.clone(), target: target.to_owned() }
}

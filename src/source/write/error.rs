//! Why a tree was not written, and the way out.

use std::{io, path::Path};

use crate::{path::RepoPath, source::SourceError};

/// Why a tree was not written. Unless said otherwise nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file is not what it was when the change was planned.
    #[error("{path} was changed by another program meanwhile")]
    Changed {
        /// The file.
        path: RepoPath,
    },
    /// The file cannot be at this place: a part of the path is a symbolic link or a file, or there is a directory.
    #[error("cannot write {path}: {reason}")]
    BadPlace {
        /// The file.
        path: RepoPath,
        /// What is in the way.
        reason: String,
    },
    /// The file may not be written.
    #[error("cannot write {path}: it is read-only")]
    ReadOnly {
        /// The file.
        path: RepoPath,
    },
    /// The present content cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The disk refused.
    #[error("cannot {doing} {path}: {cause}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// To which file or directory.
        path: String,
        /// What the system said.
        cause: String,
    },
    /// The disk refused in the middle and then refused to go back; [`super::recover`] ends the work.
    #[error("{error}; the change is half done")]
    HalfDone {
        /// What went wrong first.
        error: Box<WriteError>,
    },
    /// Another process is writing to this tree.
    #[error("another process is writing to this tree (`{journal}` is locked)")]
    Busy {
        /// The journal it holds.
        journal: String,
    },
    /// An earlier write was interrupted, and a file has been changed since, so that it can neither be ended nor taken back.
    #[error("an earlier write was interrupted, and {path} was changed since")]
    Interrupted {
        /// The changed file.
        path: RepoPath,
        /// The journal of the interrupted write.
        journal: String,
    },
}

impl WriteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Changed { .. } => "run the command again".to_owned(),
            Self::BadPlace { .. } => "move away what is in the way, or choose another place".to_owned(),
            Self::ReadOnly { path } => format!("run: chmod u+w {path}"),
            Self::HalfDone { .. } => "free the disk and run the command again: it first ends the change".to_owned(),
            Self::Busy { .. } => "wait until it ends".to_owned(),
            Self::Interrupted { journal, .. } => {
                format!("look at the file, then delete `{journal}` and the files named .treewright-*")
            }
            Self::Disk { .. } => "look at free space and permissions, then run the command again".to_owned(),
            Self::Source(_) => return None,
        })
    }

    pub(super) fn disk(doing: &'static str, path: &Path, cause: &io::Error) -> Self {
        Self::Disk { doing, path: path.display().to_string(), cause: cause.to_string() }
    }
}

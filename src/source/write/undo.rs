//! What the last change that can be undone has changed: every file, before and after.
//!
//! The record lies where the journal does and is whole before the change begins, so it tells either state: that the change was made, or that it was not. Must not know
//! what is written or why.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{Plan, WriteError, journal::own_file};
use crate::{
    path::RepoPath,
    source::{EntryKind, Planned},
};

const NAME: &str = "undo";

/// The record as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    what: String,
    files: Vec<RecordedFile>,
    /// Files that stay as they are and are marked as conflicts.
    marked: Vec<String>,
}

/// The last change, as it was remembered.
#[derive(Debug)]
pub struct Remembered {
    /// What it was for.
    pub what: String,
    /// What it changed.
    pub plan: Plan,
    /// The files that it marked as conflicts, changed or not.
    pub marked: Vec<RepoPath>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedFile {
    path: String,
    executable: bool,
    before: Option<String>,
    after: Option<String>,
}

/// Writes down a plan that is about to be carried out, what it is for, and which files are marked as conflicts after it. It takes the place of the one before.
pub fn remember(root: &Path, what: &str, plan: &Plan, marked: &[RepoPath]) -> Result<(), WriteError> {
    let text = |content: &Option<Vec<u8>>| content.as_ref().map(|bytes| STANDARD.encode(bytes));
    let file = |planned: &Planned| RecordedFile {
        path: planned.path.as_str().to_owned(),
        executable: planned.kind == EntryKind::Executable,
        before: text(&planned.before),
        after: text(&planned.after),
    };
    let marked = marked.iter().map(|path| path.as_str().to_owned()).collect();
    let record = Record { what: what.to_owned(), files: plan.files().iter().map(file).collect(), marked };
    let path = own_file(root, NAME);
    let refused = |cause: &io::Error| WriteError::disk("write the record for undo", &path, cause);
    let bytes = serde_json::to_vec(&record).map_err(|error| refused(&io::Error::other(error)))?;
    let directory = path.parent().unwrap_or(root);
    // Contents of files may be secret; a temporary file is its owner's alone.
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(|cause| refused(&cause))?;
    file.write_all(&bytes).and_then(|()| file.as_file().sync_all()).map_err(|cause| refused(&cause))?;
    file.persist(&path).map_err(|error| refused(&error.error))?;
    Ok(())
}

/// The last change that was remembered; `None` if there is none.
pub fn recall(root: &Path) -> Result<Option<Remembered>, WriteError> {
    let path = own_file(root, NAME);
    let refused = |cause: &io::Error| WriteError::disk("read the record for undo", &path, cause);
    #[expect(clippy::disallowed_methods, reason = "the record is this floor's own")]
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(refused(&cause)),
    };
    let broken = || refused(&io::Error::other("it is not whole"));
    let record: Record = serde_json::from_slice(&bytes).map_err(|_| broken())?;
    let text = |content: Option<String>| content.map(|text| STANDARD.decode(text)).transpose().map_err(|_| broken());
    let mut files = Vec::with_capacity(record.files.len());
    for file in record.files {
        files.push(Planned {
            path: RepoPath::new(&file.path).map_err(|_| broken())?,
            before: text(file.before)?,
            after: text(file.after)?,
            kind: if file.executable { EntryKind::Executable } else { EntryKind::File },
        });
    }
    let marked = record.marked.iter().map(|path| RepoPath::new(path).map_err(|_| broken()));
    let marked = marked.collect::<Result<_, _>>()?;
    Ok(Some(Remembered { what: record.what, plan: Plan::of(files), marked }))
}

/// Forgets the record.
pub fn forget(root: &Path) -> Result<(), WriteError> {
    let path = own_file(root, NAME);
    #[expect(clippy::disallowed_methods, reason = "the record is this floor's own")]
    match fs::remove_file(&path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(WriteError::disk("remove the record for undo", &path, &cause))
        }
        _ => Ok(()),
    }
}

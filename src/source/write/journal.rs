//! The journal of a write: what is about to be done, and whether it is decided.
//!
//! Its first line lists the files, and is durable before any of them is touched; its second line says that everything is staged. From then on the new
//! tree is the one that counts. The file is locked while a process works by it, so that a journal without a lock is one whose process died.
//! Must not know how files are written.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{WriteError, disk::Disk, transaction::Transaction};
use crate::git::{Environment, Repository};

/// An open and locked journal.
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    root: PathBuf,
    /// The first line.
    line: Vec<u8>,
}

/// What a journal says.
pub(super) enum Recorded {
    /// Nothing was begun.
    Nothing,
    /// Temporary files may lie about; the tree is the old one.
    Begun(Transaction),
    /// Everything is staged; the tree may be old, new or between.
    Decided(Transaction),
}

impl Journal {
    /// Opens the journal of a tree, new or left over, and locks it.
    pub(super) fn open(root: &Path, disk: &Disk<'_>) -> Result<Self, WriteError> {
        let path = location(root);
        Self::lock(root, &path, true, disk)?.ok_or_else(|| WriteError::Busy { journal: path.display().to_string() })
    }

    /// Opens and locks the journal of a tree if an earlier run left one.
    pub(super) fn existing(root: &Path, disk: &Disk<'_>) -> Result<Option<Self>, WriteError> {
        let Ok(root) = root.canonicalize() else { return Ok(None) };
        let path = location(&root);
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        Self::lock(&root, &path, false, disk)
    }

    fn lock(root: &Path, path: &Path, create: bool, disk: &Disk<'_>) -> Result<Option<Self>, WriteError> {
        let refused = |cause: &io::Error| WriteError::disk("open the journal", path, cause);
        loop {
            disk.allow_journal(path)?;
            let opened = OpenOptions::new().read(true).append(true).create(create).open(path);
            let file = match opened {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound && !create => return Ok(None),
                opened => opened.map_err(|cause| refused(&cause))?,
            };
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => {
                    return Err(WriteError::Busy { journal: path.display().to_string() });
                }
                // Some network file systems have no locks; there, two writers at once are not noticed.
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
            // Whoever held the lock may have deleted the file before letting go.
            if is_same_file(&file, path) {
                return Ok(Some(Self { file, path: path.to_path_buf(), root: root.to_path_buf(), line: Vec::new() }));
            }
        }
    }

    /// Where the journal lies, as text for messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Reads what an earlier run left. A journal that was cut off, or is not one, says that nothing was begun.
    pub(super) fn read(&self) -> Result<Recorded, WriteError> {
        let refused = |cause: io::Error| WriteError::disk("read the journal", &self.path, &cause);
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "the journal is this module's own")]
        let mut file = File::open(&self.path).map_err(refused)?;
        file.read_to_end(&mut bytes).map_err(refused)?;
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return Ok(Recorded::Nothing) };
        let (line, rest) = bytes.split_at(end + 1);
        let Some(transaction) = Transaction::from_line(&self.root, line) else { return Ok(Recorded::Nothing) };
        let decided = rest == decision(line);
        Ok(if decided { Recorded::Decided(transaction) } else { Recorded::Begun(transaction) })
    }

    /// Writes down what is about to be done.
    pub(super) fn begin(&mut self, disk: &Disk<'_>, transaction: &Transaction) -> Result<(), WriteError> {
        self.line = transaction.to_line();
        disk.record(&self.path, &mut self.file, &self.line)?;
        match self.path.parent() {
            Some(directory) => disk.sync_directory(directory),
            None => Ok(()),
        }
    }

    /// Writes down that everything is staged.
    pub(super) fn decide(&mut self, disk: &Disk<'_>) -> Result<(), WriteError> {
        disk.record(&self.path, &mut self.file, &decision(&self.line))
    }

    /// Takes the decision back: the old tree is the one that counts again.
    pub(super) fn rescind(&mut self, disk: &Disk<'_>) -> Result<(), WriteError> {
        disk.shorten(&self.path, &self.file, self.line.len() as u64)
    }

    /// Forgets what an earlier run left, which is ended.
    pub(super) fn forget(&mut self, disk: &Disk<'_>) -> Result<(), WriteError> {
        disk.shorten(&self.path, &self.file, 0)
    }

    /// Deletes the journal.
    pub(super) fn delete(self, disk: &Disk<'_>) -> Result<(), WriteError> {
        disk.remove(&self.path)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Closing the file is not enough while a process that was just started still holds a copy of it.
        let _ = self.file.unlock();
    }
}

/// The journal lies in the repository's own directory, where nothing else sees it; without a repository, in the tree.
fn location(root: &Path) -> PathBuf {
    own_file(root, "journal")
}

/// A file of the program's own about a tree.
pub(super) fn own_file(root: &Path, name: &str) -> PathBuf {
    match Repository::discover(root, &Environment::process()) {
        Ok(repository) if repository.root() == root => repository.git_dir().join(format!("treewright-{name}")),
        _ => root.join(format!(".treewright-{name}")),
    }
}

/// The second line: a check of the first, so that no half-written line is taken for a decision.
fn decision(line: &[u8]) -> Vec<u8> {
    format!("decided {}\n", digest(line)).into_bytes()
}

/// The SHA-256 of some bytes in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(open) = file.metadata() else { return false };
    path.symlink_metadata().is_ok_and(|named| (named.dev(), named.ino()) == (open.dev(), open.ino()))
}

#[cfg(not(unix))]
fn is_same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

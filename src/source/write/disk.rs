//! The operations that change the disk, one method each, so that a test can let any of them fail.
//!
//! Must not know in which order they are done.

use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::WriteError;

/// One kind of operation on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes an empty file.
    CreateFile,
    /// Puts content into a file that was just made.
    Fill,
    /// Gives a file a second name, or copies it where the file system cannot.
    Link,
    /// Renames a file.
    Rename,
    /// Removes a file.
    RemoveFile,
    /// Makes a directory.
    CreateDirectory,
    /// Removes an empty directory.
    RemoveDirectory,
    /// Makes the content of a file durable.
    SyncFile,
    /// Makes the names in a directory durable.
    SyncDirectory,
    /// Writes to or shortens the journal.
    Record,
}

/// Is asked before each operation on the disk; an error stands for the operation's own.
pub trait Watch {
    /// Returns an error to let the operation fail without being done.
    fn before(&self, operation: Operation, path: &Path) -> io::Result<()>;
}

/// The disk, watched.
pub(super) struct Disk<'a> {
    watch: &'a dyn Watch,
}

type Done = Result<(), WriteError>;

/// How many files are waited for at once.
const AT_ONCE: usize = 16;

#[expect(clippy::disallowed_methods, reason = "this is where trees are written")]
impl<'a> Disk<'a> {
    pub(super) fn new(watch: &'a dyn Watch) -> Self {
        Self { watch }
    }

    fn watched<T>(
        &self,
        operation: Operation,
        doing: &'static str,
        path: &Path,
        work: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, WriteError> {
        let result = self.watch.before(operation, path).and_then(|()| work());
        result.map_err(|cause| WriteError::disk(doing, path, &cause))
    }

    /// Makes the root of the tree if it is missing; returns whether it was.
    pub(super) fn make_root(&self, root: &Path) -> Result<bool, WriteError> {
        if root.is_dir() {
            return Ok(false);
        }
        self.watched(Operation::CreateDirectory, "make the directory", root, || fs::create_dir_all(root))?;
        Ok(true)
    }

    /// Removes a root that was made for nothing, if it can.
    pub(super) fn unmake_root(&self, root: &Path) {
        let _ = self.remove_directory(root);
    }

    /// Makes a file with its content and with given permissions. It is durable after [`Self::sync_files`].
    pub(super) fn create(&self, path: &Path, content: &[u8], permissions: Option<Permissions>) -> Done {
        let mut file = self.watched(Operation::CreateFile, "make", path, || File::create_new(path))?;
        self.watched(Operation::Fill, "write", path, || {
            file.write_all(content)?;
            permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))
        })
    }

    /// Makes the contents of files durable. A disk does that for many at once in hardly more time than for one.
    pub(super) fn sync_files(&self, paths: &[PathBuf]) -> Done {
        for path in paths {
            self.watched(Operation::SyncFile, "write", path, || Ok(()))?;
        }
        let share = paths.len().div_ceil(AT_ONCE).max(1);
        let sync = |path: &PathBuf| {
            // A file that may only be read can be synced all the same, except where the system wants to write for that.
            let file = if cfg!(unix) { File::open(path) } else { File::options().write(true).open(path) };
            file.and_then(|file| file.sync_all()).map_err(|cause| WriteError::disk("write", path, &cause))
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                paths.chunks(share).map(|paths| scope.spawn(move || paths.iter().try_for_each(sync))).collect();
            let ended = workers.into_iter().map(|worker| {
                worker.join().unwrap_or_else(|_| {
                    Err(WriteError::disk("write", Path::new(""), &io::Error::other("a thread panicked")))
                })
            });
            // All are waited for, whatever the first one says.
            ended.collect::<Vec<_>>().into_iter().collect()
        })
    }

    /// Asks whether the journal may be made.
    pub(super) fn allow_journal(&self, path: &Path) -> Done {
        self.watched(Operation::CreateFile, "make the journal", path, || Ok(()))
    }

    /// Gives a file a second name.
    pub(super) fn link(&self, from: &Path, to: &Path) -> Done {
        self.watched(Operation::Link, "keep a copy of", from, || {
            fs::hard_link(from, to).or_else(|_| {
                fs::copy(from, to)?;
                File::open(to)?.sync_all()
            })
        })
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> Done {
        self.watched(Operation::Rename, "write", to, || fs::rename(from, to))
    }

    /// Removes a file if it is there.
    pub(super) fn remove(&self, path: &Path) -> Done {
        self.watched(Operation::RemoveFile, "remove", path, || match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        })
    }

    /// Makes a directory; the one above it exists.
    pub(super) fn create_directory(&self, path: &Path) -> Done {
        self.watched(Operation::CreateDirectory, "make the directory", path, || fs::create_dir(path))
    }

    /// Removes a directory if it is there and empty.
    pub(super) fn remove_directory(&self, path: &Path) -> Done {
        self.watched(Operation::RemoveDirectory, "remove the directory", path, || match fs::remove_dir(path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => Ok(()),
            result => result,
        })
    }

    /// Makes the names in a directory durable, where the system can.
    pub(super) fn sync_directory(&self, path: &Path) -> Done {
        self.watched(Operation::SyncDirectory, "write", path, || {
            if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
        })
    }

    /// Writes at the end of the journal, durably.
    pub(super) fn record(&self, path: &Path, file: &mut File, bytes: &[u8]) -> Done {
        self.watched(Operation::Record, "write the journal", path, || {
            file.write_all(bytes)?;
            file.sync_all()
        })
    }

    /// Cuts the journal to a length, durably.
    pub(super) fn shorten(&self, path: &Path, file: &File, bytes: u64) -> Done {
        self.watched(Operation::Record, "write the journal", path, || {
            file.set_len(bytes)?;
            file.sync_all()
        })
    }
}

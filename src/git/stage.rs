//! The two indexes of a partial commit: what is committed, and what the index holds afterwards.
//!
//! A commit of given paths leaves alone whatever else is staged, so the tree is made from an index of its own (HEAD and those paths), while the real
//! index gets the same paths and keeps the rest. Must not know messages, hooks or branches.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use git2::{Index, IndexEntry, Oid, Tree};

use super::{GitError, GitErrorKind, error, tree::refuse_conflicts};
use crate::path::RepoPath;

/// The lock on the index; whoever makes the file holds it.
pub(super) struct IndexLock {
    index: PathBuf,
    lock: PathBuf,
}

impl IndexLock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(handle: &git2::Repository) -> Result<Self, GitError> {
        let index = handle.index()?.path().map(Path::to_path_buf);
        let index = index.ok_or_else(|| GitError::new(GitErrorKind::Failed, "the repository has no index"))?;
        let mut lock = OsString::from(&index);
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        match File::create_new(&lock) {
            Ok(_) => Ok(Self { index, lock }),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                Err(error::locked(&format!("`{}` exists", lock.display())))
            }
            Err(cause) => Err(GitError::io(format_args!("lock the index `{}`", index.display()), &cause)),
        }
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; Git names the file to whoever comes next.
        #[expect(clippy::disallowed_methods, reason = "the lock file is this floor's own")]
        let _ = fs::remove_file(&self.lock);
    }
}

/// Forgets the size of files that may have changed in the second in which the index was written, so that Git compares their content. Git knows such files by an index
/// that is no newer than they are (its documentation calls them racy), and the copy will be newer.
fn distrust_recent(index: &mut Index, original: &Path) -> Result<(), GitError> {
    let written = fs::metadata(original).and_then(|metadata| metadata.modified());
    let age = written.ok().and_then(|written| written.duration_since(UNIX_EPOCH).ok());
    let Some(second) = age.map(|age| age.as_secs()) else { return Ok(()) };
    let is_recent = |entry: &IndexEntry| u64::try_from(entry.mtime.seconds()).is_ok_and(|changed| changed >= second);
    let recent: Vec<IndexEntry> = index.iter().filter(is_recent).collect();
    for entry in recent {
        index.add(&IndexEntry { file_size: 0, ..entry })?;
    }
    Ok(())
}

/// The indexes of a commit in the making. Dropping it leaves the real index as it was.
pub(super) struct Stage {
    lock: IndexLock,
    directory: tempfile::TempDir,
    paths: Vec<RepoPath>,
}

impl Stage {
    /// Takes the lock and prepares both indexes: `paths` as they are on disk, on top of `parent` and of the real index.
    pub(super) fn prepare(
        handle: &git2::Repository,
        parent: Option<&Tree<'_>>,
        paths: &[RepoPath],
    ) -> Result<Self, GitError> {
        let lock = IndexLock::take(handle)?;
        let directory = tempfile::Builder::new().prefix("treewright-").tempdir_in(handle.path());
        let directory = directory.map_err(|cause| GitError::io("make a temporary directory in .git", &cause))?;
        let stage = Self { lock, directory, paths: paths.to_vec() };
        if stage.lock.index.exists() {
            for copy in [stage.partial(), stage.next()] {
                fs::copy(&stage.lock.index, copy).map_err(|cause| GitError::io("copy the index", &cause))?;
            }
        }
        let mut next = Index::open(&stage.next())?;
        refuse_conflicts(&next)?;
        distrust_recent(&mut next, &stage.lock.index)?;
        let mut partial = Index::open(&stage.partial())?;
        match parent {
            Some(tree) => partial.read_tree(tree)?,
            None => partial.clear()?,
        }
        // The handle's index, never written, is the one that can read files as Git stores them (line ends, links, modes).
        let mut reader = handle.index()?;
        reader.read(true)?;
        for path in paths {
            if let Some(entry) = read_entry(handle, &mut reader, &partial, path)? {
                partial.add(&entry)?;
                next.add(&entry)?;
            } else {
                remove(&mut partial, path)?;
                remove(&mut next, path)?;
            }
        }
        partial.write()?;
        next.write()?;
        Ok(stage)
    }

    /// The index of the commit, where hooks may still add to it.
    pub(super) fn partial(&self) -> PathBuf {
        self.directory.path().join("partial")
    }

    fn next(&self) -> PathBuf {
        self.directory.path().join("next")
    }

    /// The real index.
    pub(super) fn index(&self) -> &Path {
        &self.lock.index
    }

    /// Writes the tree of the commit, as hooks left it.
    pub(super) fn write_tree(&self, handle: &git2::Repository) -> Result<Oid, GitError> {
        Ok(Index::open(&self.partial())?.write_tree_to(handle)?)
    }

    /// Brings what a hook changed in the committed paths into the next index, so that the commit leaves them clean.
    pub(super) fn take_over(&self) -> Result<(), GitError> {
        let partial = Index::open(&self.partial())?;
        let mut next = Index::open(&self.next())?;
        for path in &self.paths {
            match partial.get_path(Path::new(path.as_str()), 0) {
                Some(entry) => next.add(&entry)?,
                None => remove(&mut next, path)?,
            }
        }
        Ok(next.write()?)
    }

    /// Makes the next index the real one and gives the lock back.
    pub(super) fn install(self) -> Result<(), GitError> {
        #[expect(clippy::disallowed_methods, reason = "the index is this floor's own")]
        let result = fs::rename(self.next(), &self.lock.index);
        result.map_err(|cause| GitError::io("write the index", &cause))
    }
}

/// Reads a path as Git would store it; `None` if it is gone and Git knew it.
fn read_entry(
    handle: &git2::Repository,
    reader: &mut Index,
    partial: &Index,
    path: &RepoPath,
) -> Result<Option<IndexEntry>, GitError> {
    let bad = |why: &str| GitError::new(GitErrorKind::BadPath, format!("cannot commit `{path}`: {why}"));
    let relative = Path::new(path.as_str());
    let tracked = reader.get_path(relative, 0).is_some() || partial.get_path(relative, 0).is_some();
    let on_disk = handle.workdir().map(|root| root.join(relative).symlink_metadata());
    match on_disk {
        Some(Ok(metadata)) if metadata.is_dir() => Err(bad("it is a directory")),
        Some(Ok(_)) if !tracked && handle.is_path_ignored(relative)? => {
            Err(bad("a .gitignore rule says that Git leaves it alone")
                .with_hint(format!("`git check-ignore -v {path}` names the rule")))
        }
        Some(Ok(_)) => {
            reader.add_path(relative)?;
            Ok(reader.get_path(relative, 0))
        }
        _ if tracked => Ok(None),
        _ => Err(bad("there is no such file and Git knows none")),
    }
}

fn remove(index: &mut Index, path: &RepoPath) -> Result<(), GitError> {
    match index.remove(Path::new(path.as_str()), 0) {
        Err(error) if error.code() != git2::ErrorCode::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

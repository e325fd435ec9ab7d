//! Commits made beside the work tree: on a branch of their own, from contents that are nowhere on disk.
//!
//! Owns neither index nor HEAD: both stay as they are, and so do hooks, which look at the work tree. Must not know why a branch is wanted.

use git2::{Index, IndexEntry, IndexTime, Oid};

use super::{GitError, ObjectId, Repository, commit::Making, message, repository};
use crate::path::RepoPath;

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchFile {
    /// The file.
    pub path: RepoPath,
    /// Its content; `None` if it goes away.
    pub content: Option<Vec<u8>>,
    /// Whether it is executable.
    pub executable: bool,
}

/// A commit on a new branch.
#[derive(Clone, Copy, Debug)]
pub struct BranchCommit<'a> {
    /// The branch, which must not exist.
    pub branch: &'a str,
    /// Subject and body.
    pub message: &'a str,
    /// Names and values put at the end of the message.
    pub trailers: &'a [(String, String)],
    /// What differs from HEAD.
    pub files: &'a [BranchFile],
}

/// A file in conflict: what base, ours and theirs hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicted {
    /// The file.
    pub path: RepoPath,
    /// The three contents, as far as they are there.
    pub sides: [Option<Vec<u8>>; 3],
}

const FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;

impl Repository {
    /// Makes a branch with one commit on top of HEAD. Work tree, index and HEAD stay as they are; no hooks run; `commit.gpgsign` is honoured.
    pub fn commit_on_branch(&self, request: &BranchCommit<'_>) -> Result<ObjectId, GitError> {
        let handle = repository::open(self.root(), self.environment())?;
        repository::check_new_branch(&handle, request.branch)?;
        let making = Making::beside(self, &handle)?;
        let mut index = Index::new()?;
        if let Some(tree) = making.parent_tree()? {
            index.read_tree(&tree)?;
        }
        for file in request.files {
            match &file.content {
                Some(content) => {
                    let mode = if file.executable { EXECUTABLE } else { FILE };
                    index.add(&entry(&file.path, handle.blob(content)?, mode, 0))?;
                }
                None => index.remove(std::path::Path::new(file.path.as_str()), 0)?,
            }
        }
        let tree = index.write_tree_to(&handle)?;
        let text = message::tidy(&message::with_trailers(request.message, request.trailers))?;
        let id = making.write_commit(tree, &text)?;
        let subject = text.lines().next().unwrap_or_default();
        handle.reference(&format!("refs/heads/{}", request.branch), id, false, &format!("branch: {subject}"))?;
        Ok(ObjectId(id))
    }

    /// Whether there is a local branch of this name.
    pub fn has_branch(&self, name: &str) -> Result<bool, GitError> {
        self.with(|handle| match handle.find_branch(name, git2::BranchType::Local) {
            Ok(_) => Ok(true),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        })
    }

    /// Notes files as unmerged in the index, with their three sides, so that `git status` shows them and `git mergetool` opens them.
    pub fn mark_conflicts(&self, files: &[Conflicted]) -> Result<(), GitError> {
        let handle = repository::open(self.root(), self.environment())?;
        let mut index = handle.index()?;
        for file in files {
            let path = std::path::Path::new(file.path.as_str());
            let mode = index.get_path(path, 0).map_or(FILE, |present| present.mode);
            index.remove_path(path)?;
            for (stage, content) in (1..).zip(&file.sides) {
                if let Some(content) = content {
                    index.add(&entry(&file.path, handle.blob(content)?, mode, stage))?;
                }
            }
        }
        Ok(index.write()?)
    }

    /// Notes files as resolved again: the index holds what HEAD does, as before conflicts were noted.
    pub fn unmark_conflicts(&self, paths: &[RepoPath]) -> Result<(), GitError> {
        let handle = repository::open(self.root(), self.environment())?;
        let mut index = handle.index()?;
        let tree = repository::head(&handle)?.commit().map(|id| handle.find_commit(id.0)?.tree()).transpose()?;
        let mut changed = false;
        for path in paths {
            let file = std::path::Path::new(path.as_str());
            if !(1..=3).any(|stage| index.get_path(file, stage).is_some()) {
                continue;
            }
            index.remove_path(file)?;
            if let Some(found) = tree.as_ref().and_then(|tree| tree.get_path(file).ok()) {
                let mode = u32::try_from(found.filemode()).unwrap_or(FILE);
                index.add(&entry(path, found.id(), mode, 0))?;
            }
            changed = true;
        }
        if changed {
            index.write()?;
        }
        Ok(())
    }
}

fn entry(path: &RepoPath, id: Oid, mode: u32, stage: u16) -> IndexEntry {
    let zero = IndexTime::new(0, 0);
    IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: stage << 12,
        flags_extended: 0,
        path: path.as_str().as_bytes().to_vec(),
    }
}

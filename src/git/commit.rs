//! Committing exactly the files that were named, as `git commit -- FILES` does.
//!
//! Owns the order of things: everything that can fail comes before the branch moves, and until then nothing of the repository that anybody sees has
//! changed. Must not know who asks for a commit.

use std::{ffi::OsStr, fs};

use git2::{Commit as ParentCommit, Oid, RepositoryState, Signature};

use super::{
    GitError, GitErrorKind, Head, ObjectId, Repository, error,
    hook::Hooks,
    identity::{Role, signature},
    message,
    repository::{self, check_new_branch},
    sign,
    stage::Stage,
};
use crate::path::RepoPath;

/// A commit to be made.
#[derive(Clone, Copy, Debug)]
pub struct Commit<'a> {
    /// Subject and body.
    pub message: &'a str,
    /// Names and values put at the end of the message.
    pub trailers: &'a [(String, String)],
    /// The files it contains: those on disk as they are, those that are gone as removed. Everything else is as in HEAD.
    pub paths: &'a [RepoPath],
    /// A new branch to make for it and to switch to; the current one otherwise.
    pub branch: Option<&'a str>,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its id.
    pub id: ObjectId,
    /// The branch it is on; `None` if HEAD is detached.
    pub branch: Option<String>,
    /// What the hooks said, in the order they ran.
    pub notes: Vec<String>,
}

impl Repository {
    /// Commits the named files and nothing else. Whatever else is staged or changed stays exactly so.
    ///
    /// Author and committer come from the environment and the configuration, hooks run and `commit.gpgsign` is honoured as by `git commit`. If
    /// anything fails the branch, HEAD and the index are as before.
    pub fn commit(&self, request: &Commit<'_>) -> Result<Committed, GitError> {
        // A handle of its own: its index is changed in memory and must not serve anybody else.
        let handle = repository::open(self.root(), self.environment())?;
        Making::begin(self, &handle, request)?.finish(request)
    }
}

/// A commit in the making.
pub(super) struct Making<'a> {
    repository: &'a Repository,
    handle: &'a git2::Repository,
    head: Head,
    parent: Option<ParentCommit<'a>>,
    author: Signature<'static>,
    committer: Signature<'static>,
    notes: Vec<String>,
}

impl<'a> Making<'a> {
    /// Looks at everything that can be wrong before anything is written.
    fn begin(repository: &'a Repository, handle: &'a git2::Repository, request: &Commit<'_>) -> Result<Self, GitError> {
        refuse_in_progress(handle)?;
        if let Some(branch) = request.branch {
            check_new_branch(handle, branch)?;
        }
        Self::beside(repository, handle)
    }

    /// A commit on top of HEAD that leaves the work tree alone.
    pub(super) fn beside(repository: &'a Repository, handle: &'a git2::Repository) -> Result<Self, GitError> {
        let head = repository::head(handle)?;
        let parent = head.commit().map(|id| handle.find_commit(id.0)).transpose()?;
        let config = repository::config(handle, repository.environment())?;
        let author = signature(Role::Author, &config, repository.environment())?;
        let committer = signature(Role::Committer, &config, repository.environment())?;
        Ok(Self { repository, handle, head, parent, author, committer, notes: Vec::new() })
    }

    /// The tree of the commit that HEAD leads to, if there is one.
    pub(super) fn parent_tree(&self) -> Result<Option<git2::Tree<'_>>, GitError> {
        Ok(self.parent.as_ref().map(ParentCommit::tree).transpose()?)
    }

    fn finish(mut self, request: &Commit<'_>) -> Result<Committed, GitError> {
        let base = self.parent.as_ref().map(ParentCommit::tree).transpose()?;
        let stage = Stage::prepare(self.handle, base.as_ref(), request.paths)?;
        self.refuse_empty(stage.write_tree(self.handle)?)?;

        let hooks = Hooks::of(self.handle, self.repository.root(), self.repository.environment())?;
        self.notes.extend(hooks.run("pre-commit", &stage.partial(), &[])?);
        let tree = stage.write_tree(self.handle)?;
        self.refuse_empty(tree)?;
        stage.take_over()?;

        let text = message::with_trailers(request.message, request.trailers);
        let text = self.edit_message(&hooks, &stage, &message::tidy(&text)?)?;
        let id = self.write_commit(tree, &text)?;
        let subject = text.lines().next().unwrap_or_default();
        let branch = self.move_branch(id, subject, request.branch)?;

        let index = stage.index().to_path_buf();
        stage.install()?;
        match hooks.run("post-commit", &index, &[]) {
            Ok(note) => self.notes.extend(note),
            // The commit is made; the hook can no longer refuse it.
            Err(error) => self.notes.push(error.message),
        }
        Ok(Committed { id: ObjectId(id), branch, notes: self.notes })
    }

    fn refuse_empty(&self, tree: Oid) -> Result<(), GitError> {
        let before = self.parent.as_ref().map(ParentCommit::tree_id);
        let empty =
            before.map_or_else(|| self.handle.find_tree(tree).map(|tree| tree.is_empty()), |id| Ok(id == tree))?;
        if !empty {
            return Ok(());
        }
        Err(GitError::new(GitErrorKind::NothingToCommit, "there is nothing to commit: the files are as in HEAD"))
    }

    /// Lets the message hooks see and change the message, in the file where they look for it.
    fn edit_message(&mut self, hooks: &Hooks<'_>, stage: &Stage, text: &str) -> Result<String, GitError> {
        let file = self.handle.path().join("COMMIT_EDITMSG");
        #[expect(clippy::disallowed_methods, reason = "Git's own scratch file for messages")]
        fs::write(&file, text).map_err(|cause| GitError::io("write COMMIT_EDITMSG", &cause))?;
        let partial = stage.partial();
        let prepared = hooks.run("prepare-commit-msg", &partial, &[file.as_os_str(), OsStr::new("message")])?;
        self.notes.extend(prepared);
        self.notes.extend(hooks.run("commit-msg", &partial, &[file.as_os_str()])?);
        #[expect(clippy::disallowed_methods, reason = "Git's own scratch file for messages")]
        let text = fs::read_to_string(&file).map_err(|cause| GitError::io("read COMMIT_EDITMSG", &cause))?;
        let text = message::tidy(&text)?;
        if text.is_empty() {
            return Err(GitError::new(GitErrorKind::EmptyMessage, "the commit message is empty"));
        }
        Ok(text)
    }

    /// Writes the commit, signed if so configured, without any branch leading to it yet.
    pub(super) fn write_commit(&self, tree: Oid, text: &str) -> Result<Oid, GitError> {
        let tree = self.handle.find_tree(tree)?;
        let parents: Vec<_> = self.parent.iter().collect();
        let content = self.handle.commit_create_buffer(&self.author, &self.committer, text, &tree, &parents)?;
        let content = String::from_utf8_lossy(&content).into_owned();
        let committer = self.committer.to_string();
        match sign::sign(self.handle, self.repository.environment(), &content, &committer)? {
            Some(signature) => Ok(self.handle.commit_signed(&content, signature.trim_end(), Some("gpgsig"))?),
            None => Ok(self.handle.odb()?.write(git2::ObjectType::Commit, content.as_bytes())?),
        }
    }

    /// Makes the branch lead to the commit, if it still is where it was. Returns its name.
    fn move_branch(&self, id: Oid, subject: &str, new: Option<&str>) -> Result<Option<String>, GitError> {
        let log = if self.parent.is_some() { "commit" } else { "commit (initial)" };
        let log = format!("{log}: {subject}");
        self.check_head()?;
        if let Some(name) = new {
            self.switch_to_new(id, name, &log)?;
            return Ok(Some(name.to_owned()));
        }
        let (reference, name) = match &self.head {
            Head::Branch { name, .. } | Head::Unborn { name } => (format!("refs/heads/{name}"), Some(name.clone())),
            Head::Detached { .. } => ("HEAD".to_owned(), None),
        };
        match self.head.commit() {
            Some(parent) => self.handle.reference_matching(&reference, id, true, parent.0, &log),
            None => self.handle.reference(&reference, id, false, &log),
        }
        .map_err(|cause| if cause.code() == git2::ErrorCode::Exists { error::head_moved() } else { cause.into() })?;
        Ok(name)
    }

    /// Makes a branch for the commit and lets HEAD follow it; index and work tree are what they should be already.
    fn switch_to_new(&self, id: Oid, name: &str, log: &str) -> Result<(), GitError> {
        let target = format!("refs/heads/{name}");
        let mut made = self.handle.reference(&target, id, false, log)?;
        let (before, here) = match &self.head {
            Head::Branch { name, .. } | Head::Unborn { name } => (Some(format!("refs/heads/{name}")), name.clone()),
            Head::Detached { commit } => (None, commit.to_string()),
        };
        let log = format!("checkout: moving from {here} to {name}");
        let switched = match before {
            Some(before) => self.handle.reference_symbolic_matching("HEAD", &target, true, &before, &log),
            None => self.handle.reference_symbolic("HEAD", &target, true, &log),
        };
        if let Err(cause) = switched {
            // Best effort: the first error is the one to tell.
            let _ = made.delete();
            return Err(cause.into());
        }
        Ok(())
    }

    fn check_head(&self) -> Result<(), GitError> {
        if repository::head(self.handle)? == self.head { Ok(()) } else { Err(error::head_moved()) }
    }
}

/// Refuses to commit into the middle of a merge or the like: the commit would end it, or be taken for a part of it.
fn refuse_in_progress(handle: &git2::Repository) -> Result<(), GitError> {
    let (what, end) = match handle.state() {
        RepositoryState::Clean => return Ok(()),
        RepositoryState::Merge => ("a merge", "git merge --continue` or `git merge --abort"),
        RepositoryState::Revert | RepositoryState::RevertSequence => {
            ("a revert", "git revert --continue` or `git revert --abort")
        }
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence => {
            ("a cherry-pick", "git cherry-pick --continue` or `git cherry-pick --abort")
        }
        RepositoryState::Bisect => ("a bisection", "git bisect reset"),
        RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => {
            ("a rebase", "git rebase --continue` or `git rebase --abort")
        }
        RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => {
            ("applying patches", "git am --continue` or `git am --abort")
        }
    };
    Err(GitError::new(GitErrorKind::InProgress, format!("{what} is in progress in this repository"))
        .with_hint(format!("end it first: `{end}`")))
}

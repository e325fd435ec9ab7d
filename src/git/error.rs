//! Why something with a Git repository did not work, and the way out.
//!
//! Must not know libgit2 beyond its error type.

/// What kind of thing went wrong, for callers that react to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitErrorKind {
    /// There is no repository here or in a directory above.
    NotARepository,
    /// The repository belongs to another user and is not listed in `safe.directory`.
    Unsafe,
    /// The repository has no work tree.
    Bare,
    /// There is a repository here already.
    AlreadyARepository,
    /// A revision names nothing, or more than one thing.
    BadRevision,
    /// The index holds unresolved merge conflicts.
    Conflicted,
    /// A merge, rebase, cherry-pick, revert or bisect is going on.
    InProgress,
    /// Another program holds a lock file of the repository.
    Locked,
    /// HEAD or its branch changed while the commit was being made.
    HeadMoved,
    /// The branch exists already.
    BranchExists,
    /// The text cannot be the name of a branch.
    BadBranchName,
    /// The commit would change nothing.
    NothingToCommit,
    /// A path cannot be committed: it is ignored, a directory, or unknown to Git.
    BadPath,
    /// Nobody said who the author is.
    NoIdentity,
    /// A date variable cannot be read.
    BadDate,
    /// The commit message is empty.
    EmptyMessage,
    /// A hook refused.
    HookFailed,
    /// The signing program failed.
    SigningFailed,
    /// A configuration value cannot be read.
    BadConfig,
    /// The disk or the object database refused.
    Failed,
}

/// An error with its way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GitError {
    /// What kind of error this is.
    pub kind: GitErrorKind,
    /// What happened, names in backticks, without a final full stop. May have several lines where a program's own words are passed on.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl GitError {
    /// Makes an error without a hint.
    pub(super) fn new(kind: GitErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// Says what to do.
    #[must_use]
    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Tells what was being done when the system refused.
    pub(super) fn io(doing: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::new(GitErrorKind::Failed, format!("cannot {doing}: {error}"))
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        let message = error.message().trim_end_matches('.').to_owned();
        match error.code() {
            git2::ErrorCode::Locked => locked(&message),
            git2::ErrorCode::Modified => head_moved(),
            git2::ErrorCode::Owner => unsafe_owner(&message),
            _ => Self::new(GitErrorKind::Failed, message),
        }
    }
}

/// Another program works on the repository, or died while it did.
pub(super) fn locked(what: &str) -> GitError {
    GitError::new(GitErrorKind::Locked, format!("the repository is locked: {what}"))
        .with_hint("wait until the other Git command ends; if none is running, remove the lock file and try again")
}

/// The branch changed between reading and writing it.
pub(super) fn head_moved() -> GitError {
    GitError::new(GitErrorKind::HeadMoved, "HEAD moved while the commit was being made; nothing was committed")
        .with_hint("another program committed or switched branches; run the command again")
}

/// The repository is someone else's.
pub(super) fn unsafe_owner(what: &str) -> GitError {
    GitError::new(GitErrorKind::Unsafe, format!("the repository belongs to another user: {what}"))
        .with_hint("if you trust it, run: git config --global --add safe.directory <its directory>")
}

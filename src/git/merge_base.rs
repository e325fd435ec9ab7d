//! Where two lines of commits part, and what a branch follows.
//!
//! Must not know trees.

use super::{GitError, GitErrorKind, Repository};

impl Repository {
    /// What the current branch follows: its upstream branch as it was fetched last, or the default branch of `origin`; `None` if there is neither.
    pub fn upstream(&self) -> Result<Option<String>, GitError> {
        let branch = self.current_branch()?;
        self.with(|handle| {
            let followed = branch.and_then(|name| {
                let branch = handle.find_branch(&name, git2::BranchType::Local).ok()?;
                branch.upstream().ok()?.name().ok().flatten().map(str::to_owned)
            });
            let default = || {
                let head = handle.find_reference("refs/remotes/origin/HEAD").ok()?;
                let name = head.symbolic_target().ok().flatten()?.strip_prefix("refs/remotes/")?.to_owned();
                handle.refname_to_id(&format!("refs/remotes/{name}")).ok().map(|_| name)
            };
            Ok(followed.or_else(default))
        })
    }

    /// The last commit that two revisions have in common, by its id.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<String, GitError> {
        let commit = |revision: &str| {
            let found = self.resolve(revision)?.commit;
            found.ok_or_else(|| GitError::new(GitErrorKind::BadRevision, format!("`{revision}` is not a commit")))
        };
        let (first, second) = (commit(one)?, commit(other)?);
        self.with(|handle| {
            let base = handle.merge_base(first.0, second.0).map_err(|_| {
                GitError::new(GitErrorKind::BadRevision, format!("`{one}` and `{other}` have no commit in common"))
                    .with_hint("a shallow clone lacks the older commits; fetch more of them")
            })?;
            Ok(base.to_string())
        })
    }
}

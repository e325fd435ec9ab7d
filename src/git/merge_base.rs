//! Where two lines of commits part, and what a branch follows.
//!
//! Must not know trees.

use super::{GitError, GitErrorKind, Repository};

/// The branch that the work on the current one is measured against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The branch, as Git names it: `origin/main`.
    pub name: String,
    /// Why it is this one.
    pub why: TargetReason,
}

/// Why a branch is measured against another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetReason {
    /// It is the upstream branch.
    Upstream,
    /// It is the default branch of a remote.
    Default,
    /// It is called as default branches are.
    Usual,
}

/// What default branches are called, where nobody says.
const USUAL: [&str; 2] = ["main", "master"];

impl Repository {
    /// What the current branch is to be merged into, as far as it was fetched; `None` if nothing tells.
    ///
    /// That is its upstream branch, unless this is merely where the branch itself was pushed to: `origin/feature` of `feature`. Then, and without an upstream branch,
    /// it is the default branch of the remote, or what is called `main` or `master` there or here.
    pub fn target(&self) -> Result<Option<Target>, GitError> {
        let branch = self.current_branch()?;
        self.with(|handle| {
            let local = branch.as_deref().and_then(|name| handle.find_branch(name, git2::BranchType::Local).ok());
            let upstream = local.and_then(|branch| branch.upstream().ok()?.name().ok().flatten().map(str::to_owned));
            let pushed = upstream.as_deref().zip(branch.as_deref());
            let remote = pushed.and_then(|(upstream, branch)| upstream.strip_suffix(branch)?.strip_suffix('/'));
            Ok(match (&upstream, remote) {
                (Some(name), None) => Some(Target { name: name.clone(), why: TargetReason::Upstream }),
                _ => default_of(handle, remote.unwrap_or("origin"))
                    .or_else(|| usual(handle, branch.as_deref()))
                    .or_else(|| Some(Target { name: upstream.clone()?, why: TargetReason::Upstream })),
            })
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

/// The default branch of a remote: the one that it names, else one with a usual name.
fn default_of(handle: &git2::Repository, remote: &str) -> Option<Target> {
    let is_there = |name: &String| handle.refname_to_id(&format!("refs/remotes/{name}")).is_ok();
    let named = || {
        let head = handle.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
        head.symbolic_target().ok().flatten()?.strip_prefix("refs/remotes/").map(str::to_owned)
    };
    let named = named().filter(is_there).map(|name| Target { name, why: TargetReason::Default });
    named.or_else(|| {
        let mut names = USUAL.iter().map(|name| format!("{remote}/{name}"));
        names.find(is_there).map(|name| Target { name, why: TargetReason::Usual })
    })
}

/// A local branch with a usual name, unless it is the current one.
fn usual(handle: &git2::Repository, current: Option<&str>) -> Option<Target> {
    if current.is_some_and(|current| USUAL.contains(&current)) {
        return None;
    }
    let is_there = |name: &&&str| handle.find_branch(name, git2::BranchType::Local).is_ok();
    USUAL.iter().find(is_there).map(|name| Target { name: (*name).to_owned(), why: TargetReason::Usual })
}

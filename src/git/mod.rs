//! Git repositories: reading trees and blobs, the index, status, branches, commits.
//!
//! Owns everything that touches a `.git` directory and is the only floor that knows libgit2 or starts programs (hooks and signers). Must not know
//! source views, YAML or Kubernetes. What libgit2 leaves out is done here as `git commit` does it: partial commits, hooks, signing, the identity.

mod branch;
mod commit;
mod environment;
mod error;
mod hook;
mod identity;
mod merge_base;
mod message;
mod program;
mod repository;
mod sign;
mod stage;
mod status;
mod tree;

pub use branch::{BranchCommit, BranchFile, Conflicted};
pub use commit::{Commit, Committed};
pub use environment::Environment;
pub use error::{GitError, GitErrorKind};
pub use merge_base::{Target, TargetReason};
pub use repository::{Head, Repository};
pub use status::FileState;
pub use tree::{Blob, FileMode, Listing, ObjectId, Revision, TreeEntry};

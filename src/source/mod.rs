//! Views of a repository: the work tree, the Git index, a revision, memory, or changes laid over another view.
//!
//! Owns the one way in which everything else reads files, and the atomic way back to disk. Everything that reads a repository reads a
//! [`SourceView`], so linting the index, comparing revisions and previewing a change are the same code. Must not know YAML, Kubernetes or Git's
//! library.

mod compare;
mod files;
mod git_view;
mod memory;
mod overlay;
mod plan;
mod view;
mod worktree;
pub mod write;

pub use compare::changed;
pub use git_view::GitView;
pub use memory::Memory;
pub use overlay::Overlay;
pub use plan::{Plan, Planned};
pub use view::{Entry, EntryKind, MAX_FILE_BYTES, Resolved, Skipped, SourceError, SourceView};
pub use worktree::WorkTree;

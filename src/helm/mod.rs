//! Helm's values: the grammar of paths into them.
//!
//! Owns what Helm does with values before any template sees them. Must not know Flux or Argo CD.

mod set_path;

pub use set_path::{SetPath, SetPathError, SetStep};

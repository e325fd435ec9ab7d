//! Rules on what Flux makes of a repository.

pub mod not_kubernetes;
pub mod source_missing;

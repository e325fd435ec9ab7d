//! Rules on what Flux reconciles.

pub mod not_kubernetes;
pub mod source_missing;

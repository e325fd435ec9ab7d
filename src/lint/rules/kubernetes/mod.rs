//! Rules on any Kubernetes object.

pub mod namespace_missing;
pub mod removed_api;

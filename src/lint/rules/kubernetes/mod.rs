//! Rules on Kubernetes objects, whoever applies them.

pub mod namespace_missing;
pub mod removed_api;
pub mod schema_violation;
pub mod unknown_kind;

//! Kubernetes objects: their identity, their scope, and what becomes of old API versions.
//!
//! Owns what holds for any object of any kind. Must not know where objects come from, nor the fields of particular kinds beyond `metadata`.

mod identity;
mod scope;
pub mod sensitive;

pub use identity::{GroupKind, ObjectId};
pub use scope::{is_cluster_scoped, is_provided_namespace};

//! Kubernetes objects: their identity, their scope, and what becomes of old API versions.
//!
//! Owns what holds for any object of any kind. Must not know where objects come from, nor the fields of particular kinds beyond `metadata`.

mod added_schemas;
mod hash_key;
mod identity;
mod quantity;
pub mod redact;
mod removed_api;
mod rendered;
mod scope;
pub mod sensitive;
mod tool_configuration;

pub use added_schemas::{ADDED_KINDS, AddedSchemas, added_schema_path};
pub use hash_key::HashKey;
pub use identity::{GroupKind, ObjectId};
pub use quantity::quantity;
pub use removed_api::{RemovedApi, Shape, removed_api};
pub use rendered::{NotRendered, Rendered, RenderedObject};
pub use scope::{cluster_scoped_definitions, is_cluster_scoped, is_provided_namespace};

//! kustomize: what `kubectl kustomize` builds, in process and byte for byte.
//!
//! Must not know Flux and Argo CD, nor how a repository is laid out.

pub mod default_field_specs;
pub mod field_spec;
pub mod merge_keys;
pub mod patch;
pub mod selector;

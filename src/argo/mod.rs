//! What Argo CD makes of its objects.
//!
//! Owns the semantics of Applications and `ApplicationSets`, as Argo CD's source has them. Must not know Flux.

mod application;
pub mod application_set;

pub use application::Application;

/// The API group of Argo CD.
pub const GROUP: &str = "argoproj.io";

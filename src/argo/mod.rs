//! What Argo CD makes of its objects.
//!
//! Owns the semantics of Applications, `AppProjects` and `ApplicationSets`, and the order of a sync, as Argo CD's source has them. Must not know Flux.

mod app_project;
mod application;
pub mod application_set;
mod build_options;
mod environment;
mod glob;
mod reach;
mod read;
mod render;
mod repository;
mod source;
pub mod sync;

pub use app_project::{AppProject, KindRule, Refusal, namespace_fits};
pub use application::{Application, Automated, Destination, IgnoredDifference, SyncPolicy, application_spec, sources};
pub use build_options::BuildOptions;
pub use reach::Reach;
pub use render::{ArgoOptions, Charts, Output, Templated, render};
pub use repository::Repository;
pub use source::{Directory, FileParameter, Helm, Parameter, Source, ToolBlock};

/// The API group of Argo CD.
pub const GROUP: &str = "argoproj.io";

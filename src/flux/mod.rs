//! What Flux's controllers make of its objects.
//!
//! Owns the semantics of Flux Kustomizations, sources and HelmReleases, as the controllers' source has them. Must not know Argo CD.

mod artifact;
mod data;
mod decrypt;
mod embedded;
mod generate;
pub mod helm_release;
mod instance;
mod kustomization;
mod options;
mod post_build;
mod post_render;
mod release;
mod render;
mod resource_set;
mod source;
mod source_ignore;
mod source_ref;
pub mod substitute;
pub mod values;

pub use artifact::{Copied, OutputArtifact, Whence, whence};
pub use data::{Data, DataKind, Datum, Lookup};
pub use generate::{Generated, generate};
pub use instance::sync_of;
pub use kustomization::{Decryption, Dependency, FluxKustomization};
pub use options::{FluxOptions, FluxVersion, NoVersion};
pub use post_render::post_render;
pub use release::{assignments, compose_release};
pub use render::render;
pub use resource_set::{expand_resource_set, is_resource_set};
pub use source::{ChartTemplate, Include, Source, repository};
pub use source_ignore::SourceIgnore;
pub use source_ref::SourceRef;

/// The API groups of Flux.
pub mod group {
    /// `Kustomization`.
    pub const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
    /// `GitRepository`, `HelmRepository` and the other sources.
    pub const SOURCE: &str = "source.toolkit.fluxcd.io";
    /// `HelmRelease`.
    pub const HELM: &str = "helm.toolkit.fluxcd.io";
    /// `ArtifactGenerator`.
    pub const EXTENSIONS: &str = "source.extensions.fluxcd.io";
    /// `ImageRepository`, `ImagePolicy` and `ImageUpdateAutomation`.
    pub const IMAGE: &str = "image.toolkit.fluxcd.io";
    /// `FluxInstance` and `ResourceSet` of the Flux operator.
    pub const OPERATOR: &str = "fluxcd.controlplane.io";
}

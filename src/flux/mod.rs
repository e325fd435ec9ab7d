//! What Flux's controllers make of its objects.
//!
//! Owns the semantics of Flux Kustomizations, sources and HelmReleases, as the controllers' source has them. Must not know Argo CD.

pub mod helm_release;
mod instance;
mod kustomization;
mod source_ref;
pub mod values;

pub use instance::sync_of;
pub use kustomization::{FluxKustomization, Generated, generate};
pub use source_ref::SourceRef;

/// The API groups of Flux.
pub mod group {
    /// `Kustomization`.
    pub const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
    /// `GitRepository`, `HelmRepository` and the other sources.
    pub const SOURCE: &str = "source.toolkit.fluxcd.io";
    /// `HelmRelease`.
    pub const HELM: &str = "helm.toolkit.fluxcd.io";
    /// `ImageRepository`, `ImagePolicy` and `ImageUpdateAutomation`.
    pub const IMAGE: &str = "image.toolkit.fluxcd.io";
    /// `FluxInstance` and `ResourceSet` of the Flux operator.
    pub const OPERATOR: &str = "fluxcd.controlplane.io";
}

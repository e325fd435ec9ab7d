//! What is known about the clusters of a repository besides its files.
//!
//! Must not know where it was written.

use std::{fmt, sync::Arc};

use crate::{
    argo::application_set::{Inventory, Recorded},
    config::{Config, External, Paths},
    flux::FluxOptions,
    helm,
    path::RepoPath,
    yaml::Value,
};

/// Facts about clusters and controllers that no file with objects holds.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How Flux behaves.
    pub flux: FluxOptions,
    /// The addresses of the repository, by which Applications name it.
    pub remotes: Vec<String>,
    /// The clusters that Argo CD knows; without it those of the Secrets in the repository.
    pub inventory: Option<Inventory>,
    /// Answers to generators that ask the outside.
    pub recorded: Recorded,
    /// Directories that something outside of the repository applies.
    pub roots: Paths,
    /// What is kept but not applied.
    pub archived: Paths,
    /// Directories with a kustomization that are looked at on their own, whoever else takes them in.
    pub asked: Vec<RepoPath>,
    /// Objects that are in the clusters but not in the repository.
    pub external: Vec<External>,
    /// What is known of the kinds that the clusters serve.
    pub kinds: Kinds,
    /// Helm on this machine.
    pub helm: Helm,
}

impl Options {
    /// What a configuration says about clusters without another file.
    pub fn of(config: &Config) -> Self {
        let mut options = Self {
            remotes: config.argo.repositories.iter().map(ToString::to_string).collect(),
            roots: config.roots.clone(),
            archived: config.archived.clone(),
            external: config.external.clone(),
            kinds: Kinds {
                kubernetes: config.kubernetes_minor(),
                folders: config.crds.clone(),
                definitions: Vec::new(),
            },
            ..Self::default()
        };
        if let Some(version) = &config.flux_version {
            options.flux.version = version.into();
        }
        options
    }
}

/// What is known of the kinds that clusters serve.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// The second number of the version of Kubernetes; the newest known without it.
    pub kubernetes: Option<u32>,
    /// Directories of the repository with CustomResourceDefinitions that are not applied from there.
    pub folders: Vec<RepoPath>,
    /// CustomResourceDefinitions from elsewhere.
    pub definitions: Vec<Arc<Value>>,
}

/// Helm on this machine, as far as it may be used.
#[derive(Clone, Default)]
pub struct Helm {
    /// Its cache of charts.
    pub cache: Option<Arc<dyn helm::ArchiveStore>>,
    /// Who runs the templates of charts; without it releases are listed as not rendered.
    pub renderer: Option<Arc<dyn helm::Renderer>>,
}

impl fmt::Debug for Helm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Helm")
            .field("cache", &self.cache.is_some())
            .field("renderer", &self.renderer.is_some())
            .finish()
    }
}

//! The ways of Secrets and ConfigMaps, cluster by cluster.
//!
//! Owns the look-up of charts for it. Must not know how ways are put together.

use std::sync::Arc;

use super::Project;
use crate::{
    cluster::{Cluster, ComposedRelease},
    graph::Wiring,
    helm::{Chart, ChartSource, NoChart},
    manifest::RenderedObject,
    path::RepoPath,
};

/// The ways within one cluster, or through everything that belongs to none.
#[derive(Debug)]
pub struct ClusterWiring<'p> {
    /// The cluster.
    pub cluster: Option<&'p Cluster>,
    /// Its releases.
    pub releases: &'p [ComposedRelease],
    /// The ways.
    pub wiring: Wiring,
}

impl Project {
    /// A chart, if it is at hand: in the repository, added to its schemas, or in Helm's cache.
    pub fn chart(&self, source: &ChartSource) -> Result<Arc<Chart>, NoChart> {
        let number_of = |path: &RepoPath| Some(self.session.file(path).ok()??.id());
        self.charts.find(source, &number_of)
    }

    /// The ways within a cluster, by its place in the list of the model.
    pub fn wiring_of(&self, cluster: usize) -> Option<ClusterWiring<'_>> {
        let one = self.model.clusters.get(cluster)?;
        // What nobody applies can only be meant for the one cluster that there is.
        let (objects, releases) = match self.model.clusters.as_slice() {
            [_] => (self.model.objects.as_slice(), self.model.releases.as_slice()),
            _ => (self.model.objects_in(one), self.model.releases_in(Some(cluster))),
        };
        Some(ClusterWiring { cluster: Some(one), releases, wiring: self.wiring(objects, releases) })
    }

    /// The ways through everything that belongs to no cluster.
    pub fn wiring_elsewhere(&self) -> ClusterWiring<'_> {
        let releases = self.model.releases_in(None);
        let wiring = self.wiring(self.model.objects_elsewhere(), releases);
        ClusterWiring { cluster: None, releases, wiring }
    }

    fn wiring(&self, objects: &[RenderedObject], releases: &[ComposedRelease]) -> Wiring {
        Wiring::of(objects, releases, &|source| self.chart(source).ok(), &self.external)
    }
}

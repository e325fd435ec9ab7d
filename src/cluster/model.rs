//! The model itself: what the clusters of one view are given.
//!
//! Owns the lists and how they are found in each other. Must not know how they came about.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use smol_str::SmolStr;

use super::{Cluster, ComposedRelease, Unit};
use crate::{argo::Repository, diagnostic::Diagnostic, flux::Generated, manifest::RenderedObject, path::RepoPath};

/// What the clusters of one view are given.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The clusters, by directory.
    pub clusters: Vec<Cluster>,
    /// All units: those of the clusters first, each parent before its children, then what no root reaches, by directory.
    pub units: Vec<Unit>,
    /// All objects, unit by unit.
    pub objects: Vec<RenderedObject>,
    /// The releases that the objects ask for, in the order of the objects.
    pub releases: Vec<ComposedRelease>,
    pub(super) generated: Arc<BTreeMap<RepoPath, Generated>>,
    pub(super) wanted: BTreeSet<(SmolStr, SmolStr)>,
    pub(super) repository: Repository,
}

impl Model {
    /// Kind and name of what units and releases asked for; an empty name stands for all of that kind.
    pub fn wanted(&self) -> &BTreeSet<(SmolStr, SmolStr)> {
        &self.wanted
    }

    /// Whether a URL in an Application or ApplicationSet leads to the repository at hand.
    pub fn is_here(&self, url: &str) -> bool {
        self.repository.is_here(url)
    }

    /// The objects of a unit.
    pub fn objects_of(&self, unit: &Unit) -> &[RenderedObject] {
        self.objects.get(unit.objects.clone()).unwrap_or_default()
    }

    /// The objects of all units of a cluster, a parent's before those of its children.
    pub fn objects_in(&self, cluster: &Cluster) -> &[RenderedObject] {
        let ranges = || cluster.units.iter().filter_map(|&unit| Some(self.units.get(unit)?.objects.clone()));
        let first = ranges().map(|range| range.start).min().unwrap_or_default();
        let last = ranges().map(|range| range.end).max().unwrap_or_default();
        self.objects.get(first..last).unwrap_or_default()
    }

    /// The objects of all units that belong to no cluster.
    pub fn objects_elsewhere(&self) -> &[RenderedObject] {
        let first = self.units.iter().find(|unit| unit.cluster.is_none()).map(|unit| unit.objects.start);
        first.and_then(|first| self.objects.get(first..)).unwrap_or_default()
    }

    /// The releases of a cluster, or of all units that belong to none.
    pub fn releases_in(&self, cluster: Option<usize>) -> &[ComposedRelease] {
        let is_here = |one: &ComposedRelease| self.units.get(one.unit).is_some_and(|unit| unit.cluster == cluster);
        let first = self.releases.iter().position(is_here).unwrap_or_default();
        let count = self.releases.iter().skip(first).take_while(|one| is_here(one)).count();
        self.releases.get(first..first + count).unwrap_or_default()
    }

    /// What is wrong with clusters, units and releases, in this order; what several of them share comes once for each.
    pub fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        let clusters = self.clusters.iter().flat_map(|cluster| &cluster.problems);
        let units = self.units.iter().flat_map(|unit| &unit.problems);
        clusters.chain(units).chain(self.releases.iter().flat_map(|release| &release.problems))
    }

    /// The unit of an object, both as places in the lists.
    pub fn unit_of(&self, object: usize) -> usize {
        self.units.partition_point(|unit| unit.objects.end <= object)
    }

    /// What Flux's generator finds in the directories without a kustomization that Flux Kustomizations apply.
    pub fn generated(&self) -> &BTreeMap<RepoPath, Generated> {
        &self.generated
    }
}

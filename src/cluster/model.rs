//! The model itself.
//!
//! Owns the way from a view to its clusters: declarations in files, roots among them, the expansion, and what is left over. Must not know what an object means
//! to its controller.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{
    Cluster, ComposedRelease, Ground, Options, Unit, addresses, charts,
    declared::Candidate,
    expand::{self, Expanded},
    leftover,
    own_source::OwnSource,
    reach::Reach,
    releases,
    render::Renderer,
    roots,
    touched::Judge,
};
use crate::{
    argo::Repository, diagnostic::Diagnostic, flux::Generated, helm::Charts, kustomize::Session,
    manifest::RenderedObject, path::RepoPath, source::SourceError,
};

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
    pub(super) generated: BTreeMap<RepoPath, Generated>,
    wanted: BTreeSet<(SmolStr, SmolStr)>,
    repository: Repository,
}

impl Model {
    /// Expands everything that lies in a view; `charts` are those that releases may ask for. Only a view that cannot be read is an error.
    pub fn of(session: &Session, ground: &Ground<'_>, charts: &Charts, options: &Options) -> Result<Self, SourceError> {
        let candidates = Candidate::all(ground);
        let own = OwnSource::of(session.view(), ground, &candidates);
        let remotes = options.remotes.iter().map(String::as_str).chain(own.addresses());
        let repository = addresses::find(remotes, &candidates, session.view(), options);
        let reach = Reach::new(session, ground, &own, &repository, &candidates)?;
        let groups = roots::find(&candidates, &reach);
        let files: Vec<RepoPath> = session.view().list()?.into_iter().map(|entry| entry.path).collect();
        let judge = options.touched.as_ref().map(|touched| Judge::new(touched, ground));
        let judge = judge.as_ref();
        let repository = &repository;
        let renderer = Renderer { session, ground, files: &files, own: &own, repository, charts, options, judge };
        let expansion = expand::expand(renderer, &reach, &candidates, groups);
        let mut model = Self { clusters: expansion.clusters, wanted: expansion.wanted, ..Self::default() };
        let mut templated = Vec::new();
        for Expanded { mut unit, objects, releases } in expansion.units {
            templated.push(releases);
            let first = model.objects.len();
            model.objects.extend(objects);
            unit.objects = first..model.objects.len();
            model.units.push(unit);
        }
        model.generated = reach.into_generated();
        leftover::add(&mut model, session, ground, options, judge);
        let (releases, wanted) = releases::compose(&model, templated, session, &own, options);
        model.releases = releases;
        model.wanted.extend(wanted);
        model.repository = repository.clone();
        charts::add(&mut model, session, charts, options);
        // The lists have grown by doubling, and are kept for long.
        model.units.shrink_to_fit();
        model.objects.shrink_to_fit();
        Ok(model)
    }

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

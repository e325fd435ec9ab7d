//! The model itself.
//!
//! Owns the way from a view to its clusters: declarations in files, roots among them, the expansion, and what is left over. Must not know what an object means
//! to its controller.

use std::collections::BTreeMap;

use super::{
    Cluster, ComposedRelease, Ground, Object, Unit, declared::Candidate, expand, leftover, own_source::OwnSource,
    reach::Reach, releases, render::Renderer, roots,
};
use crate::{
    flux::{FluxOptions, Generated},
    kustomize::Session,
    path::RepoPath,
    source::SourceError,
};

/// Facts about clusters and controllers that no repository holds.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How Flux behaves.
    pub flux: FluxOptions,
}

/// What the clusters of one view are given.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The clusters, by directory.
    pub clusters: Vec<Cluster>,
    /// All units: those of the clusters first, each parent before its children, then what no root reaches, by directory.
    pub units: Vec<Unit>,
    /// All objects, unit by unit.
    pub objects: Vec<Object>,
    /// The releases that the objects ask for, in the order of the objects.
    pub releases: Vec<ComposedRelease>,
    pub(super) generated: BTreeMap<RepoPath, Generated>,
}

impl Model {
    /// Expands everything that lies in a view. Only a view that cannot be read is an error.
    pub fn of(session: &Session, ground: &Ground<'_>, options: &Options) -> Result<Self, SourceError> {
        let candidates = Candidate::all(ground);
        let own = OwnSource::of(session.view(), ground, &candidates);
        let reach = Reach::new(session, ground, &own, &candidates)?;
        let groups = roots::find(&candidates, &reach);
        let renderer = Renderer { session, own: &own, options };
        let expansion = expand::expand(renderer, &reach, &candidates, groups);
        let mut model = Self { clusters: expansion.clusters, ..Self::default() };
        for (index, (mut unit, objects)) in expansion.units.into_iter().enumerate() {
            let first = model.objects.len();
            model.objects.extend(objects.into_iter().map(|rendered| Object { rendered, unit: index }));
            unit.objects = first..model.objects.len();
            model.units.push(unit);
        }
        model.generated = reach.into_generated();
        leftover::add(&mut model, session, ground);
        model.releases = releases::compose(&model, session, options);
        Ok(model)
    }

    /// The objects of a unit.
    pub fn objects_of(&self, unit: &Unit) -> &[Object] {
        self.objects.get(unit.objects.clone()).unwrap_or_default()
    }

    /// What Flux's generator finds in the directories without a kustomization that Flux Kustomizations apply.
    pub fn generated(&self) -> &BTreeMap<RepoPath, Generated> {
        &self.generated
    }
}

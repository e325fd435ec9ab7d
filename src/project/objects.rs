//! What a project says about objects and the units that apply them.
//!
//! The objects themselves are those of the cluster model. Must not know rules.

use std::ops::Deref;

use super::Project;
use crate::{
    cluster::{Model, Unit, UnitKind},
    diagnostic::Diagnostic,
    flux::FluxKustomization,
    graph::{Produced, produced},
    manifest::RenderedObject,
    path::RepoPath,
    yaml::{Content, Value},
};

/// An object that reaches a cluster, or stands in a file that nobody applies.
#[derive(Clone, Debug)]
pub struct Object {
    /// The object.
    pub rendered: RenderedObject,
    /// The unit that applies it, as a place in the list of units.
    pub unit: usize,
}

impl Deref for Object {
    type Target = RenderedObject;

    fn deref(&self) -> &RenderedObject {
        &self.rendered
    }
}

/// The objects of a model, each with its unit.
pub(super) fn of(model: &Model) -> Vec<Object> {
    let units = model.units.iter().enumerate();
    let objects = units.flat_map(|(unit, one)| model.objects_of(one).iter().map(move |object| (unit, object)));
    objects.map(|(unit, object)| Object { rendered: object.clone(), unit }).collect()
}

impl Object {
    /// The Secrets and ConfigMaps that the object brings into the cluster, a generated one under both of its names.
    pub fn produced(&self) -> Vec<Produced> {
        let mut all = produced(&self.id, &self.value);
        if let Some(name) = &self.name_before_hash {
            let unhashed: Vec<Produced> =
                all.iter().map(|one| Produced { name: name.clone(), ..one.clone() }).collect();
            all.extend(unhashed);
        }
        all
    }
}

impl Project {
    /// The unit that renders an object; `None` for what stands in a file that nothing takes in.
    pub fn unit_of(&self, object: &Object) -> Option<&Unit> {
        self.model.units.get(object.unit).filter(|unit| unit.kind != UnitKind::Loose)
    }

    /// The problems with this id of clusters, of the units that reach one, and of their releases.
    pub fn problems_of_clusters(&self, id: &str) -> impl Iterator<Item = &Diagnostic> {
        let clusters = self.model.clusters.iter().flat_map(|cluster| &cluster.problems);
        let units = self.units().iter().filter(|unit| self.is_reached(unit)).flat_map(|unit| &unit.problems);
        let releases = self.model.releases.iter().filter(|release| self.is_released(release));
        let all = clusters.chain(units).chain(releases.flat_map(|release| &release.problems));
        all.filter(move |problem| problem.rule == id)
    }

    /// Whether everything that Flux applies was found: nothing comes from another repository.
    pub fn is_all_of_flux_known(&self) -> bool {
        self.units().iter().filter(|unit| unit.flux.is_some()).all(|unit| !unit.directories.is_empty())
    }

    /// The units in whose objects variables are substituted, with the variables' declaration.
    pub fn substituted(&self) -> impl Iterator<Item = (&Unit, &FluxKustomization, &Value)> {
        let units = self.units().iter().filter_map(|unit| Some((unit, unit.flux.as_deref()?)));
        units.filter_map(|(unit, flux)| {
            let post_build = flux.spec.get("postBuild")?;
            let is_filled = |key: &str| match post_build.get(key).map(|value| &value.content) {
                Some(Content::Mapping(entries)) => !entries.is_empty(),
                Some(Content::Sequence(items)) => !items.is_empty(),
                _ => false,
            };
            let always = post_build.get("substituteStrategy").and_then(Value::as_str) == Some("Always");
            (is_filled("substitute") || is_filled("substituteFrom") || always).then_some((unit, flux, post_build))
        })
    }

    /// The Flux Kustomizations that apply a directory, in all clusters.
    pub fn flux_kustomizations_of<'p>(
        &'p self,
        directory: &'p RepoPath,
    ) -> impl Iterator<Item = &'p FluxKustomization> + 'p {
        let units = self.units().iter().filter(move |unit| unit.directories.contains(directory));
        units.filter_map(|unit| unit.flux.as_deref())
    }
}

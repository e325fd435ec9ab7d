//! The releases that the objects of all clusters ask for, with their values.
//!
//! Owns who answers for a release: its cluster, or for what belongs to none, its own unit and then everything else that belongs to none. Must not know how values
//! are composed.

use rayon::prelude::*;

use super::{
    ComposedRelease, Model, Options,
    known::{Known, Lookup},
    own_source::OwnSource,
};
use crate::{
    argo::Templated,
    flux::{compose_release, helm_release::is_helm_release},
    kustomize::Session,
    yaml::Value,
};

/// Composes every release of a model. `templated` holds, by unit, those that an Application asks for by itself.
pub(super) fn compose(
    model: &Model,
    templated: Vec<Vec<Templated>>,
    session: &Session,
    own: &OwnSource<'_>,
    options: &Options,
) -> Vec<ComposedRelease> {
    let clusters: Vec<Known> = model.clusters.iter().map(|cluster| Known::of(model.objects_in(cluster))).collect();
    let mut rest = Known::default();
    // What is looked at on its own may be meant for any cluster.
    for unit in model.units.iter().filter(|unit| unit.cluster.is_none() || !options.asked.is_empty()) {
        rest.extend(model.objects_of(unit));
    }
    let composed: Vec<Vec<ComposedRelease>> = model
        .units
        .par_iter()
        .enumerate()
        .map(|(index, unit)| {
            let objects = model.objects_of(unit);
            if !objects.iter().any(|object| is_helm_release(&object.id)) {
                return Vec::new();
            }
            let beside = Known::of(objects);
            let (known, otherwise) = match unit.cluster.and_then(|cluster| clusters.get(cluster)) {
                Some(known) => (known, None),
                None => (&beside, Some(&rest)),
            };
            let releases = objects.iter().filter(|object| is_helm_release(&object.id)).map(|object| {
                let references = object.value.pointer(&["spec", "valuesFrom"]).and_then(Value::as_sequence);
                let lookup = Lookup::new(known)
                    .or(otherwise)
                    .with_own(own)
                    .with_external(&options.external)
                    .with_optional(references.unwrap_or_default());
                let (release, problems) = compose_release(session, object, &lookup, &options.flux);
                ComposedRelease { unit: index, declared: object.id.clone(), release, problems, objects: 0..0 }
            });
            releases.collect()
        })
        .collect();
    let mut templated = templated.into_iter();
    let mut all = Vec::new();
    for (index, (unit, composed)) in model.units.iter().zip(composed).enumerate() {
        let asked = templated.next().unwrap_or_default().into_iter().zip(std::iter::repeat(unit.declared.as_ref()));
        all.extend(asked.filter_map(|(Templated { release, problems, .. }, declared)| {
            Some(ComposedRelease { unit: index, declared: declared?.clone(), release, problems, objects: 0..0 })
        }));
        all.extend(composed);
    }
    all
}

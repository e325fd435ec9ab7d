//! `replicas`.
//!
//! Must not know which kinds have replicas.

use super::{
    Result,
    field::{self, FieldError},
    field_problem,
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_spec::{FieldSpec, Leaf},
        kustomization::Replicas,
        problem::{Problem, ProblemKind},
        resource::Resource,
    },
    yaml::Value,
};

/// Sets a number of replicas in the fields that the specs name, of all objects that have or had the name that is asked for.
pub(in super::super) fn apply(accumulation: &mut Accumulation<'_>, entry: &Replicas, specs: &[FieldSpec]) -> Result {
    let result = set_replicas(accumulation, entry, specs);
    accumulation.tolerate(result)
}

fn set_replicas(accumulation: &mut Accumulation<'_>, entry: &Replicas, specs: &[FieldSpec]) -> Result {
    let count = Value::int(entry.count).at(entry.spot.origin());
    let positions: Vec<usize> = accumulation.work.set.named(&entry.name).collect();
    let mut found = false;
    for spec in specs {
        for &position in &positions {
            let matches = |resource: &Resource| is_meant(resource, entry, spec);
            if !accumulation.work.set.get(position).is_some_and(matches) {
                continue;
            }
            found = true;
            let result = accumulation.work.set.change(position, |resource| write_count(resource, &count, spec));
            if let Some(Err(error)) = result {
                return Err(field_problem(accumulation, position, entry.spot, &error));
            }
        }
    }
    if found {
        return Ok(());
    }
    let kinds: Vec<&str> = specs.iter().map(|spec| &*spec.kind).collect();
    let message =
        format!("resource with name {} does not match a config with one of the kinds {}", entry.name, kinds.join(", "));
    Err(Problem::new(ProblemKind::TransformerFails, accumulation.label(entry.spot, ""), message))
}

/// Whether the object has or had the name that is asked for, under a kind that the spec speaks of.
fn is_meant(resource: &Resource, entry: &Replicas, spec: &FieldSpec) -> bool {
    let gvk = &resource.id().gvk;
    let now = (&resource.id().name, &gvk.kind);
    let before = resource.previous_ids().iter().map(|previous| (&previous.name, &previous.kind));
    before
        .chain(std::iter::once(now))
        .any(|(name, kind)| *name == entry.name && spec.applies_to(&gvk.group, &gvk.version, kind))
}

fn write_count(resource: &mut Resource, count: &Value, spec: &FieldSpec) -> std::result::Result<(), FieldError> {
    let gvk = resource.id().gvk.clone();
    let mut put = |field: &mut Value| {
        field::text(field)?;
        *field = count.clone();
        Ok(())
    };
    resource.change(|object| field::change(object, &gvk, [spec], Leaf::Scalar, &mut put))
}

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
        default_field_specs,
        field_spec::Leaf,
        kustomization::Replicas,
        problem::{Problem, ProblemKind},
        resource::Resource,
    },
    yaml::{Origin, Value},
};

/// Runs the transformer for each entry.
pub(super) fn apply(accumulation: &mut Accumulation<'_>) -> Result {
    let kustomization = accumulation.kustomization;
    for entry in &kustomization.replicas {
        let result = set_replicas(accumulation, entry);
        accumulation.tolerate(result)?;
    }
    Ok(())
}

fn set_replicas(accumulation: &mut Accumulation<'_>, entry: &Replicas) -> Result {
    let origin = Origin { file: accumulation.kustomization.file_id(), offset: entry.span.start };
    let count = Value::int(entry.count).at(origin);
    let positions: Vec<usize> = accumulation.work.set.named(&entry.name).collect();
    let mut found = false;
    for position in positions {
        let matches = |resource: &Resource| has_replicas(resource, entry);
        if !accumulation.work.set.get(position).is_some_and(matches) {
            continue;
        }
        found = true;
        let result = accumulation.work.set.change(position, |resource| write_count(resource, &count));
        if let Some(Err(error)) = result {
            return Err(field_problem(accumulation, position, entry.span, &error));
        }
    }
    if found {
        return Ok(());
    }
    let kinds: Vec<&str> = default_field_specs::replicas().iter().map(|spec| &*spec.kind).collect();
    let message =
        format!("resource with name {} does not match a config with one of the kinds {}", entry.name, kinds.join(", "));
    Err(Problem::new(ProblemKind::TransformerFails, accumulation.label(entry.span, ""), message))
}

/// Whether the object has or had the name that is asked for under a kind with replicas.
fn has_replicas(resource: &Resource, entry: &Replicas) -> bool {
    let gvk = &resource.id().gvk;
    let mut ids = resource.previous_ids().iter().map(|previous| (&previous.name, &previous.kind)).collect::<Vec<_>>();
    ids.push((&resource.id().name, &gvk.kind));
    default_field_specs::replicas().iter().any(|spec| {
        ids.iter().any(|(name, kind)| **name == entry.name && spec.applies_to(&gvk.group, &gvk.version, kind))
    })
}

fn write_count(resource: &mut Resource, count: &Value) -> std::result::Result<(), FieldError> {
    let gvk = resource.id().gvk.clone();
    let mut put = |field: &mut Value| {
        field::text(field)?;
        *field = count.clone();
        Ok(())
    };
    resource.change(|object| field::change(object, &gvk, default_field_specs::replicas(), Leaf::Scalar, &mut put))
}

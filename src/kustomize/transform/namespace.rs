//! `namespace`: every object that can be in a namespace is put into this one.
//!
//! Must not know which kinds are outside of namespaces.

use super::{
    Result, each,
    field::{self, FieldError},
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        default_field_specs,
        field_spec::{FieldSpec, Leaf},
        problem::{Problem, ProblemKind},
        resource::{Resource, scalar_text},
    },
    yaml::Value,
};

/// Runs the transformer.
pub(super) fn apply(accumulation: &mut Accumulation<'_>) -> Result {
    let kustomization = accumulation.kustomization;
    let Some(namespace) = &kustomization.namespace else { return Ok(()) };
    let value = namespace.value(kustomization.file_id());
    each(accumulation, namespace.span, |resource| {
        resource.remember_id();
        set_namespace(resource, &value)
    })?;
    let Some((_, second)) = accumulation.work.set.duplicate() else { return Ok(()) };
    let id = accumulation.work.set.get(second).map(|resource| resource.id().to_string()).unwrap_or_default();
    let message = format!("namespace transformation produces ID conflict: {id}");
    let label = accumulation.label(namespace.span, "");
    accumulation.tolerate(Err(Problem::new(ProblemKind::DuplicateId, label, message)))
}

fn set_namespace(resource: &mut Resource, namespace: &Value) -> std::result::Result<(), FieldError> {
    let id = resource.id().clone();
    let mut set = |field: &mut Value| {
        field::text(field)?;
        *field = namespace.clone();
        Ok(())
    };
    resource.change(|object| {
        if !id.is_cluster_scoped() {
            let spec = FieldSpec { path: "metadata/namespace".into(), create: true, ..FieldSpec::default() };
            field::visit(object, &spec, Leaf::Scalar, &mut set)?;
        }
        let is_binding = matches!(id.gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        if is_binding {
            set_default_subjects(object, namespace)?;
        }
        let is_core = id.gvk.group.is_empty() && id.gvk.version == "v1";
        let applies = |spec: &&FieldSpec| match &*spec.path {
            "metadata/namespace" => false,
            "metadata/name" => is_core,
            "subjects/namespace" => !is_binding,
            _ => true,
        };
        field::change(object, &id.gvk, default_field_specs::namespace().iter().filter(applies), Leaf::Scalar, &mut set)
    })
}

/// Of the subjects of a role binding only those named `default` move along.
fn set_default_subjects(object: &mut Value, namespace: &Value) -> std::result::Result<(), FieldError> {
    let Some(subjects) = object.get_mut("subjects").filter(|subjects| !subjects.is_null()) else { return Ok(()) };
    let error = FieldError::new(subjects, "expected a list").on("subjects");
    for subject in subjects.as_sequence_mut().ok_or(error)? {
        if scalar_text(subject.get("name")) == "default" {
            field::mapping(subject)?.insert("namespace".into(), namespace.clone());
        }
    }
    Ok(())
}

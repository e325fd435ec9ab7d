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
        field_spec::{FieldSpec, Leaf},
        kustomization::Text,
        problem::{Problem, ProblemKind},
        resource::{Resource, scalar_text},
    },
    yaml::Value,
};

/// What becomes of the namespaces.
#[derive(Clone, Debug)]
pub(in super::super) struct Namespacing {
    pub(in super::super) namespace: Text,
    /// Only fields that are absent or empty are set.
    pub(in super::super) unset_only: bool,
    pub(in super::super) subjects: Subjects,
}

/// Which subjects of role bindings move along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Subjects {
    /// Those that are called `default`.
    #[default]
    Default,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    None,
}

impl From<Text> for Namespacing {
    /// The field `namespace` of a kustomization.
    fn from(namespace: Text) -> Self {
        Self { namespace, unset_only: false, subjects: Subjects::default() }
    }
}

/// Puts every object into the namespace, and sets the fields that the specs name.
pub(in super::super) fn apply(
    accumulation: &mut Accumulation<'_>,
    namespacing: &Namespacing,
    specs: &[FieldSpec],
) -> Result {
    let change = Change::new(namespacing, specs);
    let spot = namespacing.namespace.spot;
    each(accumulation, spot, |resource| {
        resource.remember_id();
        change.apply(resource)
    })?;
    let Some((_, second)) = accumulation.work.set.duplicate() else { return Ok(()) };
    let id = accumulation.work.set.get(second).map(|resource| resource.id().to_string()).unwrap_or_default();
    let message = format!("namespace transformation produces ID conflict: {id}");
    let label = accumulation.label(spot, "");
    accumulation.tolerate(Err(Problem::new(ProblemKind::DuplicateId, label, message)))
}

/// The change of one object.
pub(in super::super) struct Change<'a> {
    value: Value,
    namespacing: &'a Namespacing,
    specs: &'a [FieldSpec],
}

impl<'a> Change<'a> {
    pub(in super::super) fn new(namespacing: &'a Namespacing, specs: &'a [FieldSpec]) -> Self {
        Self { value: namespacing.namespace.value(), namespacing, specs }
    }

    pub(in super::super) fn apply(&self, resource: &mut Resource) -> std::result::Result<(), FieldError> {
        let id = resource.id().clone();
        let mut set = |field: &mut Value| self.set(field);
        resource.change(|object| {
            if !id.is_cluster_scoped() {
                let spec = FieldSpec { path: "metadata/namespace".into(), create: true, ..FieldSpec::default() };
                field::visit(object, &spec, Leaf::Scalar, &mut set)?;
            }
            if is_role_binding(&id.gvk.kind) {
                self.set_subjects(object)?;
            }
            let is_core = id.gvk.group.is_empty() && id.gvk.version == "v1";
            let applies = |spec: &&FieldSpec| match &*spec.path {
                "metadata/namespace" => false,
                "metadata/name" => is_core,
                "subjects/namespace" => !(is_role_binding(&id.gvk.kind) && is_role_binding(&spec.kind)),
                _ => true,
            };
            field::change(object, &id.gvk, self.specs.iter().filter(applies), Leaf::Scalar, &mut set)
        })
    }

    fn set(&self, field: &mut Value) -> std::result::Result<(), FieldError> {
        let is_set = !field::text(field)?.is_empty();
        if !(is_set && self.namespacing.unset_only) {
            *field = self.value.clone();
        }
        Ok(())
    }

    /// Sets the namespace of those subjects of a role binding that move along.
    fn set_subjects(&self, object: &mut Value) -> std::result::Result<(), FieldError> {
        let (key, wanted) = match self.namespacing.subjects {
            Subjects::Default => ("name", "default"),
            Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
            Subjects::None => return Ok(()),
        };
        let Some(subjects) = object.get_mut("subjects").filter(|subjects| !subjects.is_null()) else { return Ok(()) };
        let error = FieldError::new(subjects, "expected a list").on("subjects");
        for subject in subjects.as_sequence_mut().ok_or(error)? {
            if scalar_text(subject.get(key)) == wanted {
                let field = field::mapping(subject)?.entry("namespace".into()).or_insert_with(Value::null);
                self.set(field).map_err(|error| error.on("subjects/namespace"))?;
            }
        }
        Ok(())
    }
}

fn is_role_binding(kind: &str) -> bool {
    matches!(kind, "RoleBinding" | "ClusterRoleBinding")
}

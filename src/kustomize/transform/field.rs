//! What the transformers share when they change fields of objects.
//!
//! Must not know which fields there are.

use crate::{
    kustomize::{
        field_spec::{FieldSpec, FieldSpecError, Leaf},
        resource::Gvk,
    },
    yaml::{Mapping, Origin, Type, Value},
};

/// Why a field cannot be changed.
#[derive(Debug)]
pub(in super::super) struct FieldError {
    pub(in super::super) path: String,
    pub(in super::super) origin: Origin,
    pub(in super::super) message: String,
}

impl FieldError {
    pub(in super::super) fn new(value: &Value, message: impl Into<String>) -> Self {
        Self { path: String::new(), origin: value.origin, message: message.into() }
    }

    /// Says on which path it happened.
    pub(in super::super) fn on(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }
}

/// Changes every place in an object that one of the specs for its type leads to.
pub(in super::super) fn change<'s>(
    object: &mut Value,
    gvk: &Gvk,
    specs: impl IntoIterator<Item = &'s FieldSpec>,
    leaf: Leaf,
    change: &mut dyn FnMut(&mut Value) -> Result<(), FieldError>,
) -> Result<(), FieldError> {
    let specs = specs.into_iter().filter(|spec| spec.applies_to(&gvk.group, &gvk.version, &gvk.kind));
    for spec in specs {
        visit(object, spec, leaf, change)?;
    }
    Ok(())
}

/// Changes every place in an object that a spec leads to, whatever the object's type.
pub(in super::super) fn visit(
    object: &mut Value,
    spec: &FieldSpec,
    leaf: Leaf,
    change: &mut dyn FnMut(&mut Value) -> Result<(), FieldError>,
) -> Result<(), FieldError> {
    let object_origin = object.origin;
    spec.for_each_target(object, leaf, change).map_err(|error| match error {
        FieldSpecError::Setter(error) => error.on(&spec.path),
        FieldSpecError::ThroughScalar { path, origin } => {
            FieldError { path, origin, message: "expected a list or a mapping".to_owned() }
        }
        FieldSpecError::EmptyPart(path) => {
            FieldError { path, origin: object_origin, message: "the path has an empty part".to_owned() }
        }
    })
}

/// Demands a scalar and gives its text.
pub(in super::super) fn text(value: &Value) -> Result<&str, FieldError> {
    match value.as_scalar() {
        Some(scalar) if scalar.kind == Type::Null => Ok(""),
        Some(scalar) => Ok(&scalar.text),
        None => Err(FieldError::new(value, "expected a scalar")),
    }
}

/// Demands a mapping, to put strings in.
pub(in super::super) fn mapping(value: &mut Value) -> Result<&mut Mapping, FieldError> {
    let error = FieldError::new(value, "expected a mapping");
    value.as_mapping_mut().ok_or(error)
}

//! `namePrefix` and `nameSuffix`.
//!
//! Must not know who refers to the names.

use super::{
    Result, each,
    field::{self, FieldError},
    set_text,
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_spec::{FieldSpec, Leaf},
        kustomization::Text,
        resource::{Resource, scalar_text},
    },
    yaml::Value,
};

/// The field that is the name of an object.
const NAME: &str = "metadata/name";

/// Which end of a name is added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum End {
    /// `namePrefix`.
    Front,
    /// `nameSuffix`.
    Back,
}

/// Adds a text to one end of the fields that the specs name.
pub(in super::super) fn apply(
    accumulation: &mut Accumulation<'_>,
    end: End,
    affix: &Text,
    specs: &[FieldSpec],
) -> Result {
    // Every object gets its own copy of the text, and remembers its name before.
    let each_weight = 1 + affix.text.len() / 64 + specs.len() / 64;
    accumulation.charge(affix.spot, accumulation.work.set.len().saturating_mul(each_weight))?;
    each(
        accumulation,
        affix.spot,
        |resource| if keeps_name(resource) { Ok(()) } else { add(resource, end, affix, specs) },
    )
}

fn add(resource: &mut Resource, end: End, affix: &Text, specs: &[FieldSpec]) -> std::result::Result<(), FieldError> {
    let mut put = |field: &mut Value| {
        let old = scalar_text(Some(field));
        let text = match end {
            End::Front => format!("{}{old}", affix.text),
            End::Back => format!("{old}{}", affix.text),
        };
        if field.as_scalar().is_none() {
            return Err(FieldError::new(field, "expected a scalar"));
        }
        set_text(field, text);
        field.origin = affix.spot.origin();
        Ok(())
    };
    for spec in specs {
        let (original, gvk) = (resource.original_kind().clone(), resource.id().gvk.clone());
        if !spec.applies_to(&gvk.group, &gvk.version, &original) {
            continue;
        }
        if spec.path == NAME {
            match end {
                End::Front => resource.prefixes.push(affix.text.clone()),
                End::Back => resource.suffixes.push(affix.text.clone()),
            }
            resource.remember_id();
        }
        if spec.applies_to(&gvk.group, &gvk.version, &gvk.kind) {
            resource.change(|object| field::visit(object, spec, Leaf::Scalar, &mut put))?;
        }
    }
    Ok(())
}

/// The names of these kinds mean something outside of the kustomization.
fn keeps_name(resource: &Resource) -> bool {
    match resource.original_kind().as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => resource.id().gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

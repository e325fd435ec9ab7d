//! `namePrefix` and `nameSuffix`.
//!
//! Must not know who refers to the names.

use super::{Result, rename};
use crate::kustomize::{accumulate::Accumulation, kustomization::Text, resource::Resource};

/// Runs the prefix transformer.
pub(super) fn prefix(accumulation: &mut Accumulation<'_>) -> Result {
    let Some(prefix) = &accumulation.kustomization.name_prefix else { return Ok(()) };
    charge(accumulation, prefix)?;
    change_names(accumulation, |resource| {
        resource.prefixes.push(prefix.text.clone());
        resource.remember_id();
        rename(resource, |name| format!("{}{name}", prefix.text));
    });
    Ok(())
}

/// Runs the suffix transformer.
pub(super) fn suffix(accumulation: &mut Accumulation<'_>) -> Result {
    let Some(suffix) = &accumulation.kustomization.name_suffix else { return Ok(()) };
    charge(accumulation, suffix)?;
    change_names(accumulation, |resource| {
        resource.suffixes.push(suffix.text.clone());
        resource.remember_id();
        rename(resource, |name| format!("{name}{}", suffix.text));
    });
    Ok(())
}

/// Every object gets its own copy of the text, and remembers its name before.
fn charge(accumulation: &mut Accumulation<'_>, text: &Text) -> Result {
    accumulation.charge(text.span, accumulation.work.set.len().saturating_mul(1 + text.text.len() / 64))
}

fn change_names(accumulation: &mut Accumulation<'_>, mut change: impl FnMut(&mut Resource)) {
    let set = &mut accumulation.work.set;
    for position in 0..set.len() {
        if set.get(position).is_some_and(|resource| !keeps_name(resource)) {
            set.change(position, &mut change);
        }
    }
}

/// The names of these kinds mean something outside of the kustomization.
fn keeps_name(resource: &Resource) -> bool {
    match resource.original_kind().as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => resource.id().gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

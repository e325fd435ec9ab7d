//! The promise of validators: they look and do not touch, but for a label that says who looked.

use super::{Config, Result};
use crate::{
    kustomize::{resource::Resource, resource_set::ResourceSet},
    yaml::Value,
};

/// The label that a validator may set.
const VALIDATED_BY: &str = "validated-by";

/// Demands that the objects are still what they were.
pub(super) fn unchanged(before: &ResourceSet, after: &ResourceSet, config: &Config) -> Result {
    let changed = before.iter().zip(after.iter()).find(|(before, after)| !is_unchanged(before, after));
    match changed {
        Some((object, _)) => {
            let message = format!("validator shouldn't modify the resource map: it changes {}", object.id());
            Err(config.bad(message).help("list it under `transformers`"))
        }
        None if before.len() == after.len() => Ok(()),
        None => Err(config.bad("validator shouldn't modify the resource map: it removes objects".to_owned())),
    }
}

fn is_unchanged(before: &Resource, after: &Resource) -> bool {
    let mut value = after.value().clone();
    take_label(&mut value);
    // kustomize keeps former names in annotations, so remembering one is a change.
    *before.value() == value && before.previous_ids().len() == after.previous_ids().len()
}

fn take_label(object: &mut Value) {
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    let Some(metadata) = metadata else { return };
    let Some(labels) = metadata.get_mut("labels").and_then(Value::as_mapping_mut) else { return };
    if labels.shift_remove(VALIDATED_BY).is_some() && labels.is_empty() {
        metadata.shift_remove("labels");
    }
}

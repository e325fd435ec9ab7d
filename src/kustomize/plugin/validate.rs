//! The promise of validators: they look and do not touch, but for a label that says who looked.

use smol_str::SmolStr;

use super::{Config, Result};
use crate::{
    kustomize::{resource::Resource, resource_set::ResourceSet},
    yaml::{Content, Value},
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
    // kustomize keeps former names in annotations, so remembering one is a change.
    if before.previous_ids().len() != after.previous_ids().len() {
        return false;
    }
    let mut value = after.value().clone();
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_mapping_mut)
        && let Some(labels) = metadata.get("labels").and_then(Value::as_mapping)
        && labels.contains_key(VALIDATED_BY)
    {
        // kustomize takes the label away again to compare, and finds labels that it has written anew to be others.
        if labels.len() > 1 {
            return false;
        }
        metadata.shift_remove("labels");
    }
    is_untouched(before.value(), &value)
}

/// Whether both are the same and were written at the same place: a value that a validator writes is a change even if it was there before.
fn is_untouched(before: &Value, after: &Value) -> bool {
    before.origin == after.origin
        && match (&before.content, &after.content) {
            (Content::Mapping(before), Content::Mapping(after)) => {
                let same =
                    |(key, value): (&SmolStr, &Value)| after.get(key).is_some_and(|other| is_untouched(value, other));
                before.len() == after.len() && before.iter().all(same)
            }
            (Content::Sequence(before), Content::Sequence(after)) => {
                before.len() == after.len()
                    && before.iter().zip(after).all(|(before, after)| is_untouched(before, after))
            }
            (before, after) => before == after,
        }
}

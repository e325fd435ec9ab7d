//! Keys of patches and objects that are no strings, as in `data: {6443: text}`.
//!
//! kustomize compares keys by their text and keeps those that are there, so such a key is good where the object has a string that reads the same, and
//! where it takes nothing away from nothing. An object may have such keys until the end, by when a patch must have taken them away. Must not know how such keys
//! are found.

use smol_str::SmolStr;

use super::strategic::{MergeError, MergeProblem};
use crate::yaml::{Content, Mapping, NON_STRING_KEY, Value};

/// The patch with the keys that the object has; `None` if it has no marked ones. Fails at a marked key that the object has not.
pub(super) fn settle(patch: &Value, object: &Value) -> Result<Option<Value>, MergeError> {
    if !has_marked(patch) {
        return Ok(None);
    }
    let mut settled = patch.clone();
    unmark(&mut settled, Some(object))?;
    Ok(Some(settled))
}

/// Whether any key is marked as no string.
pub(in super::super) fn has_marked(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(_) => false,
        Content::Sequence(items) => items.iter().any(has_marked),
        Content::Mapping(mapping) => {
            mapping.iter().any(|(key, value)| key.starts_with(NON_STRING_KEY) || has_marked(value))
        }
    }
}

fn unmark(patch: &mut Value, object: Option<&Value>) -> Result<(), MergeError> {
    match &mut patch.content {
        Content::Scalar(_) => Ok(()),
        // Which elements meet is for the merge to find out.
        Content::Sequence(items) => items.iter_mut().try_for_each(|item| unmark(item, None)),
        Content::Mapping(mapping) => {
            let mut unmarked = Mapping::default();
            for (key, mut value) in std::mem::take(&mut **mapping) {
                let plain = key.strip_prefix(NON_STRING_KEY);
                // The object may have the same key, as little a string.
                let is_there = plain.is_some() && object.is_some_and(|object| object.get(&key).is_some());
                let name = plain.filter(|_| !is_there).map_or_else(|| key.clone(), SmolStr::from);
                let below = object.and_then(|object| object.get(&name));
                if plain.is_some() && below.is_none() {
                    if value.is_null() {
                        continue;
                    }
                    let problem = MergeProblem::KeyNotString(name.trim_start_matches(NON_STRING_KEY).into());
                    return Err(MergeError {
                        problem,
                        path: String::new(),
                        patch: value.origin,
                        target: crate::yaml::Origin::NONE,
                    });
                }
                unmark(&mut value, below)?;
                unmarked.insert(name, value);
            }
            **mapping = unmarked;
            Ok(())
        }
    }
}

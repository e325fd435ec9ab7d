//! `kustomize edit add label` and `add annotation`.
//!
//! From kustomize's commands/edit/add. Must not know the other edits.

use super::{
    Fault,
    kustomize::{Edit, push},
};
use crate::{
    argo::read::flag,
    yaml::{Mapping, Origin, Value},
};

/// Adds `commonLabels` of the options: to `commonLabels`, or without selectors to `labels`.
pub(super) fn add_labels(edit: &mut Edit<'_>, target: &mut Mapping, options: &Value) -> Result<(), Fault> {
    let Some(given) = options.get("commonLabels").and_then(Value::as_mapping).filter(|given| !given.is_empty()) else {
        return Ok(());
    };
    let (force, templates) = (flag(options, "forceCommonLabels"), flag(options, "labelIncludeTemplates"));
    let without_selector = flag(options, "labelWithoutSelector");
    if templates && !without_selector {
        let message = "`labelIncludeTemplates` needs `labelWithoutSelector`".to_owned();
        return Err(edit.fault(options.origin, message));
    }
    for (key, value) in given {
        let value = expanded(edit, value);
        let pairs = if without_selector {
            pairs_without_selector(target, templates, value.origin)
        } else {
            pairs(target, "commonLabels", value.origin)
        };
        add(edit, pairs, ("label", key), value, force)?;
    }
    Ok(())
}

/// Adds `commonAnnotations` of the options.
pub(super) fn add_annotations(edit: &mut Edit<'_>, target: &mut Mapping, options: &Value) -> Result<(), Fault> {
    let given = options.get("commonAnnotations").and_then(Value::as_mapping);
    let (force, expand) = (flag(options, "forceCommonAnnotations"), flag(options, "commonAnnotationsEnvsubst"));
    for (key, value) in given.into_iter().flatten() {
        let value = if expand { expanded(edit, value) } else { value.clone() };
        let pairs = pairs(target, "commonAnnotations", value.origin);
        add(edit, pairs, ("annotation", key), value, force)?;
    }
    Ok(())
}

fn expanded(edit: &mut Edit<'_>, value: &Value) -> Value {
    match value.as_scalar() {
        Some(scalar) => Value::string(edit.expand(&scalar.text, value.origin)).at(value.origin),
        None => value.clone(),
    }
}

fn add(
    edit: &Edit<'_>,
    pairs: Option<&mut Mapping>,
    (what, key): (&str, &str),
    value: Value,
    force: bool,
) -> Result<(), Fault> {
    let Some(pairs) = pairs else { return Ok(()) };
    if pairs.contains_key(key) && !force {
        let option = if what == "label" { "forceCommonLabels" } else { "forceCommonAnnotations" };
        let message = format!("the {what} `{key}` stands in the kustomization already, and `{option}` is not set");
        return Err(edit.fault(value.origin, message));
    }
    pairs.insert(key.into(), value);
    Ok(())
}

fn pairs<'t>(target: &'t mut Mapping, key: &str, origin: Origin) -> Option<&'t mut Mapping> {
    let pairs = target.entry(key.into()).or_insert_with(|| Value::mapping().at(origin));
    if pairs.is_null() {
        *pairs = Value::mapping().at(origin);
    }
    pairs.as_mapping_mut()
}

/// The pairs of the first entry of `labels` that leaves selectors alone and treats templates in this way; a new entry if there is none.
fn pairs_without_selector(target: &mut Mapping, templates: bool, origin: Origin) -> Option<&mut Mapping> {
    let fits = |entry: &Value| !flag(entry, "includeSelectors") && flag(entry, "includeTemplates") == templates;
    let entries = target.get("labels").and_then(Value::as_sequence).unwrap_or_default();
    let position = entries.iter().position(fits).unwrap_or(entries.len());
    if position == entries.len() {
        let mut entry = vec![("pairs".into(), Value::mapping().at(origin))];
        if templates {
            entry.push(("includeTemplates".into(), Value::bool(true).at(origin)));
        }
        push(target, "labels", entry.into_iter().collect::<Value>().at(origin));
    }
    let entry = target.get_mut("labels")?.as_sequence_mut()?.get_mut(position)?;
    pairs(entry.as_mapping_mut()?, "pairs", origin)
}

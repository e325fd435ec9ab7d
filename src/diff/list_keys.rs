//! What the items of a list are called, so that one put before them does not make all of them change.
//!
//! Kubernetes' own table of merge keys comes first; for kinds that it does not know, the fields by which lists of custom resources and of values are usually
//! told apart. Must not know what is compared.

use std::collections::HashSet;

use crate::{kustomize::merge_keys::Text, yaml::Value};

/// Fields that usually tell items apart, the most telling first.
const USUAL: &[&[&str]] = &[
    &["name"],
    &["id"],
    &["key"],
    &["secretKey"],
    &["alert"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["mountPath"],
    &["ip"],
    &["topologyKey", "whenUnsatisfiable"],
    &["host"],
    &["path"],
    &["kind", "name"],
    &["kind", "name", "namespace"],
    &["targetPath"],
    &["type"],
];

/// The name of each item of both lists, by the first fields that tell all items of each list apart; `None` if none do.
pub(super) fn names(merge: Option<&[Text]>, before: &[Value], after: &[Value]) -> Option<(Vec<String>, Vec<String>)> {
    let merge: Option<Vec<&str>> = merge.map(|keys| keys.iter().map(AsRef::as_ref).collect());
    let ways = merge.iter().map(Vec::as_slice).chain(USUAL.iter().copied()).filter(|keys| !keys.is_empty());
    ways.into_iter().find_map(|keys| Some((named(keys, before)?, named(keys, after)?)))
}

fn named(keys: &[&str], items: &[Value]) -> Option<Vec<String>> {
    let names: Vec<String> = items.iter().map(|item| name(keys, item)).collect::<Option<_>>()?;
    let distinct: HashSet<&String> = names.iter().collect();
    (distinct.len() == names.len()).then_some(names)
}

/// The name of one item. Of several fields the later ones may be missing, as `protocol` mostly is.
fn name(keys: &[&str], item: &Value) -> Option<String> {
    let (first, rest) = keys.split_first()?;
    let text = |key: &str| Some(item.get(key)?.as_scalar()?.text.to_string());
    let rest = rest.iter().filter_map(|key| text(key));
    Some(std::iter::once(text(first)?).chain(rest).collect::<Vec<_>>().join("/"))
}

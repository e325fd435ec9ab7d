//! Changes that follow from others, or say nothing to a reader, folded away by named filters.
//!
//! Owns the list of filters. What is folded is counted, never lost; each filter can be switched off. Must not know how anything is shown.

use super::{fields::Change, route::Route};
use crate::yaml::Value;

/// A filter.
#[derive(Debug)]
pub struct Filter {
    /// The name by which it is counted and switched off.
    pub name: &'static str,
    /// What it folds away, half a sentence.
    pub summary: &'static str,
    folds: fn(&Change<'_>) -> bool,
}

/// All filters, by name.
pub const FILTERS: &[Filter] = &[
    Filter {
        name: "chart-labels",
        summary: "labels that name the chart and its version",
        folds: |change| is_under(&change.route, "labels", |key| matches!(key, "helm.sh/chart" | "chart" | "heritage")),
    },
    Filter {
        name: "checksums",
        summary: "annotations with a checksum of something that is shown itself",
        folds: |change| {
            is_under(&change.route, "annotations", |key| key.starts_with("checksum/") || key.ends_with("/checksum"))
        },
    },
    Filter {
        name: "generated-names",
        summary: "references to generated ConfigMaps and Secrets of which only the hash behind the name changes",
        folds: is_hash_of_a_name,
    },
    Filter {
        name: "last-applied",
        summary: "the copy of the whole object that `kubectl apply` leaves in an annotation",
        folds: |change| {
            is_under(&change.route, "annotations", |key| key == "kubectl.kubernetes.io/last-applied-configuration")
        },
    },
];

/// The filter that folds a change away, if one that is on does.
pub(super) fn fold(change: &Change<'_>, off: &[String]) -> Option<&'static Filter> {
    let is_on = |filter: &&Filter| !off.iter().any(|name| name == filter.name || name == "all");
    FILTERS.iter().filter(is_on).find(|filter| (filter.folds)(change))
}

/// Whether a way ends in a key below `parent`.
fn is_under(route: &Route, parent: &str, fits: impl Fn(&str) -> bool) -> bool {
    let keys: Vec<&str> = route.0.iter().filter_map(super::route::Step::key).collect();
    matches!(keys.as_slice(), [.., above, key] if *above == parent && fits(key))
}

fn is_hash_of_a_name(change: &Change<'_>) -> bool {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let (Some(before), Some(after)) = (text(change.before), text(change.after)) else { return false };
    matches!(change.route.last_key(), Some("name" | "secretName" | "claimName"))
        && matches!((plain(&before), plain(&after)), (Some(before), Some(after)) if before == after)
}

/// A name without the hash that kustomize puts behind it: ten characters of a small alphabet.
fn plain(name: &str) -> Option<&str> {
    let (plain, hash) = name.rsplit_once('-')?;
    let is_hash = hash.len() == 10 && hash.chars().all(|c| "bcdfghkmt2456789".contains(c));
    is_hash.then_some(plain)
}

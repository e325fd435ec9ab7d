//! The order of the output.
//!
//! Owns kustomize's legacy order and the one a kustomization can ask for. Must not know transformers.

use std::{cmp::Ordering, collections::HashMap};

use smol_str::SmolStr;

use super::{field_spec::FieldSpec, kustomization::SortOptions, resource::Resource};

/// Kinds that others need, first. Taken over from what kustomize 5.5.0 does.
const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// Kinds that could block others, last.
const LAST: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Sorts the objects as the kustomization asks, or in legacy order. True if they were sorted at all.
pub(super) fn sort(resources: &mut Vec<Resource>, options: Option<&SortOptions>) -> bool {
    if options.is_some_and(|options| !options.legacy) {
        return false;
    }
    let ranks = match options.and_then(|options| options.order.as_ref()) {
        Some((first, last)) => ranks(first.iter().map(SmolStr::as_str), last.iter().map(SmolStr::as_str)),
        None => ranks(FIRST.into_iter(), LAST.into_iter()),
    };
    let mut keyed: Vec<_> = resources.drain(..).map(|resource| (Key::of(&resource, &ranks), resource)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.compare(b));
    resources.extend(keyed.into_iter().map(|(_, resource)| resource));
    true
}

fn ranks<'a>(
    first: impl ExactSizeIterator<Item = &'a str>,
    last: impl Iterator<Item = &'a str>,
) -> HashMap<&'a str, i64> {
    let before = index(first.len());
    let first = first.zip(-before..);
    first.chain(last.zip(1..)).collect()
}

/// What puts field specs into kustomize's order of kinds.
pub(super) fn spec_key(spec: &FieldSpec) -> (i64, String) {
    let or = |text: &str, missing: &str| if text.is_empty() { missing.to_owned() } else { text.to_owned() };
    let position = |kinds: &[&str]| kinds.iter().position(|kind| *kind == spec.kind).map(index);
    let rank = position(&FIRST).map(|at| at - index(FIRST.len())).or_else(|| position(&LAST).map(|at| at + 1));
    let text = format!("{}_{}_{}", or(&spec.group, "~G"), or(&spec.version, "~V"), or(&spec.kind, "~K"));
    (rank.unwrap_or_default(), text)
}

fn index(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

struct Key {
    rank: i64,
    gvk: String,
    is_core_namespace: bool,
    id: String,
}

impl Key {
    fn of(resource: &Resource, ranks: &HashMap<&str, i64>) -> Self {
        let id = resource.id();
        let or = |text: &SmolStr, missing: &str| if text.is_empty() { missing.into() } else { text.clone() };
        let gvk = &id.gvk;
        Self {
            rank: ranks.get(gvk.kind.as_str()).copied().unwrap_or_default(),
            gvk: format!("{}_{}_{}", or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K")),
            is_core_namespace: gvk.kind == "Namespace" && gvk.group.is_empty(),
            id: format!("{gvk}|{}|{}", or(&id.namespace, "~X"), or(&id.name, "~N")),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        // The core Namespace comes before namespaces of other groups, although `~G` sorts last.
        let namespaces = self.gvk.ends_with("_Namespace") && other.gvk.ends_with("_Namespace");
        let reversed = namespaces && (self.is_core_namespace || other.is_core_namespace);
        let gvk = self.gvk.cmp(&other.gvk);
        let gvk = if reversed { gvk.reverse() } else { gvk };
        self.rank.cmp(&other.rank).then(gvk).then_with(|| self.id.cmp(&other.id))
    }
}

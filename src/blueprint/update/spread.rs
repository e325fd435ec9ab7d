//! What clusters no longer share: each gets the file with everybody's edits before anything is merged.
//!
//! A file that all had from `base` is in each cluster's directory as soon as one has other answers. Without this an edit of the shared file would reach one of them only. It does not
//! come together again: what a cluster has for itself may be edited there. Must not know how files are merged.

use std::collections::{BTreeMap, BTreeSet};

use super::align::{Texts, Trees};
use crate::{blueprint::BASE, path::RepoPath};

const KUSTOMIZATION: &str = "kustomization.yaml";

/// The files that stand in clusters' directories, by their paths there.
pub(super) fn apart(base: &BTreeMap<RepoPath, String>, clusters: &[String]) -> BTreeSet<RepoPath> {
    if clusters.is_empty() {
        return BTreeSet::new();
    }
    let files = base.keys().filter_map(|path| path.as_str().split_once('/'));
    files.filter(|(top, _)| *top != BASE).filter_map(|(_, rest)| RepoPath::new(rest).ok()).collect()
}

/// Takes files from `base` to each cluster where the blueprint now has them there.
pub(super) fn spread(trees: &mut Trees, clusters: &[String]) {
    let shared =
        trees.base.keys().filter_map(|path| Some((path.clone(), path.as_str().strip_prefix("base/")?.to_owned())));
    let shared: Vec<(RepoPath, String)> = shared.filter(|_| !clusters.is_empty()).collect();
    for (from, rest) in shared {
        let places: Vec<RepoPath> =
            clusters.iter().filter_map(|cluster| RepoPath::new(cluster).and_then(|top| top.join(&rest)).ok()).collect();
        let is_spread =
            places.iter().any(|place| trees.theirs.contains_key(place)) && !trees.theirs.contains_key(&from);
        if is_spread && from.file_name() != KUSTOMIZATION {
            copy(&mut trees.base, &from, &places);
            copy(&mut trees.ours, &from, &places);
        }
    }
}

fn copy(texts: &mut Texts, from: &RepoPath, places: &[RepoPath]) {
    let Some(text) = texts.remove(from) else { return };
    for place in places {
        texts.entry(place.clone()).or_insert_with(|| text.clone());
    }
}

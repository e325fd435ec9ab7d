//! What the trees of several clusters have in common, taken together.
//!
//! A file is shared if every cluster has the same and a kustomization of the instance lists it: the list of `base` then names it, and the one of each cluster names `base`. What something
//! else reads by its path, as Argo CD reads values, stays with its cluster, and so does the runbook. Must not know blueprints.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    blueprint::{emit, layout::BASE},
    path::RepoPath,
    schema,
    text::SourceText,
    yaml::{Document, Stream},
};

type Tree = BTreeMap<RepoPath, String>;

const KUSTOMIZATION: &str = "kustomization.yaml";

/// The tree of one cluster.
struct Cluster<'t> {
    name: &'t str,
    tree: &'t Tree,
    /// The kustomizations that are nothing but a list of resources, by their directories.
    lists: BTreeMap<RepoPath, Vec<String>>,
}

/// The trees as one: `base/…`, and `CLUSTER/…` for each. `own` is the way from the root of a cluster to the instance; files of `apart` are never shared.
pub(super) fn share(trees: &[(&str, &Tree)], own: &str, apart: &BTreeSet<RepoPath>) -> Tree {
    let clusters: Vec<Cluster<'_>> =
        trees.iter().map(|(name, tree)| Cluster { name, tree, lists: lists(tree) }).collect();
    let directories: BTreeSet<&RepoPath> = clusters.iter().flat_map(|cluster| cluster.lists.keys()).collect();
    let mut files = Tree::new();
    let mut shared: Vec<RepoPath> = Vec::new();
    for directory in &directories {
        let together = together(&clusters, directory, apart);
        shared.extend(together.iter().filter_map(|name| directory.join(name).ok()));
        let list = kustomization(directory);
        if !together.is_empty() {
            put(&mut files, BASE, &list, emit::list(&together));
        }
        let base = to_base(directory, own);
        for cluster in &clusters {
            let Some(names) = cluster.lists.get(*directory) else { continue };
            let base = (!together.is_empty()).then_some(base.as_str());
            let rest = names.iter().map(String::as_str).filter(|name| !together.contains(name));
            put(&mut files, cluster.name, &list, emit::list(&base.into_iter().chain(rest).collect::<Vec<_>>()));
        }
    }
    for cluster in &clusters {
        let is_list = |path: &RepoPath| directories.iter().any(|directory| *path == kustomization(directory));
        for (path, text) in cluster.tree.iter().filter(|(path, _)| !is_list(path)) {
            let is_shared = shared.iter().any(|shared| path.is_under(shared));
            put(&mut files, if is_shared { BASE } else { cluster.name }, path, text.clone());
        }
    }
    files
}

/// What the lists of a directory have in common, in the order of the first cluster.
fn together<'c>(clusters: &'c [Cluster<'_>], directory: &RepoPath, apart: &BTreeSet<RepoPath>) -> Vec<&'c str> {
    let names = clusters.first().and_then(|first| first.lists.get(directory)).into_iter().flatten();
    let is_listed = |name: &String| {
        clusters.iter().all(|cluster| cluster.lists.get(directory).is_some_and(|list| list.contains(name)))
    };
    let is_same = |name: &String| directory.join(name).is_ok_and(|path| is_same(clusters, &path, apart));
    names.filter(|name| is_listed(name) && is_same(name)).map(String::as_str).collect()
}

/// Whether a file, or a folder with a kustomization that is more than a list, is the same in all trees.
fn is_same(clusters: &[Cluster<'_>], path: &RepoPath, apart: &BTreeSet<RepoPath>) -> bool {
    let below = |cluster: &Cluster<'_>| -> Tree {
        let files = cluster.tree.iter().filter(|(file, _)| file.is_under(path));
        files.map(|(file, text)| (file.clone(), text.clone())).collect()
    };
    let Some(first) = clusters.first() else { return false };
    let files = below(first);
    let is_free = !files.is_empty() && files.keys().all(|file| !apart.contains(file));
    is_free && !first.lists.contains_key(path) && clusters.iter().all(|cluster| below(cluster) == files)
}

/// The kustomizations that are nothing but a list of resources, by their directories. One that an author wrote is kept as it is.
fn lists(tree: &Tree) -> BTreeMap<RepoPath, Vec<String>> {
    let lists = tree.iter().filter(|(path, _)| path.file_name() == KUSTOMIZATION).filter_map(|(path, text)| {
        let stream = Stream::parse(SourceText::new(text.as_str())).ok()?;
        let value = stream.documents().next().map(Document::root).and_then(|root| schema::to_json(root).ok())?;
        let names = value.get("resources")?.as_array()?.iter().map(|name| name.as_str().map(str::to_owned));
        let names = names.collect::<Option<Vec<String>>>()?;
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        (emit::list(&listed) == *text).then_some((path.parent()?, names))
    });
    lists.collect()
}

/// The way from a directory of a cluster's instance to the shared one.
fn to_base(directory: &RepoPath, own: &str) -> String {
    let place =
        |top: &str| RepoPath::new(top).and_then(|top| top.join(own)).and_then(|own| own.join(directory.as_str()));
    match (place(BASE), place("-")) {
        (Ok(base), Ok(here)) => base.relative_to(&here),
        _ => String::new(),
    }
}

fn kustomization(directory: &RepoPath) -> RepoPath {
    directory.join(KUSTOMIZATION).unwrap_or_else(|_| directory.clone())
}

fn put(files: &mut Tree, top: &str, path: &RepoPath, text: String) {
    if let Ok(place) = RepoPath::new(top).and_then(|top| top.join(path.as_str())) {
        files.insert(place, text);
    }
}

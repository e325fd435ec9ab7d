//! Roots: the declarations that nothing else applies, and the clusters that they belong to.
//!
//! A repository rarely says what its clusters are. What can be told: bootstrapping writes a Kustomization that applies the very directory it stands in, one
//! for each cluster; and no cluster holds two units of one name. Must not know how a unit is rendered.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{
    UnitId,
    declared::{Candidate, Declaration},
    reach::Reach,
};
use crate::path::RepoPath;

/// The roots of one cluster, or one that belongs to none.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) directory: RepoPath,
    /// Whether it is a cluster, and not something that no cluster applies.
    pub(super) is_cluster: bool,
    /// Places in the list of candidates, sorted.
    pub(super) roots: Vec<usize>,
}

/// Finds the roots and sorts them into clusters, by directory.
pub(super) fn find(candidates: &[Candidate], reach: &Reach) -> Vec<Group> {
    let roots = basis(candidates, reach);
    let mut anchored: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    let mut others = Vec::new();
    for root in roots {
        match anchor(candidates, reach, root) {
            Some(directory) => anchored.entry(directory).or_default().push(root),
            None => others.push(root),
        }
    }
    let mut groups = Vec::new();
    let mut free = Vec::new();
    let is_flux = !anchored.is_empty();
    for root in others {
        let Some(candidate) = candidates.get(root) else { continue };
        let above = anchored.iter_mut().filter(|(directory, _)| candidate.path().is_under(directory));
        match above.max_by_key(|(directory, _)| directory.components().count()) {
            Some((_, group)) => group.push(root),
            // Where the clusters of Flux are known, a Kustomization outside of them is one that nobody applies.
            None if is_flux && candidate.flux().is_some() => {
                groups.push(Group { directory: home(candidates, reach, root), is_cluster: false, roots: vec![root] });
            }
            None => free.push(root),
        }
    }
    groups.extend(anchored.into_iter().map(|(directory, roots)| Group { directory, is_cluster: true, roots }));
    partition(candidates, reach, free, &mut groups);
    for group in &mut groups {
        group.roots.sort_unstable();
    }
    groups.sort_by(|a, b| (!a.is_cluster, &a.directory, &a.roots).cmp(&(!b.is_cluster, &b.directory, &b.roots)));
    groups
}

/// As few candidates as reach all others: those that nothing else brings in, and one for each circle.
fn basis(candidates: &[Candidate], reach: &Reach) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = vec![false; candidates.len()];
    for start in 0..candidates.len() {
        visit(reach, start, &mut seen, &mut order);
    }
    // Who is left last by such a walk cannot be reached from those left before, unless they are in one circle.
    let mut seen = vec![false; candidates.len()];
    let starts: Vec<usize> =
        order.into_iter().rev().filter(|&start| visit(reach, start, &mut seen, &mut Vec::new())).collect();
    let mut roots: Vec<usize> = starts.into_iter().map(|start| best_of_circle(candidates, reach, start)).collect();
    roots.sort_unstable();
    roots
}

/// Walks everything in reach that was not seen before, and notes each when all in its own reach was seen. Tells whether there was anything.
fn visit(reach: &Reach, start: usize, seen: &mut [bool], left: &mut Vec<usize>) -> bool {
    let mut enter = |index: usize| seen.get_mut(index).is_some_and(|seen| !std::mem::replace(seen, true));
    if !enter(start) {
        return false;
    }
    let mut path = vec![(start, reach.of(start).iter())];
    while let Some((at, rest)) = path.last_mut() {
        match rest.next() {
            Some(&next) if enter(next) => path.push((next, reach.of(next).iter())),
            Some(_) => {}
            None => {
                left.push(*at);
                path.pop();
            }
        }
    }
    true
}

/// The member of the circle through `start` that a cluster is most likely started with.
fn best_of_circle(candidates: &[Candidate], reach: &Reach, start: usize) -> usize {
    let mut seen = vec![false; candidates.len()];
    let mut reached = Vec::new();
    visit(reach, start, &mut seen, &mut reached);
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); candidates.len()];
    for &from in &reached {
        for &to in reach.of(from) {
            above.get_mut(to).into_iter().for_each(|above| above.push(from));
        }
    }
    let mut circle = BTreeSet::from([start]);
    let mut pending = vec![start];
    while let Some(index) = pending.pop() {
        pending.extend(above.get(index).into_iter().flatten().filter(|&&one| circle.insert(one)));
    }
    let preference = |index: &usize| {
        let makes_source = candidates.get(*index).and_then(Candidate::flux).is_some_and(|one| one.makes_source);
        (!makes_source, !reach.is_own(*index), *index)
    };
    circle.into_iter().min_by_key(preference).unwrap_or(start)
}

/// The directory of the cluster that a root stands for by itself.
fn anchor(candidates: &[Candidate], reach: &Reach, root: usize) -> Option<RepoPath> {
    let candidate = candidates.get(root)?;
    let starts_a_cluster = candidate.flux().is_some_and(|one| one.makes_source) || reach.is_own(root);
    reach.directories(root).first().filter(|_| starts_a_cluster).cloned()
}

/// Sorts roots that stand for no cluster by themselves: together as long as no unit would be in one cluster twice, else by directory.
fn partition(candidates: &[Candidate], reach: &Reach, roots: Vec<usize>, groups: &mut Vec<Group>) {
    let mut pending = vec![roots];
    while let Some(roots) = pending.pop() {
        let homes: Vec<RepoPath> = roots.iter().map(|&root| home(candidates, reach, root)).collect();
        let Some(directory) = homes.iter().cloned().reduce(|a, b| shared(&a, &b)) else { continue };
        let mut parts: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (&root, home) in roots.iter().zip(&homes) {
            let below = home.components().nth(directory.components().count());
            parts.entry(below).or_default().push(root);
        }
        // By convention each folder below this name is a cluster.
        let is_split = directory.file_name() == "clusters" || clash(candidates, reach, &roots);
        if parts.len() > 1 && is_split {
            pending.extend(parts.into_values());
        } else {
            groups.push(Group { directory, is_cluster: true, roots });
        }
    }
}

/// Where a root belongs: an app of apps to the directory it applies, anything else to the one it stands in.
fn home(candidates: &[Candidate], reach: &Reach, root: usize) -> RepoPath {
    let Some(candidate) = candidates.get(root) else { return RepoPath::root() };
    match (&candidate.declaration, reach.directories(root)) {
        (Declaration::Application(_), [only]) if !reach.of(root).is_empty() => only.clone(),
        _ => candidate.path().parent().unwrap_or_else(RepoPath::root),
    }
}

/// The longest directory above both.
fn shared(a: &RepoPath, b: &RepoPath) -> RepoPath {
    let mut directory = a.clone();
    while !b.is_under(&directory) {
        directory = directory.parent().unwrap_or_else(RepoPath::root);
    }
    directory
}

/// Whether two of the roots lead to units of one name.
fn clash(candidates: &[Candidate], reach: &Reach, roots: &[usize]) -> bool {
    let mut owners: BTreeMap<&UnitId, usize> = BTreeMap::new();
    roots.iter().any(|&root| {
        let mut seen = vec![false; candidates.len()];
        let mut reached = Vec::new();
        visit(reach, root, &mut seen, &mut reached);
        let mut ids = reached.iter().filter_map(|&index| candidates.get(index)).map(|candidate| &candidate.unit);
        ids.any(|id| *owners.entry(id).or_insert(root) != root)
    })
}

/// The names of clusters: the last name of the directory, the whole path where two would be called the same.
pub(super) fn names(directories: &[RepoPath]) -> Vec<SmolStr> {
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for directory in directories {
        *last.entry(directory.file_name()).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    let names = directories.iter().map(|directory| {
        let short = directory.file_name();
        let name = if short.is_empty() || last.get(short).is_some_and(|count| *count > 1) {
            SmolStr::from(directory.to_string())
        } else {
            SmolStr::from(short)
        };
        // Two groups of one directory: their roots declare units of the same names in the same place.
        let mut unique = name.clone();
        let mut number = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{name}#{number}").into();
            number += 1;
        }
        unique
    });
    names.collect()
}

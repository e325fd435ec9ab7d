//! Which clusters, units and objects of the one side are which of the other.
//!
//! Owns the order of the ways in which they are matched: the same name first, then what was written somewhere else, then what looks alike. Must not know what
//! changes in them.

mod objects;
mod similar;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{
    cluster::{Model, Unit, UnitId},
    manifest::{GroupKind, ObjectId},
    project::{Object, Project},
};

/// How two objects were found to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// They have one name, in one unit.
    Name,
    /// They have one name, but another unit applies the one than the other.
    Moved,
    /// They have one name, but for the hash of their content behind it.
    Hash,
    /// They have other names, but are much alike.
    Alike,
}

/// An object before and after the change; at least one of them is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paired<'p> {
    pub(super) before: Option<&'p Object>,
    pub(super) after: Option<&'p Object>,
    pub(super) how: How,
}

/// A cluster or unit before and after the change, as places in the lists of the models; at least one of them is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
}

/// What can be paired with each other: a cluster, or a unit that belongs to none.
#[derive(Debug)]
pub(super) struct Scope<'p> {
    /// The cluster; `None` for what belongs to none.
    pub(super) cluster: Option<Sides>,
    pub(super) units: Vec<Sides>,
    pub(super) objects: Vec<Paired<'p>>,
}

/// Everything of both sides, each thing once. Objects that are equal are left out.
pub(super) fn pair<'p>(base: &'p Project, head: &'p Project) -> Vec<Scope<'p>> {
    let (old, new) = (base.model(), head.model());
    let mut scopes = Vec::new();
    for cluster in clusters(old, new) {
        let of = |model: &Model, at: Option<usize>| -> Vec<usize> {
            at.and_then(|at| model.clusters.get(at)).map(|cluster| cluster.units.clone()).unwrap_or_default()
        };
        let units = units(base, head, &of(old, cluster.before), &of(new, cluster.after));
        let objects = objects::pair(base, head, &units);
        scopes.push(Scope { cluster: Some(cluster), units, objects });
    }
    let elsewhere = |model: &Model| -> Vec<usize> {
        model.units.iter().enumerate().filter(|(_, unit)| unit.cluster.is_none()).map(|(index, _)| index).collect()
    };
    for unit in units(base, head, &elsewhere(old), &elsewhere(new)) {
        let objects = objects::pair(base, head, &[unit]);
        scopes.push(Scope { cluster: None, units: vec![unit], objects });
    }
    scopes
}

/// The clusters of both sides, by directory, else by name.
fn clusters(old: &Model, new: &Model) -> Vec<Sides> {
    let mut rest: BTreeSet<usize> = (0..old.clusters.len()).collect();
    let mut found: Vec<Option<usize>> = Vec::new();
    for cluster in &new.clusters {
        let at = old.clusters.iter().position(|one| one.directory == cluster.directory);
        found.push(at.filter(|at| rest.remove(at)));
    }
    for (cluster, found) in new.clusters.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
        let at = old.clusters.iter().position(|one| one.name == cluster.name);
        *found = at.filter(|at| rest.remove(at));
    }
    let pairs = found.into_iter().enumerate().map(|(after, before)| Sides { before, after: Some(after) });
    pairs.chain(rest.into_iter().map(|before| Sides { before: Some(before), after: None })).collect()
}

/// The units of both sides, by name, else by what they apply.
fn units(base: &Project, head: &Project, old: &[usize], new: &[usize]) -> Vec<Sides> {
    let mut by_id: BTreeMap<&UnitId, Vec<(usize, &Unit)>> = BTreeMap::new();
    for (at, unit) in old.iter().filter_map(|&at| Some((at, base.units().get(at)?))) {
        by_id.entry(&unit.id).or_default().push((at, unit));
    }
    let mut rest: BTreeSet<usize> = old.iter().copied().collect();
    let mut pairs: Vec<Sides> = new.iter().map(|&after| Sides { before: None, after: Some(after) }).collect();
    // Units that belong to no cluster may be called the same: then it is the one that applies the same.
    for is_exact in [true, false] {
        for pair in pairs.iter_mut().filter(|pair| pair.before.is_none()) {
            let Some(unit) = pair.after.and_then(|after| head.units().get(after)) else { continue };
            let mut same = by_id.get(&unit.id).into_iter().flatten();
            let found = same.find(|(at, old)| rest.contains(at) && (!is_exact || old.directories == unit.directories));
            pair.before = found.map(|(at, _)| *at).filter(|at| rest.remove(at));
        }
    }
    let mut appliers: HashMap<_, Vec<usize>> = HashMap::new();
    for &at in &rest {
        for identity in identities(base, at) {
            appliers.entry(identity).or_default().push(at);
        }
    }
    for pair in pairs.iter_mut().filter(|pair| pair.before.is_none()) {
        let Some(after) = pair.after else { continue };
        let wanted = identities(head, after);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for at in wanted.iter().filter_map(|identity| appliers.get(identity)).flatten() {
            *shared.entry(*at).or_default() += 1;
        }
        let is_enough = |at: usize, count: usize| 2 * count >= wanted.len().max(identities(base, at).len());
        let left = shared.into_iter().filter(|(at, _)| rest.contains(at));
        let best = left.max_by_key(|(at, count)| (*count, std::cmp::Reverse(*at)));
        pair.before = best.filter(|(at, count)| is_enough(*at, *count)).map(|(at, _)| at).filter(|at| rest.remove(at));
    }
    pairs.extend(rest.into_iter().map(|before| Sides { before: Some(before), after: None }));
    pairs
}

fn identities(project: &Project, unit: usize) -> HashSet<(GroupKind, &ObjectId)> {
    of_unit(project, unit).iter().map(|object| (object.id.group_kind(), &object.id)).collect()
}

/// The objects of a unit.
pub(super) fn of_unit(project: &Project, unit: usize) -> &[Object] {
    let range = project.units().get(unit).map(|unit: &Unit| unit.objects.clone()).unwrap_or_default();
    project.objects().get(range).unwrap_or_default()
}

/// Whether two names mean one object of a cluster, whatever version of the API they are written for.
pub(super) fn is_same(one: &ObjectId, other: &ObjectId) -> bool {
    (&one.group, &one.kind, &one.namespace, &one.name) == (&other.group, &other.kind, &other.namespace, &other.name)
}

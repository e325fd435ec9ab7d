//! A part of a picture.
//!
//! Owns what stays when only some clusters, units, namespaces or kinds are asked for. Must not know where the wish comes from.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{Note, Picture, Target};
use crate::cluster::UnitId;

/// What is asked for; an empty list asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The names of clusters.
    pub clusters: Vec<SmolStr>,
    /// Units, as they are called in the picture, or only by their last name; with each comes everything that it applies.
    pub units: Vec<SmolStr>,
    /// The namespaces of objects.
    pub namespaces: Vec<SmolStr>,
    /// The kinds of objects, in any case.
    pub kinds: Vec<SmolStr>,
}

impl Selection {
    /// The wishes that nothing in the picture fulfils, each with its sort: `cluster`, `unit`, `namespace`, `kind`.
    pub fn unknown<'s>(&'s self, picture: &Picture) -> Vec<(&'static str, &'s str)> {
        let cluster = |name: &SmolStr| picture.clusters.iter().any(|one| one.name == *name);
        let unit = |name: &SmolStr| picture.units.iter().any(|one| is_called(&one.id, name));
        let namespace = |name: &SmolStr| picture.objects.iter().any(|one| one.id.namespace.as_ref() == Some(name));
        let kind = |name: &SmolStr| picture.objects.iter().any(|one| one.id.kind.eq_ignore_ascii_case(name));
        let mut unknown = Vec::new();
        unknown.extend(self.clusters.iter().filter(|name| !cluster(name)).map(|name| ("cluster", name.as_str())));
        unknown.extend(self.units.iter().filter(|name| !unit(name)).map(|name| ("unit", name.as_str())));
        unknown.extend(self.namespaces.iter().filter(|name| !namespace(name)).map(|name| ("namespace", name.as_str())));
        unknown.extend(self.kinds.iter().filter(|name| !kind(name)).map(|name| ("kind", name.as_str())));
        unknown
    }

    fn units(&self, picture: &Picture) -> Vec<bool> {
        let mut chosen: Vec<bool> = Vec::new();
        for unit in &picture.units {
            let cluster = unit.cluster.and_then(|cluster| picture.clusters.get(cluster)).map(|one| &one.name);
            let in_cluster = self.clusters.is_empty() || cluster.is_some_and(|name| self.clusters.contains(name));
            let is_named = self.units.is_empty() || self.units.iter().any(|name| is_called(&unit.id, name));
            let below = unit.parent.is_some_and(|parent| chosen.get(parent).copied().unwrap_or_default());
            chosen.push(in_cluster && (is_named || below));
        }
        chosen
    }
}

/// Whether a unit is meant by a name: `flux:flux-system/apps`, `flux-system/apps` or `apps`.
fn is_called(id: &UnitId, name: &str) -> bool {
    match id {
        UnitId::Flux(namespace, own) | UnitId::Argo(namespace, own) | UnitId::ResourceSet(namespace, own) => {
            own == name
                || name.strip_suffix(own.as_str()).is_some_and(|before| before.strip_suffix('/') == Some(namespace))
                || id.to_string() == name
        }
        UnitId::Directory(path) => path.as_str() == name.trim_end_matches('/'),
        UnitId::Files(_) => id.to_string() == name,
    }
}

impl Picture {
    /// The part that is asked for. Where namespaces or kinds are asked for, units without such an object stay out, unless they apply a unit with one.
    #[must_use]
    pub fn select(&self, selection: &Selection) -> Self {
        if *selection == Selection::default() {
            return self.clone();
        }
        let by_object = !selection.namespaces.is_empty() || !selection.kinds.is_empty();
        let chosen = selection.units(self);
        let everything = selection.clusters.is_empty() && selection.units.is_empty();
        let wanted = |object: &super::Object| {
            let in_unit = object.unit.map_or(everything, |unit| chosen.get(unit).copied().unwrap_or_default());
            let namespace = object.id.namespace.as_ref().is_some_and(|name| selection.namespaces.contains(name));
            let kind = selection.kinds.iter().any(|kind| object.id.kind.eq_ignore_ascii_case(kind));
            in_unit && (selection.namespaces.is_empty() || namespace) && (selection.kinds.is_empty() || kind)
        };
        let objects: Vec<bool> = self.objects.iter().map(wanted).collect();
        let mut units = chosen;
        if by_object {
            let holding: BTreeSet<usize> = self
                .objects
                .iter()
                .zip(&objects)
                .filter(|(_, stays)| **stays)
                .filter_map(|(one, _)| one.unit)
                .collect();
            for number in (0..units.len()).rev() {
                // Children come behind their parents, so theirs is known by now.
                let has_child =
                    (number + 1..units.len()).any(|child| self.units[child].parent == Some(number) && units[child]);
                units[number] = units[number] && (has_child || holding.contains(&number));
            }
        }
        self.keep(&units, &objects)
    }

    fn keep(&self, units: &[bool], objects: &[bool]) -> Self {
        let clusters: Vec<bool> = (0..self.clusters.len())
            .map(|cluster| self.units.iter().zip(units).any(|(unit, stays)| *stays && unit.cluster == Some(cluster)))
            .collect();
        let (unit, object, cluster) = (renumber(units), renumber(objects), renumber(&clusters));
        let stays =
            |note: &&Note| note.unit.is_none_or(|one| units[one]) && note.cluster.is_none_or(|one| clusters[one]);
        let mut kept = Self {
            clusters: of(&self.clusters, &clusters),
            units: of(&self.units, units),
            objects: of(&self.objects, objects),
            edges: self.edges.iter().filter(|edge| objects[edge.from]).cloned().collect(),
            cycles: self.cycles.iter().filter(|cycle| cycle.iter().all(|&one| units[one])).cloned().collect(),
            notes: self.notes.iter().filter(stays).cloned().collect(),
        };
        for one in &mut kept.units {
            one.cluster = one.cluster.and_then(|at| cluster[at]);
            one.parent = one.parent.and_then(|at| unit[at]);
            one.declared = one.declared.and_then(|at| object[at]);
            for target in &mut one.depends_on {
                moved(target, &unit, |at| self.units[at].id.clone());
            }
        }
        kept.objects.iter_mut().for_each(|one| one.unit = one.unit.and_then(|at| unit[at]));
        for edge in &mut kept.edges {
            edge.from = object[edge.from].unwrap_or_default();
            moved(&mut edge.to, &object, |at| self.objects[at].id.clone());
        }
        kept.cycles.iter_mut().flatten().for_each(|at| *at = unit[*at].unwrap_or_default());
        for note in &mut kept.notes {
            note.unit = note.unit.and_then(|at| unit[at]);
            note.cluster = note.cluster.and_then(|at| cluster[at]);
        }
        kept
    }
}

/// The new place of each thing that stays.
fn renumber(stays: &[bool]) -> Vec<Option<usize>> {
    let mut next = 0;
    let place = |stays: &bool| {
        stays.then(|| {
            next += 1;
            next - 1
        })
    };
    stays.iter().map(place).collect()
}

fn of<T: Clone>(all: &[T], stays: &[bool]) -> Vec<T> {
    all.iter().zip(stays).filter(|(_, stays)| **stays).map(|(one, _)| one.clone()).collect()
}

fn moved<T>(target: &mut Target<T>, places: &[Option<usize>], id: impl Fn(usize) -> T) {
    if let Target::Shown(at) = target {
        *target = places[*at].map_or_else(|| Target::LeftOut(id(*at)), Target::Shown);
    }
}

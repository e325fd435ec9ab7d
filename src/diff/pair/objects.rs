//! Which objects of the one side are which of the other.
//!
//! Must not know clusters.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::{How, Paired, Sides, of_unit, similar};
use crate::project::{Object, Project};

/// Group, kind, namespace and name.
type Key<'p> = (&'p SmolStr, &'p SmolStr, Option<&'p SmolStr>, &'p SmolStr);

fn key(object: &Object) -> Key<'_> {
    (&object.id.group, &object.id.kind, object.id.namespace.as_ref(), &object.id.name)
}

/// The name that a generated object would have without the hash of its content.
fn plain_key(object: &Object) -> Key<'_> {
    let name = object.name_before_hash.as_ref().unwrap_or(&object.id.name);
    (&object.id.group, &object.id.kind, object.id.namespace.as_ref(), name)
}

/// Pairs the objects of units that are in one cluster. Those that are equal, in one unit and under one name, are left out.
pub(super) fn pair<'p>(base: &'p Project, head: &'p Project, units: &[Sides]) -> Vec<Paired<'p>> {
    let mut pairing =
        Pairing { base, head, units: HashMap::new(), pairs: Vec::new(), old: Vec::new(), new: Vec::new() };
    for (number, unit) in units.iter().enumerate() {
        let old = unit.before.map(|at| of_unit(base, at)).unwrap_or_default();
        let new = unit.after.map(|at| of_unit(head, at)).unwrap_or_default();
        pairing.units.extend(unit.before.map(|at| ((false, at), number)));
        pairing.units.extend(unit.after.map(|at| ((true, at), number)));
        pairing.in_unit(old, new);
    }
    pairing.by(key, |_, _| true, How::Moved);
    pairing.by(plain_key, is_generated, How::Hash);
    let place = |is_after: bool, object: &Object| place(if is_after { head } else { base }, object);
    let alike = similar::pair(&mut pairing.old, &mut pairing.new, place);
    pairing.pairs.extend(alike.into_iter().map(|(before, after)| Paired {
        before: Some(before),
        after: Some(after),
        how: How::Alike,
    }));
    let Pairing { mut pairs, old, new, .. } = pairing;
    pairs.extend(old.into_iter().map(|one| Paired { before: Some(one), after: None, how: How::Name }));
    pairs.extend(new.into_iter().map(|one| Paired { before: None, after: Some(one), how: How::Name }));
    pairs
}

/// Whether at least one of them has a hash behind its name.
fn is_generated(old: &Object, new: &Object) -> bool {
    old.name_before_hash.is_some() || new.name_before_hash.is_some()
}

struct Pairing<'p> {
    base: &'p Project,
    head: &'p Project,
    /// By side and place in the model: which pair of units it is.
    units: HashMap<(bool, usize), usize>,
    pairs: Vec<Paired<'p>>,
    /// What is left of each side.
    old: Vec<&'p Object>,
    new: Vec<&'p Object>,
}

impl<'p> Pairing<'p> {
    /// What has one name in one unit.
    fn in_unit(&mut self, old: &'p [Object], new: &'p [Object]) {
        let mut by_key: HashMap<Key<'p>, Vec<&'p Object>> = HashMap::new();
        for object in old.iter().rev() {
            by_key.entry(key(object)).or_default().push(object);
        }
        for after in new {
            match by_key.get_mut(&key(after)).and_then(Vec::pop) {
                Some(before) if before.value == after.value && !has_release(after) => {}
                Some(before) => {
                    self.pairs.push(Paired { before: Some(before), after: Some(after), how: How::Name });
                }
                None => self.new.push(after),
            }
        }
        let is_left = |object: &&Object| {
            by_key.get(&key(object)).is_some_and(|left| left.iter().any(|one| std::ptr::eq(*one, *object)))
        };
        let left: Vec<&'p Object> = old.iter().filter(is_left).collect();
        self.old.extend(left);
    }

    /// What has one key in the whole cluster.
    fn by(&mut self, key: fn(&Object) -> Key<'_>, fits: fn(&Object, &Object) -> bool, how: How) {
        let old = std::mem::take(&mut self.old);
        let new = std::mem::take(&mut self.new);
        let mut taken = vec![false; old.len()];
        let mut by_key: HashMap<Key<'p>, Vec<usize>> = HashMap::new();
        for (index, object) in old.iter().enumerate() {
            by_key.entry(key(object)).or_default().push(index);
        }
        for after in new {
            let candidates = by_key.get(&key(after)).into_iter().flatten().copied();
            let usable = |index: &usize| {
                !taken.get(*index).copied().unwrap_or(true)
                    && old.get(*index).is_some_and(|before| fits(before, after) && self.is_one_place(before, after))
            };
            // In the same unit rather than in another.
            let found: Vec<usize> = candidates.filter(usable).collect();
            let near = |index: &usize| {
                old.get(*index).is_some_and(|before| self.unit(false, before) == self.unit(true, after))
            };
            match found.iter().copied().find(near).or(found.first().copied()) {
                Some(index) => {
                    if let Some(taken) = taken.get_mut(index) {
                        *taken = true;
                    }
                    self.pairs.push(Paired { before: old.get(index).copied(), after: Some(after), how });
                }
                None => self.new.push(after),
            }
        }
        self.old = old.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(object, _)| object).collect();
    }

    fn unit(&self, is_after: bool, object: &Object) -> Option<usize> {
        self.units.get(&(is_after, object.unit)).copied()
    }

    /// Whether both go to the same cluster.
    fn is_one_place(&self, before: &Object, after: &Object) -> bool {
        place(self.base, before) == place(self.head, after)
    }
}

/// The cluster that an object goes to, where that is another one than its controller's, as with Applications of one Argo CD.
fn place<'p>(project: &'p Project, object: &Object) -> (Option<&'p SmolStr>, Option<&'p SmolStr>) {
    let unit = project.units().get(object.unit);
    (unit.and_then(|unit| unit.destination.as_ref()), unit.and_then(|unit| unit.flux.as_ref()?.kube_config.as_ref()))
}

/// Whether more than the manifest decides what the object brings.
fn has_release(object: &Object) -> bool {
    matches!(object.id.kind.as_str(), "HelmRelease" | "Application")
}

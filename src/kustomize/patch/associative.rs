//! Lists that are merged element by element.
//!
//! kustomize merges such a list in two rounds: it merges the elements that agree in their keys and gathers the results in a second list, then it
//! enters one list into the other, replacing elements that agree. What happens to elements that lack a key, that repeat one, or that are deleted,
//! follows from these rounds and not from a rule, so they are done here in the same order, on elements that both lists share.

use std::{borrow::Cow, collections::HashSet};

use indexmap::IndexMap;
use smol_str::{SmolStr, format_smolstr};

use crate::{
    kustomize::merge_keys::Field,
    yaml::{Origin, Value},
};

use super::strategic::{
    DIRECTIVE, Direction, MergeError, MergeProblem, Outcome, Walker, is_empty, kind_of, remove_directive, text_of,
};

/// Merges the elements of the patch, if there is one, into those of the object.
pub(super) fn merge<'k>(
    walker: &mut Walker<'k>,
    target: Vec<Value>,
    patch: Option<Vec<&Value>>,
    field: Option<Field<'k>>,
) -> Result<Vec<Value>, MergeError> {
    // Only inference looks at the elements, and it needs them as slices.
    let patch_items: Vec<Value> =
        if field.is_none() { patch.iter().flatten().map(|&item| item.clone()).collect() } else { Vec::new() };
    let keys = walker.merge_keys([&target, &patch_items], field)?;
    let patch = patch.map_or(Patch::None, |items| Patch::Other(items.into_iter().map(Cow::Borrowed).collect()));
    Round::new(target, patch, keys, field).run(walker)
}

/// Merges a list of the patch with itself.
pub(super) fn settle<'k>(
    walker: &mut Walker<'k>,
    items: Vec<Value>,
    field: Option<Field<'k>>,
) -> Result<Vec<Value>, MergeError> {
    let keys = walker.merge_keys([&items, &[]], field)?;
    Round::new(items, Patch::Same, keys, field).run(walker)
}

/// The other side of a merge.
enum Patch<'p> {
    None,
    Same,
    Other(Vec<Cow<'p, Value>>),
}

/// The number of an element in [`Round::elements`].
type Element = usize;

/// What identifies an element: the text of each key, empty where it has none.
type Identity = Vec<SmolStr>;

/// The positions of elements by identity, in the order of their list.
type Index = IndexMap<Identity, usize>;

struct Round<'p, 'k> {
    /// The elements; lists refer to them by number, so that a change to one shows in all lists.
    elements: Vec<Value>,
    target: Vec<Element>,
    patch: Patch<'p>,
    keys: Vec<&'k str>,
    field: Option<Field<'k>>,
}

impl<'p, 'k> Round<'p, 'k> {
    fn new(target: Vec<Value>, patch: Patch<'p>, mut keys: Vec<&'k str>, field: Option<Field<'k>>) -> Self {
        if keys.is_empty() {
            // A list of scalars: the element is its own key.
            keys.push("");
        }
        Self { target: (0..target.len()).collect(), elements: target, patch, keys, field }
    }

    fn run(mut self, walker: &mut Walker<'k>) -> Result<Vec<Value>, MergeError> {
        if let Some((target, patch)) = self.indexes() {
            return self.run_regular(walker, &target, &patch);
        }
        let mut identities = self.identities(walker.options.direction);
        if self.keys.len() > 1 {
            complete(&mut identities);
        }
        if identities.is_empty() {
            let target = std::mem::take(&mut self.target);
            return Ok(self.take(target));
        }
        // Keys that no element has are left out, unless there are no others.
        let known: Vec<bool> =
            (0..self.keys.len()).map(|key| identities.iter().any(|id| !id[key].is_empty())).collect();
        let is_valid = |key: usize| known[key] || !known.contains(&true);
        let keys: Vec<&str> =
            self.keys.iter().enumerate().filter(|(key, _)| is_valid(*key)).map(|(_, name)| *name).collect();
        let mut gathered = Vec::new();
        for identity in identities {
            let identity: Identity =
                identity.into_iter().enumerate().filter(|(key, _)| is_valid(*key)).map(|(_, text)| text).collect();
            if let Some(element) = self.merge_element(walker, &keys, &identity)? {
                self.set(walker, &mut gathered, Some(element), &keys, &identity)?;
            }
        }
        let target = std::mem::take(&mut self.target);
        let (mut result, entered) = match walker.options.direction {
            Direction::Prepend => (gathered, target),
            Direction::Append => (target, gathered),
        };
        for element in entered {
            self.enter(walker, &mut result, element, &keys)?;
        }
        Ok(self.take(result))
    }

    /// Both lists by identity, if all their elements have all keys and no two in a list have the same. Nearly all lists are so.
    fn indexes(&self) -> Option<(Index, Index)> {
        let patch: &[Cow<'_, Value>] = if let Patch::Other(items) = &self.patch { items } else { &[] };
        let target = self.target.iter().map(|&element| &self.elements[element]);
        Some((index(target, &self.keys)?, index(patch.iter().map(AsRef::as_ref), &self.keys)?))
    }

    /// What the two rounds come to for regular lists, without searching.
    fn run_regular(mut self, walker: &mut Walker<'k>, target: &Index, patch: &Index) -> Result<Vec<Value>, MergeError> {
        let direction = walker.options.direction;
        let (first, second) = if direction == Direction::Prepend { (patch, target) } else { (target, patch) };
        let identities = first.keys().chain(second.keys().filter(|identity| !first.contains_key(*identity)));
        let mut gathered = Vec::new();
        for identity in identities {
            let pair = (target.get(identity).copied(), patch.get(identity).copied());
            if let Some(element) = self.merge_pair(walker, pair, identity)? {
                gathered.push((pair.0, element));
            }
        }
        if direction == Direction::Prepend && self.keys.len() > 1 {
            // With several keys an element that is entered leaves its place and goes to the end.
            gathered.sort_by_key(|(target, _)| *target);
        }
        let stays = |(target, element): (Option<Element>, Element)| match direction {
            Direction::Prepend => target.unwrap_or(element),
            Direction::Append => element,
        };
        let result = gathered.into_iter().map(stays).collect();
        Ok(self.take(result))
    }

    /// The identities of all elements in the order of the result, each once.
    fn identities(&self, direction: Direction) -> Vec<Identity> {
        let target = self.target.iter().map(|&element| &self.elements[element]);
        let patch: &[Cow<'_, Value>] = if let Patch::Other(items) = &self.patch { items } else { &[] };
        let patch = patch.iter().map(AsRef::as_ref);
        let all: Vec<&Value> = match direction {
            Direction::Prepend => patch.chain(target).collect(),
            Direction::Append => target.chain(patch).collect(),
        };
        let mut seen = HashSet::new();
        let identities = all.into_iter().map(|item| self.keys.iter().map(|key| key_text(item, key)).collect());
        identities.filter(|identity: &Identity| seen.insert(identity.clone())).collect()
    }

    /// Merges the elements of both sides that an identity names. `None` if nothing is left; then it is gone from the object's list as well.
    fn merge_element(
        &mut self,
        walker: &mut Walker<'k>,
        keys: &[&str],
        identity: &[SmolStr],
    ) -> Result<Option<Element>, MergeError> {
        let target = self.target.iter().copied().find(|&element| matches(&self.elements[element], keys, identity));
        let patch = match &self.patch {
            Patch::Other(items) => items.iter().position(|item| matches(item, keys, identity)),
            Patch::None | Patch::Same => None,
        };
        let Some(element) = self.merge_pair(walker, (target, patch), identity)? else {
            let mut target = std::mem::take(&mut self.target);
            self.set(walker, &mut target, None, keys, identity)?;
            self.target = target;
            return Ok(None);
        };
        let value = &mut self.elements[element];
        let origin = value.origin;
        if let Some(mapping) = value.as_mapping_mut() {
            for (key, text) in keys.iter().zip(identity).filter(|(_, text)| !text.is_empty()) {
                mapping.entry((*key).into()).or_insert_with(|| Value::plain(text.clone()).at(origin));
            }
        }
        Ok(Some(element))
    }

    /// Merges an element of the object with one of the patch, the latter given by its position. `None` if nothing is left.
    fn merge_pair(
        &mut self,
        walker: &mut Walker<'k>,
        (target, patch): (Option<Element>, Option<usize>),
        identity: &[SmolStr],
    ) -> Result<Option<Element>, MergeError> {
        let is_same = matches!(self.patch, Patch::Same);
        let patch = match &mut self.patch {
            Patch::Other(items) => patch.and_then(|position| items.get_mut(position)),
            Patch::None | Patch::Same => None,
        };
        let field = self.field.map(|field| Field { merge: None, schema: field.schema });
        let place = format_smolstr!("[{}]", identity.first().map_or("", SmolStr::as_str));
        let elements = &mut self.elements;
        let merged = walker.at(place, |walker| match (target, patch.as_deref().map(Cow::as_ref)) {
            (Some(element), _) if is_same => {
                let settled = walker.settle(elements[element].clone(), field)?;
                let stays = settled.is_some();
                match settled {
                    Some(value) => elements[element] = value,
                    // An element that is to go, but has not all keys, is not found in the list again and stays without its directive.
                    None => remove_directive(&mut elements[element]),
                }
                Ok(stays.then_some(element))
            }
            (Some(element), patch) => match walker.walk(&mut elements[element], patch, field)? {
                Outcome::Kept => Ok(Some(element)),
                Outcome::Replaced(value) => Ok(Some(push(elements, value))),
                Outcome::Removed => Ok(None),
            },
            (None, Some(patch)) => Ok(walker.add(patch, field)?.map(|value| push(elements, value))),
            (None, None) => Ok(None),
        })?;
        // A directive is carried out once, even if the same element serves two identities that have fallen together.
        if let Some(patch) = patch.filter(|patch| patch.get(DIRECTIVE).is_some()) {
            remove_directive(patch.to_mut());
        }
        Ok(merged.filter(|&element| !is_empty(&self.elements[element])))
    }

    /// Enters an element of one list into the other: it replaces those that agree with it, or goes to the end.
    fn enter(
        &self,
        walker: &Walker<'k>,
        list: &mut Vec<Element>,
        element: Element,
        keys: &[&str],
    ) -> Result<(), MergeError> {
        let value = &self.elements[element];
        if keys.first().is_none_or(|key| key.is_empty()) {
            return self.set(walker, list, Some(element), keys, &[text_of(value).into()]);
        }
        let mut identity = Identity::new();
        for key in keys {
            require_mapping(walker, value, key)?;
            match value.get(key) {
                Some(found) => identity.push(text_of(found).into()),
                // Without the key it goes to the end, and, as the identity stays incomplete, disturbs what is there already.
                None => list.push(element),
            }
        }
        if keys.len() > 1 {
            self.set(walker, list, None, keys, &identity)?;
        }
        self.set(walker, list, Some(element), keys, &identity)
    }

    /// Replaces all elements of the list that agree with the identity, or appends; without an element, removes. An empty text in the identity agrees
    /// with anything that has the key. Empty elements are dropped on the way.
    fn set(
        &self,
        walker: &Walker<'k>,
        list: &mut Vec<Element>,
        element: Option<Element>,
        keys: &[&str],
        identity: &[SmolStr],
    ) -> Result<(), MergeError> {
        let by_key =
            !keys.first().is_none_or(|key| key.is_empty()) && identity.first().is_some_and(|text| !text.is_empty());
        let mut kept = Vec::with_capacity(list.len() + 1);
        let mut found = false;
        for &candidate in list.iter() {
            let value = &self.elements[candidate];
            if is_empty(value) {
                continue;
            }
            if value.as_mapping().is_none() && by_key {
                kept.push(candidate);
                continue;
            }
            if !agrees(walker, value, keys, identity)? {
                if !identity.is_empty() {
                    kept.push(candidate);
                }
                continue;
            }
            found = true;
            kept.extend(element);
        }
        if !found && let Some(element) = element.filter(|&element| !self.elements[element].is_null()) {
            kept.push(element);
        }
        *list = kept;
        Ok(())
    }

    /// The elements of a list; one that stands in it twice is copied.
    fn take(mut self, list: Vec<Element>) -> Vec<Value> {
        let mut left = vec![0_u32; self.elements.len()];
        for &element in &list {
            left[element] += 1;
        }
        let mut take = |element: Element| {
            left[element] -= 1;
            let value = &mut self.elements[element];
            if left[element] == 0 { std::mem::replace(value, Value::null()) } else { value.clone() }
        };
        list.into_iter().map(&mut take).collect()
    }
}

fn not_mergeable(walker: &Walker<'_>, value: &Value, key: &str) -> MergeError {
    let problem = MergeProblem::NotMergeable { key: key.into(), found: kind_of(value) };
    walker.error(problem, value.origin, Origin::NONE)
}

fn require_mapping(walker: &Walker<'_>, value: &Value, key: &str) -> Result<(), MergeError> {
    if value.as_mapping().is_some() || value.is_null() {
        return Ok(());
    }
    Err(not_mergeable(walker, value, &format!("`{key}`")))
}

/// Whether an element has the texts of an identity; an empty text asks for nothing but the key.
fn agrees(walker: &Walker<'_>, value: &Value, keys: &[&str], identity: &[SmolStr]) -> Result<bool, MergeError> {
    if identity.is_empty() {
        return Ok(false);
    }
    for (key, text) in keys.iter().zip(identity) {
        let agrees = if key.is_empty() {
            if value.as_scalar().is_none() {
                return Err(not_mergeable(walker, value, "its values"));
            }
            text_of(value) == text
        } else {
            require_mapping(walker, value, key)?;
            value.get(key).is_some_and(|found| text.is_empty() || text_of(found) == text)
        };
        if !agrees {
            return Ok(false);
        }
    }
    Ok(true)
}

fn index<'v>(items: impl Iterator<Item = &'v Value>, keys: &[&str]) -> Option<Index> {
    let mut result = Index::new();
    for (position, item) in items.enumerate() {
        let is_fit = if keys == [""] { item.as_scalar().is_some() } else { item.as_mapping().is_some() };
        let identity: Identity = keys.iter().map(|key| key_text(item, key)).collect();
        if !is_fit || item.is_null() || identity.iter().any(SmolStr::is_empty) {
            return None;
        }
        if result.insert(identity, position).is_some() {
            return None;
        }
    }
    Some(result)
}

fn push(elements: &mut Vec<Value>, value: Value) -> Element {
    elements.push(value);
    elements.len() - 1
}

/// The text of an element's key. Without a key, of the element itself.
fn key_text(item: &Value, key: &str) -> SmolStr {
    let value = if key.is_empty() { Some(item) } else { item.get(key).filter(|value| !value.is_null()) };
    value.map_or(SmolStr::default(), |value| text_of(value).into())
}

/// Whether an element is the one that an identity names: its keys that are not empty count; if all are empty the element must have them, empty.
fn matches(item: &Value, keys: &[&str], identity: &[SmolStr]) -> bool {
    let any = identity.iter().any(|text| !text.is_empty());
    let mut pairs = keys.iter().zip(identity).filter(|(_, text)| !any || !text.is_empty());
    pairs.all(|(key, text)| {
        let value = if key.is_empty() { Some(item) } else { item.get(key) };
        value.is_some_and(|value| text_of(value) == text)
    })
}

/// Lets identities that differ only by an absent key be one: `8080` without a protocol and `8080/TCP` are the same port.
fn complete(identities: &mut [Identity]) {
    for first in 0..identities.len() {
        let own = identities[first].clone();
        for second in 0..identities.len() {
            if let Some(both) = union(&own, &identities[second]) {
                identities[first].clone_from(&both);
                identities[second] = both;
            }
        }
    }
}

/// The union of two identities that share a text and contradict each other nowhere.
fn union(first: &[SmolStr], second: &[SmolStr]) -> Option<Identity> {
    let shared = first.iter().zip(second).any(|(a, b)| a == b);
    let fits = first.iter().zip(second).all(|(a, b)| a == b || a.is_empty() || b.is_empty());
    let longer = |(a, b): (&SmolStr, &SmolStr)| if a.is_empty() { b.clone() } else { a.clone() };
    (shared && fits).then(|| first.iter().zip(second).map(longer).collect())
}

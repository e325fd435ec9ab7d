//! Objects with other names that are much alike: a rename.
//!
//! Must not know units.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::BuildHasher,
};

use foldhash::fast::FixedState;

use crate::{
    project::Object,
    yaml::{Content, Value},
};

/// Of all that two objects say, this part at least must be the same, in hundredths.
const ALIKE: usize = 60;

/// So many things at least must be the same: two short objects are easily alike by chance.
const FEWEST: usize = 3;

/// So many pairs of one kind are looked at; where more are possible, nobody could tell a rename from a coincidence.
const MOST_PAIRS: usize = 40_000;

/// The places of the objects of one kind in both lists.
type OfKind = (Vec<usize>, Vec<usize>);

/// Takes the objects that are alike out of both lists, the most similar first.
pub(super) fn pair<'p>(old: &mut Vec<&'p Object>, new: &mut Vec<&'p Object>) -> Vec<(&'p Object, &'p Object)> {
    let mut kinds: BTreeMap<(&str, &str), OfKind> = BTreeMap::new();
    for (index, object) in old.iter().enumerate() {
        kinds.entry((&object.id.group, &object.id.kind)).or_default().0.push(index);
    }
    for (index, object) in new.iter().enumerate() {
        kinds.entry((&object.id.group, &object.id.kind)).or_default().1.push(index);
    }
    let mut found = Vec::new();
    for (before, after) in kinds.values().filter(|(before, after)| before.len() * after.len() <= MOST_PAIRS) {
        let of = |list: &[&Object], at: usize| list.get(at).map(|object| said(&object.value)).unwrap_or_default();
        let before: Vec<_> = before.iter().map(|&at| (at, of(old, at))).collect();
        for &new_at in after {
            let said = of(new, new_at);
            for (old_at, other) in &before {
                let shared = said.intersection(other).count();
                let all = said.len() + other.len() - shared;
                if shared >= FEWEST && shared * 100 >= ALIKE * all {
                    found.push((shared * 10_000 / all.max(1), *old_at, new_at));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, before, after) in found {
        if !gone.contains(&before) && !come.contains(&after) {
            gone.insert(before);
            come.insert(after);
            pairs.extend(old.get(before).copied().zip(new.get(after).copied()));
        }
    }
    let keep = |list: &mut Vec<&'p Object>, out: &BTreeSet<usize>| {
        let mut index = 0;
        list.retain(|_| {
            index += 1;
            !out.contains(&(index - 1))
        });
    };
    keep(old, &gone);
    keep(new, &come);
    pairs
}

/// Everything that an object says besides its name: each scalar with the way to it.
fn said(value: &Value) -> BTreeSet<u64> {
    let mut said = BTreeSet::new();
    for (key, value) in value.as_mapping().into_iter().flatten() {
        match key.as_str() {
            "apiVersion" | "kind" => {}
            "metadata" => {
                for (key, value) in value.as_mapping().into_iter().flatten() {
                    if !matches!(key.as_str(), "name" | "namespace") {
                        walk(value, &format!("metadata.{key}"), &mut said);
                    }
                }
            }
            key => walk(value, key, &mut said),
        }
    }
    said
}

fn walk(value: &Value, way: &str, said: &mut BTreeSet<u64>) {
    match &value.content {
        Content::Scalar(scalar) => {
            said.insert(FixedState::default().hash_one((way, scalar.text.as_str())));
        }
        // The place in a list counts for nothing: an item put before the others changes none of them.
        Content::Sequence(items) => items.iter().for_each(|item| walk(item, &format!("{way}[]"), said)),
        Content::Mapping(mapping) => mapping.iter().for_each(|(key, value)| walk(value, &format!("{way}.{key}"), said)),
    }
}

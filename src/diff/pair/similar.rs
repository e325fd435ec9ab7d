//! Objects with other names that are much alike: a rename.
//!
//! Must not know units.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
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

/// What so many objects of one kind say tells them apart from the others.
const FEW: usize = 4;

/// So many pairs of one kind are all looked at; where more are possible, only those that share something telling.
const MOST_PAIRS: usize = 40_000;

/// What an object says, as hashes.
type Said = BTreeSet<u64>;

/// The places of the objects of one kind in both lists.
type OfKind = (Vec<usize>, Vec<usize>);

/// Takes the objects that are alike out of both lists, the most similar first. Only those of one kind and one `place` are compared, which is told of an object of the
/// second list with `true`.
pub(super) fn pair<'p, P: Ord>(
    old: &mut Vec<&'p Object>,
    new: &mut Vec<&'p Object>,
    place: impl Fn(bool, &Object) -> P,
) -> Vec<(&'p Object, &'p Object)> {
    let mut kinds: BTreeMap<(&str, &str, P), OfKind> = BTreeMap::new();
    for (index, object) in old.iter().enumerate() {
        kinds.entry((&object.id.group, &object.id.kind, place(false, object))).or_default().0.push(index);
    }
    for (index, object) in new.iter().enumerate() {
        kinds.entry((&object.id.group, &object.id.kind, place(true, object))).or_default().1.push(index);
    }
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for of_kind in kinds.into_values().filter(|(before, after)| !before.is_empty() && !after.is_empty()) {
        for (before, after) in alike(old, new, of_kind) {
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

/// Which objects of one kind are alike, as places in both lists: first those that say the same, then the others, the most similar first.
fn alike(old: &[&Object], new: &[&Object], (before, after): OfKind) -> Vec<(usize, usize)> {
    let of = |list: &[&Object], at: usize| list.get(at).map(|object| said(&object.value)).unwrap_or_default();
    let mut before: Vec<(usize, Said)> = before.into_iter().map(|at| (at, of(old, at))).collect();
    let mut after: Vec<(usize, Said)> = after.into_iter().map(|at| (at, of(new, at))).collect();
    let mut pairs = same(&mut before, &mut after);
    let near = Near::of(&before, before.len() * after.len() > MOST_PAIRS);
    let mut found = Vec::new();
    for (new_at, said) in &after {
        for (old_at, other) in near.candidates(said).filter_map(|at| before.get(at)) {
            let shared = said.intersection(other).count();
            let all = said.len() + other.len() - shared;
            if shared >= FEWEST && shared * 100 >= ALIKE * all {
                found.push((shared * 10_000 / all.max(1), *old_at, *new_at));
            }
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut gone, mut come) = (BTreeSet::new(), BTreeSet::new());
    for (_, before, after) in found {
        if !gone.contains(&before) && !come.contains(&after) {
            gone.insert(before);
            come.insert(after);
            pairs.push((before, after));
        }
    }
    pairs
}

/// With which objects another one is worth comparing.
enum Near {
    /// With all of them, so many.
    All(usize),
    /// There are too many: with those that say something that few others do.
    Telling(HashMap<u64, Vec<usize>>),
}

impl Near {
    fn of(objects: &[(usize, Said)], are_many: bool) -> Self {
        if !are_many {
            return Self::All(objects.len());
        }
        let mut telling: HashMap<u64, Vec<usize>> = HashMap::new();
        for (number, (_, said)) in objects.iter().enumerate() {
            for one in said {
                telling.entry(*one).or_default().push(number);
            }
        }
        telling.retain(|_, numbers| numbers.len() <= FEW);
        Self::Telling(telling)
    }

    /// The numbers of the objects that are worth a look, each once.
    fn candidates(&self, said: &Said) -> impl Iterator<Item = usize> {
        let numbers: BTreeSet<usize> = match self {
            Self::All(count) => (0..*count).collect(),
            Self::Telling(telling) => said.iter().filter_map(|one| telling.get(one)).flatten().copied().collect(),
        };
        numbers.into_iter()
    }
}

/// Takes those that say the same out of both lists, without comparing each with each.
fn same(before: &mut Vec<(usize, Said)>, after: &mut Vec<(usize, Said)>) -> Vec<(usize, usize)> {
    let mut by_said: HashMap<Said, VecDeque<usize>> = HashMap::new();
    for (at, said) in before.iter().filter(|(_, said)| said.len() >= FEWEST) {
        by_said.entry(said.clone()).or_default().push_back(*at);
    }
    let mut pairs = Vec::new();
    after.retain(|(new_at, said)| match by_said.get_mut(said).and_then(VecDeque::pop_front) {
        Some(old_at) => {
            pairs.push((old_at, *new_at));
            false
        }
        None => true,
    });
    let gone: BTreeSet<usize> = pairs.iter().map(|(at, _)| *at).collect();
    before.retain(|(at, _)| !gone.contains(at));
    pairs
}

/// Everything that an object says besides its name: each scalar with the way to it.
fn said(value: &Value) -> Said {
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

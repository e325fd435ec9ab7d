//! The order of what two sides have.
//!
//! Must not know what is ordered. Lists may be long: everything here takes time that grows with them, not with their square.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

/// The place of each item of a row; the first one, if it is there again.
pub(super) fn places<T: Eq + Hash>(row: &[T]) -> HashMap<&T, usize> {
    let mut places = HashMap::with_capacity(row.len());
    for (at, item) in row.iter().enumerate() {
        places.entry(item).or_insert(at);
    }
    places
}

/// The items of all rows, each once, in the order in which they are first met.
pub(super) fn each_once<T: Eq + Hash>(rows: &[Vec<T>; 3]) -> Vec<&T> {
    let mut seen = HashSet::new();
    rows.iter().flatten().filter(|item| seen.insert(*item)).collect()
}

/// What has become of items of a base, ours and theirs, in the order that [`weave`] gives them.
pub(super) fn in_order<T: Eq + Hash, P>(rows: &[Vec<T>; 3], pieces: Vec<(&T, P)>) -> Vec<P> {
    let survivors: HashSet<&T> = pieces.iter().map(|(item, _)| *item).collect();
    let order = weave(&rows[0], &rows[1], &rows[2], &|item| survivors.contains(item));
    let places = places(&order);
    let mut pieces = pieces;
    pieces.sort_by_key(|(item, _)| places.get(item).copied());
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// The order of the survivors: our order with what only they have behind what it follows on their side; or, where only they changed the order, the other way round.
pub(super) fn weave<'t, T: Eq + Hash>(
    base: &'t [T],
    ours: &'t [T],
    theirs: &'t [T],
    survives: &dyn Fn(&T) -> bool,
) -> Vec<&'t T> {
    let kept = |row: &'t [T]| row.iter().filter(|item| survives(item)).collect::<Vec<&T>>();
    let (ours, theirs) = (kept(ours), kept(theirs));
    let sets = [base.iter().collect::<HashSet<&T>>(), ours.iter().copied().collect(), theirs.iter().copied().collect()];
    let shared = |row: &[&'t T]| {
        row.iter().copied().filter(|item| sets.iter().all(|set| set.contains(item))).collect::<Vec<&T>>()
    };
    let in_base = shared(&base.iter().collect::<Vec<_>>());
    let takes_theirs = shared(&ours) == in_base && shared(&theirs) != in_base;
    let (order, other) = if takes_theirs { (theirs, ours) } else { (ours, theirs) };
    let present: HashSet<&T> = order.iter().copied().collect();
    // What is new follows the item before it on its side, or stands first.
    let mut first = Vec::new();
    let mut behind: HashMap<&T, Vec<&'t T>> = HashMap::new();
    let mut last = None;
    for item in other {
        if present.contains(item) {
            last = Some(item);
        } else {
            last.map_or(&mut first, |last| behind.entry(last).or_default()).push(item);
        }
    }
    let mut woven = first;
    for item in order {
        woven.push(item);
        woven.extend(behind.remove(item).unwrap_or_default());
    }
    woven
}

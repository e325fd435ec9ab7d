//! Objects in which just the same changes, from the same lines: a component that many take in, a label on everything.
//!
//! One of them is shown as a whole, the others are only named. Must not know any particular format.

use std::collections::BTreeMap;

use crate::diff::{ClusterChange, ObjectChange, Status, UnitChange};

/// So many objects must change alike before only one of them is shown: two are read faster than a hint from one to the other.
const FEWEST: usize = 3;

/// The objects of one cluster that change alike.
pub(super) struct Alike<'d>(BTreeMap<String, Vec<(&'d UnitChange, &'d ObjectChange)>>);

impl<'d> Alike<'d> {
    /// Looks through a cluster. Which of several is shown depends on their order alone.
    pub(super) fn of(cluster: &'d ClusterChange) -> Self {
        let mut all: BTreeMap<String, Vec<(&UnitChange, &ObjectChange)>> = BTreeMap::new();
        for (unit, object) in
            cluster.units.iter().flat_map(|unit| unit.objects.iter().map(move |object| (unit, object)))
        {
            if let Some(change) = key(object) {
                all.entry(change).or_default().push((unit, object));
            }
        }
        all.retain(|_, alike| alike.len() >= FEWEST);
        Self(all)
    }

    /// What is said in the place of a change: which object changes alike, and is shown. `None` for one that is shown itself.
    pub(super) fn like(&self, object: &ObjectChange) -> Option<String> {
        let (unit, shown) = *self.0.get(&key(object)?)?.first()?;
        if std::ptr::eq(shown, object) {
            return None;
        }
        // Several units may hold objects of one name.
        let is_namesake = shown.id == object.id;
        Some(if is_namesake { format!("like that of {}", unit.id) } else { format!("like {}", shown.id) })
    }

    /// What to say beside an object that stands for others.
    pub(super) fn note(&self, object: &ObjectChange) -> Option<String> {
        let alike = self.0.get(&key(object)?)?;
        let first = alike.first().is_some_and(|(_, first)| std::ptr::eq(*first, object));
        first.then(|| format!("{} others change alike", alike.len() - 1))
    }
}

/// All that is said about a change but the name of the object. What comes, goes, moves or gets another name is always shown.
fn key(object: &ObjectChange) -> Option<String> {
    let stays = object.status == Status::Changed && object.was.is_none() && object.moved_from.is_none();
    if !stays || object.fields.is_empty() {
        return None;
    }
    serde_json::to_string(&(&object.fields, object.folded, object.only_values)).ok()
}

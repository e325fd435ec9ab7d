//! Objects in which just the same changes, from the same lines: a component that many take in, a label on everything.
//!
//! One of them is shown as a whole, the others are only named. Must not know any particular format.

use std::collections::HashMap;

use crate::diff::{ClusterChange, ObjectChange, Status, UnitChange};

/// So many objects must change alike before only one of them is shown: two are read faster than a hint from one to the other.
const FEWEST: usize = 3;

/// Objects that change alike.
struct Group<'d> {
    /// The first one, which is shown, and its unit.
    shown: (&'d UnitChange, &'d ObjectChange),
    count: usize,
}

/// The objects of one cluster that change alike.
pub(super) struct Alike<'d> {
    groups: Vec<Group<'d>>,
    /// By object: its group.
    of: HashMap<*const ObjectChange, usize>,
}

impl<'d> Alike<'d> {
    /// Looks through a cluster. Which of several is shown depends on their order alone.
    pub(super) fn of(cluster: &'d ClusterChange) -> Self {
        let mut alike = Self { groups: Vec::new(), of: HashMap::new() };
        let mut known: HashMap<String, usize> = HashMap::new();
        for unit in &cluster.units {
            for object in &unit.objects {
                let Some(change) = key(object) else { continue };
                let at = *known.entry(change).or_insert(alike.groups.len());
                match alike.groups.get_mut(at) {
                    Some(group) => group.count += 1,
                    None => alike.groups.push(Group { shown: (unit, object), count: 1 }),
                }
                alike.of.insert(object, at);
            }
        }
        alike
    }

    /// What is said in the place of a change: which object changes alike, and is shown. `None` for one that is shown itself.
    pub(super) fn like(&self, object: &ObjectChange) -> Option<String> {
        let (unit, shown) = self.group(object)?.shown;
        if std::ptr::eq(shown, object) {
            return None;
        }
        // Several units may hold objects of one name.
        let is_namesake = shown.id == object.id;
        Some(if is_namesake { format!("like that of {}", unit.id) } else { format!("like {}", shown.id) })
    }

    /// What to say beside an object that stands for others.
    pub(super) fn note(&self, object: &ObjectChange) -> Option<String> {
        let group = self.group(object).filter(|group| std::ptr::eq(group.shown.1, object))?;
        Some(format!("{} others change alike", group.count - 1))
    }

    fn group(&self, object: &ObjectChange) -> Option<&Group<'d>> {
        let at = *self.of.get(&std::ptr::from_ref(object))?;
        self.groups.get(at).filter(|group| group.count >= FEWEST)
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

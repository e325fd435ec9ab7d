//! `pruned`: objects would be deleted from the cluster.

use std::collections::BTreeMap;

use super::{
    super::Level,
    Check, Hazard,
    fate::{self, Fate},
    network_policy_removed::is_restriction,
    scope::Whole,
    seen::{Found, Seen},
    stateful_deletion::is_stateful,
};
use crate::{flux::helm_release::is_helm_release, project::Object};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "pruned",
    summary: "objects leave the repository, and their controller deletes them",
    why: "The controller deletes at its next run what the repository has no more.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    for (unit, objects) in gone(whole, Fate::Deleted) {
        let Some(old) = whole.comparison.old_unit(Some(unit)) else { continue };
        // Some kinds have a danger of their own, and so has everything that a unit applied.
        let objects: Vec<&Object> = objects.into_iter().filter(|object| !has_own_danger(whole, object)).collect();
        let names = named(&objects);
        match whole.new_of(unit) {
            _ if objects.is_empty() => {}
            Some(new) => {
                found.unit(Level::Info, new, true, format!("{} would be deleted: {names}", counted(objects.len())));
            }
            None => {
                let message = format!("{} is gone, and {} with it: {names}", old.id, counted(objects.len()));
                found.unit(Level::Warning, old, false, message);
            }
        }
    }
}

/// Whether another danger says what happens to an object.
fn has_own_danger(whole: &Whole<'_, '_>, object: &Object) -> bool {
    is_stateful(&object.id)
        || is_restriction(&object.id)
        || is_helm_release(&object.id)
        || whole
            .units()
            .any(|(old, new)| new.is_none() && old.is_some_and(|old| old.declared.as_ref() == Some(&object.id)))
}

/// The objects that are gone and have this fate, by the unit that applied them.
pub(super) fn gone<'p>(whole: &Whole<'_, 'p>, wanted: Fate) -> BTreeMap<usize, Vec<&'p Object>> {
    let mut gone: BTreeMap<usize, Vec<&Object>> = BTreeMap::new();
    for pair in &whole.scope.objects {
        let seen = Seen { whole, before: pair.before, after: pair.after, how: pair.how };
        // Old generated ConfigMaps and Secrets make room for new ones all the time.
        let is_generated = |object: &&Object| object.name_before_hash.is_some() && pair.after.is_some();
        if let Some(object) = seen.gone().filter(|object| !is_generated(object) && fate::of(&seen, object) == wanted) {
            gone.entry(object.unit).or_default().push(object);
        }
    }
    for objects in gone.values_mut() {
        objects
            .sort_by(|a, b| (&a.id.kind, &a.id.namespace, &a.id.name).cmp(&(&b.id.kind, &b.id.namespace, &b.id.name)));
    }
    gone
}

/// So many objects are named.
const NAMED: usize = 5;

/// The first objects by name, and how many more there are.
pub(super) fn named(objects: &[&Object]) -> String {
    let names: Vec<String> = objects.iter().take(NAMED).map(|object| object.id.to_string()).collect();
    let more = objects.len().saturating_sub(NAMED);
    if more == 0 { names.join(", ") } else { format!("{} and {more} more", names.join(", ")) }
}

pub(super) fn counted(objects: usize) -> String {
    if objects == 1 { "1 object".to_owned() } else { format!("{objects} objects") }
}

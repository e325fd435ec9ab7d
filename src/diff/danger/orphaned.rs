//! `orphaned`: objects stay in the cluster, and nobody looks after them any more.

use super::{
    super::Level,
    Check, Hazard,
    fate::Fate,
    pruned::{counted, gone, named},
    scope::Whole,
    seen::Found,
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "orphaned",
    summary: "objects leave the repository, but stay in the cluster",
    why: "Pruning is off for them, so they go on running as they are until somebody deletes them by hand.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    for (unit, objects) in gone(whole, Fate::Left) {
        let Some(old) = whole.comparison.old_unit(Some(unit)) else { continue };
        let count = counted(objects.len());
        let verb = if objects.len() == 1 { "stays" } else { "stay" };
        let message = format!("{count} {verb} in the cluster: {}", named(&objects));
        match whole.new_of(unit) {
            Some(new) => found.unit(Level::Warning, new, true, message),
            None => found.unit(Level::Warning, old, false, message),
        }
    }
}

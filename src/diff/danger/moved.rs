//! `moved`: an object goes from one unit to another.

use super::{
    super::{Level, pair::How},
    Check, Hazard,
    fate::{self, Fate},
    seen::{Found, Seen},
    stateful_deletion::is_stateful,
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "moved",
    summary: "an object goes from one unit to another, while the first still prunes",
    why: "If the old unit runs first, it deletes the object before the new one makes it again.",
    check: Check::Object(check),
};

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some((before, after)) = seen.kept().filter(|_| seen.how == How::Moved) else { return };
    let units = [seen.old_unit(), seen.whole.comparison.new_unit(Some(after.unit))];
    let [Some(old), Some(new)] = units else { return };
    if old.id == new.id || fate::of(seen, before) != Fate::Deleted {
        return;
    }
    let level = if is_stateful(&after.id) { Level::Error } else { Level::Warning };
    found.after(level, after, after.origin(), format!("{} moves from {} to {}", after.id, old.id, new.id));
}

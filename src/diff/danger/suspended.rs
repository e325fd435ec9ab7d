//! `suspended`: a change that nobody applies yet.

use super::{super::Level, Check, Hazard, scope::Whole, seen::Found};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "suspended",
    summary: "something changes in a unit that is suspended, or that follows from one that is",
    why: "Nothing of it happens now; all of it happens at once when somebody resumes the unit.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    for sides in &whole.scope.units {
        let Some(unit) = whole.comparison.new_unit(sides.after) else { continue };
        if !whole.comparison.is_suspended(unit, true) {
            continue;
        }
        let changes = whole.scope.objects.iter().any(|pair| match (pair.before, pair.after) {
            (before, Some(after)) => {
                Some(after.unit) == sides.after && before.is_none_or(|before| before.value != after.value)
            }
            (before, None) => before.is_some_and(|object| Some(object.unit) == sides.before),
        });
        if changes {
            let message = if unit.suspended {
                format!("{} is suspended, so its changes wait", unit.id)
            } else {
                format!("{} follows from a unit that is suspended, so its changes may wait", unit.id)
            };
            found.unit(Level::Warning, unit, true, message);
        }
    }
}

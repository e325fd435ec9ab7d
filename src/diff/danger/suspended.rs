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
        let changes = whole.scope.objects.iter().any(|pair| {
            let differs = pair.before.zip(pair.after).is_none_or(|(before, after)| before.value != after.value);
            differs && pair.after.is_some_and(|object| Some(object.unit) == sides.after)
                || pair.after.is_none() && pair.before.is_some_and(|object| Some(object.unit) == sides.before)
        });
        if changes && whole.comparison.is_suspended(unit, true) {
            let message = if unit.suspended {
                format!("{} is suspended, so its changes wait", unit.id)
            } else {
                format!("{} follows from a unit that is suspended, so its changes may wait", unit.id)
            };
            found.unit(Level::Warning, unit, true, message);
        }
    }
}

//! `build-broken`: a unit could be applied before and cannot any more.

use super::{super::Level, Check, Hazard, scope::Whole, seen::Found};
use crate::{cluster::Unit, diagnostic::Severity};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "build-broken",
    summary: "a unit could be rendered before the change and cannot after it",
    why: "Its controller fails and applies nothing of it, this change or any later one.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    let errors = |unit: &Unit| -> Vec<String> {
        let problems = unit.problems.iter().filter(|problem| problem.severity == Severity::Error);
        problems.map(|problem| problem.message.clone()).collect()
    };
    for (old, new) in whole.units() {
        let Some(new) = new else { continue };
        let known = old.map(errors).unwrap_or_default();
        for message in errors(new).into_iter().filter(|message| !known.contains(message)) {
            found.unit(Level::Error, new, true, format!("{} cannot be applied: {message}", new.id));
        }
    }
}

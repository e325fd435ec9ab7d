//! `build-broken`: a unit could be applied before and cannot any more.

use super::{super::Level, Check, Hazard, scope::Whole, seen::Found};
use crate::{
    cluster::Unit,
    diagnostic::{Diagnostic, Severity},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "build-broken",
    summary: "a unit could be rendered before the change and cannot after it",
    why: "Its controller fails and applies nothing of it, this change or any later one.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    for (old, new) in whole.units() {
        let Some(new) = new else { continue };
        let known = old.map(errors).unwrap_or_default();
        for problem in errors(new).into_iter().filter(|problem| !known.iter().any(|one| one.message == problem.message))
        {
            let message = format!("{} cannot be applied: {}", new.id, problem.message);
            found.unit_at(Level::Error, new, &problem.primary, message);
        }
    }
}

fn errors(unit: &Unit) -> Vec<&Diagnostic> {
    unit.problems.iter().filter(|problem| problem.severity == Severity::Error).collect()
}

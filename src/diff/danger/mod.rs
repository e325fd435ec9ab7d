//! What somebody should look at before a change is applied.
//!
//! Owns the list of dangers, one file each: what is looked for, how bad it is, and one sentence of why. A danger names objects, fields and keys, never values that
//! may be secrets. Must not know how dangers are shown.

mod build_broken;
mod depends_on_broken;
mod fate;
mod immutable_field;
mod major_version;
mod moved;
mod network_policy_removed;
mod orphaned;
mod privileged;
mod pruned;
mod rbac_widened;
mod release_identity;
mod replicas_to_zero;
mod scope;
mod secret_key_changed;
mod secret_key_lost;
mod seen;
mod stateful_deletion;
mod suspended;
mod variable_lost;

use super::{Comparison, Danger, pair};

use scope::Whole;
use seen::{Found, Seen};

/// One kind of danger.
pub struct Hazard {
    /// Its name: `stateful-deletion`.
    pub id: &'static str,
    /// What is looked for, half a sentence.
    pub summary: &'static str,
    /// Why it matters, one sentence.
    pub why: &'static str,
    check: Check,
}

/// What a danger looks at.
enum Check {
    /// An object that changes.
    Object(fn(&Seen<'_, '_>, &mut Found<'_>)),
    /// Everything in one cluster.
    Whole(fn(&Whole<'_, '_>, &mut Found<'_>)),
}

/// All dangers, by name.
pub static HAZARDS: &[&Hazard] = &[
    &build_broken::HAZARD,
    &depends_on_broken::HAZARD,
    &immutable_field::HAZARD,
    &major_version::HAZARD,
    &moved::HAZARD,
    &network_policy_removed::HAZARD,
    &orphaned::HAZARD,
    &privileged::HAZARD,
    &pruned::HAZARD,
    &rbac_widened::HAZARD,
    &release_identity::HAZARD,
    &replicas_to_zero::HAZARD,
    &secret_key_changed::HAZARD,
    &secret_key_lost::HAZARD,
    &stateful_deletion::HAZARD,
    &suspended::HAZARD,
    &variable_lost::HAZARD,
];

/// All dangers of a change, the worst first.
pub(super) fn find<'p>(comparison: &Comparison<'p>, scopes: &[pair::Scope<'p>]) -> Vec<Danger> {
    let mut dangers = Vec::new();
    for scope in scopes {
        let whole = Whole { comparison, scope };
        for hazard in HAZARDS {
            let mut found = Found::new(hazard, &whole, &mut dangers);
            match hazard.check {
                Check::Object(check) => {
                    for pair in &scope.objects {
                        check(
                            &Seen { whole: &whole, before: pair.before, after: pair.after, how: pair.how },
                            &mut found,
                        );
                    }
                }
                Check::Whole(check) => check(&whole, &mut found),
            }
        }
    }
    dangers.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.cmp(b)));
    dangers.dedup();
    dangers
}

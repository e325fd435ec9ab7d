//! Comments: merged by lines, apart from the values they speak of, and never lost when they are ours.
//!
//! Must not know values.

use super::unit::{Unit, laid_out};
use crate::text::{Change, three_way};

/// Our comments in some units that neither the base has nor they have: those that must survive whatever becomes of the units.
pub(super) fn our_own(ours: &Unit<'_>, base: Option<&Unit<'_>>, theirs: Option<&Unit<'_>>) -> Vec<String> {
    let mut own = ours.comments();
    for other in [base, theirs].into_iter().flatten() {
        for comment in other.comments() {
            if let Some(at) = own.iter().position(|own| *own == comment) {
                own.remove(at);
            }
        }
    }
    own.into_iter().map(str::to_owned).collect()
}

/// Lines merged; where both changed them, ours.
pub(super) fn lines(base: &[String], ours: &[String], theirs: &[String]) -> Vec<String> {
    let mut merged = Vec::new();
    for hunk in three_way(base, ours, theirs) {
        match hunk.change {
            Change::Theirs => merged.extend_from_slice(&theirs[hunk.theirs]),
            _ => merged.extend_from_slice(&ours[hunk.ours]),
        }
    }
    merged
}

/// The lines above a unit that all sides have, at our column.
pub(super) fn lead(base: Option<&Unit<'_>>, ours: &Unit<'_>, theirs: &Unit<'_>) -> String {
    let was = base.map(Unit::plain_lead).unwrap_or_default();
    let (mine, wanted) = (ours.plain_lead(), theirs.plain_lead());
    if was == wanted || mine == wanted || base.is_none() {
        return ours.source().get(ours.lead.clone()).unwrap_or_default().to_owned();
    }
    laid_out(&lines(&was, &mine, &wanted), ours.column)
}

/// The comment at the end of a text that begins behind a value or a key's colon, up to the line break.
pub(super) fn trailing(rest: &str) -> &str {
    let line = rest.split('\n').next().unwrap_or_default().trim();
    if line.starts_with('#') { line } else { "" }
}

/// Chooses between three states of one comment.
pub(super) fn choose<'c>(base: Option<&str>, ours: &'c str, theirs: &'c str) -> &'c str {
    if base == Some(ours) || base.is_none() && ours.is_empty() { theirs } else { ours }
}

//! The three-way comparison of rows of anything, and the merge of texts by lines that follows from it.
//!
//! Must not know what the rows are: lines of a file, items of a list, comments.

use std::{hash::Hash, ops::Range};

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Who changed a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nobody.
    None,
    /// Our side alone.
    Ours,
    /// Their side alone.
    Theirs,
    /// Both, in the same way.
    Alike,
    /// Both, in different ways.
    Conflict,
}

/// A stretch of the three rows that belongs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Who changed it.
    pub change: Change,
    /// Where it is in the base.
    pub base: Range<usize>,
    /// Where it is on our side.
    pub ours: Range<usize>,
    /// Where it is on their side.
    pub theirs: Range<usize>,
}

/// Compares two rows with the one they come from; the hunks cover all three rows, in order.
pub fn three_way<T: Eq + Hash + Ord>(base: &[T], ours: &[T], theirs: &[T]) -> Vec<Hunk> {
    let (in_ours, in_theirs) = (partners(base, ours), partners(base, theirs));
    let both = |at: usize| Some((in_ours.get(at).copied().flatten()?, in_theirs.get(at).copied().flatten()?));
    let mut hunks = Vec::new();
    let (mut b, mut o, mut t) = (0, 0, 0);
    while b < base.len() || o < ours.len() || t < theirs.len() {
        let stable = (0..base.len() - b).take_while(|&step| both(b + step) == Some((o + step, t + step))).count();
        if stable > 0 {
            let hunk = Hunk { change: Change::None, base: b..b + stable, ours: o..o + stable, theirs: t..t + stable };
            (b, o, t) = (hunk.base.end, hunk.ours.end, hunk.theirs.end);
            hunks.push(hunk);
            continue;
        }
        let next = (b..base.len()).find_map(|at| both(at).map(|(ours, theirs)| (at, ours, theirs)));
        let (end_b, end_o, end_t) = next.unwrap_or((base.len(), ours.len(), theirs.len()));
        let change = match (&base[b..end_b], &ours[o..end_o], &theirs[t..end_t]) {
            (base, ours, _) if base == ours => Change::Theirs,
            (base, _, theirs) if base == theirs => Change::Ours,
            (_, ours, theirs) if ours == theirs => Change::Alike,
            _ => Change::Conflict,
        };
        hunks.push(Hunk { change, base: b..end_b, ours: o..end_o, theirs: t..end_t });
        (b, o, t) = (end_b, end_o, end_t);
    }
    hunks
}

/// For each element of the base the place of its equal in the other row.
fn partners<T: Eq + Hash + Ord>(base: &[T], other: &[T]) -> Vec<Option<usize>> {
    let mut partners = vec![None; base.len()];
    for op in capture_diff_slices(Algorithm::Myers, base, other) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for step in 0..len {
                partners[old_index + step] = Some(new_index + step);
            }
        }
    }
    partners
}

/// A text merged by lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedLines {
    /// The text; where both sides changed the same lines, what was chosen for them.
    pub text: String,
    /// The lines of base, ours and theirs where both sides changed them differently.
    pub conflicts: Vec<[String; 3]>,
}

/// Merges texts by lines. `choose` gives the text for lines that both sides changed differently, from those of base, ours and theirs.
pub fn merge_lines(base: &str, ours: &str, theirs: &str, choose: &dyn Fn(&str, &str, &str) -> String) -> MergedLines {
    let [base, ours, theirs] = [base, ours, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut merged = MergedLines { text: String::new(), conflicts: Vec::new() };
    for hunk in three_way(&base, &ours, &theirs) {
        let sides = [base[hunk.base].concat(), ours[hunk.ours].concat(), theirs[hunk.theirs].concat()];
        match hunk.change {
            Change::None | Change::Ours | Change::Alike => merged.text.push_str(&sides[1]),
            Change::Theirs => merged.text.push_str(&sides[2]),
            Change::Conflict => {
                merged.text.push_str(&choose(&sides[0], &sides[1], &sides[2]));
                merged.conflicts.push(sides);
            }
        }
    }
    merged
}

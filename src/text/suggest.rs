//! Finds the name that was probably meant.
//!
//! Must not know where the names come from.

/// Returns the candidate nearest to `wanted` by edit distance (insert, delete, replace, swap of neighbours; case counts half), or `None` when none
/// is near enough to be worth a "did you mean". Ties go to the candidate that sorts first, so the answer does not depend on their order.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Doubled costs, so that a difference of case can cost half an edit without floating point.
    let length = wanted.chars().count();
    let limit = 2 * (length / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != wanted)
        // Each letter more or less is an edit: most candidates are too far off by their length alone.
        .filter(|candidate| 2 * candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (distance(wanted, candidate), candidate))
        .filter(|(cost, _)| *cost <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Twice the edit distance between two words.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(256).collect();
    let right: Vec<char> = right.chars().take(256).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).map(|column| 2 * column).collect();
    for (row, &a) in left.iter().enumerate() {
        let mut current = vec![2 * (row + 1)];
        for (column, &b) in right.iter().enumerate() {
            let replace = previous[column] + replacement_cost(a, b);
            let mut best = replace.min(previous[column + 1] + 2).min(current[column] + 2);
            if row > 0 && column > 0 && a == right[column - 1] && left[row - 1] == b {
                best = best.min(before[column - 1] + 2);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

fn replacement_cost(a: char, b: char) -> usize {
    match (a == b, a.eq_ignore_ascii_case(&b)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    }
}

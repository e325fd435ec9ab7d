//! Texts of several lines, compared line by line.
//!
//! Must not know what the lines say.

use similar::{ChangeTag, TextDiff};

use super::model::{Line, Sign};

/// The lines that change from one text to another, with so many around them; gaps between.
pub(super) fn compare(before: &str, after: &str, context: usize) -> Vec<Line> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    let mut next = 0;
    for group in diff.grouped_ops(context) {
        let begins = group.first().map_or(0, |op| op.old_range().start);
        if begins > next {
            lines.push(Line { sign: Sign::Gap, text: String::new() });
        }
        next = group.last().map_or(next, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => Sign::Same,
                ChangeTag::Delete => Sign::Removed,
                ChangeTag::Insert => Sign::Added,
            };
            lines.push(Line { sign, text: change.value().trim_end_matches(['\n', '\r']).to_owned() });
        }
    }
    if next < before.lines().count() && !lines.is_empty() {
        lines.push(Line { sign: Sign::Gap, text: String::new() });
    }
    lines
}

/// A document of JSON, set on several lines; `None` if the text is something else, or short.
pub(super) fn spread(text: &str) -> Option<String> {
    const LONG: usize = 60;
    let trimmed = text.trim();
    if trimmed.len() < LONG || trimmed.contains('\n') || !trimmed.starts_with(['{', '[']) {
        return None;
    }
    let json: serde_json::Value = serde_json::from_str(trimmed).ok()?;
    Some(format!("{json:#}\n"))
}

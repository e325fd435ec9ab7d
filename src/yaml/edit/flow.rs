//! Children of flow collections come and go with their commas, on one line or over several.
//!
//! Must not know what the children hold.

use super::{
    layout::{Child, Layout, children, column_of, line_end, line_start, past_break, past_trivia, starts_line},
    splice::Splice,
};
use crate::yaml::node::Node;

/// Adds a child before the one at `index`.
pub(super) fn insert(parent: Node<'_>, layout: &Layout, index: usize, child: &str) -> Vec<Splice> {
    let text = parent.stream().text().as_str();
    let present = children(parent);
    let Some(&last) = present.last() else {
        // Empty, but not bare: a comment stands inside.
        return vec![Splice::insert(parent.start() + 1, child)];
    };
    if let Some(next) = present.get(index) {
        let separator =
            if starts_line(text, next.start) { layout.line(column_of(text, next.start)) } else { " ".into() };
        return vec![Splice::insert(next.start, format!("{child},{separator}"))];
    }
    let comma = comma_after(text, last);
    if !starts_line(text, last.start) {
        return vec![Splice::insert(last.end, format!(", {child}"))];
    }
    let line = layout.line(column_of(text, last.start));
    let behind = line_end(text, comma.map_or(last.end, |comma| comma + 1));
    // The closing bracket may stand on the line of the last child.
    let closes_here = behind >= parent.end();
    match comma {
        Some(comma) if closes_here => vec![Splice::insert(comma + 1, format!("{line}{child}"))],
        None if closes_here => vec![Splice::insert(last.end, format!(",{line}{child}"))],
        Some(_) => vec![Splice::insert(behind, format!("{line}{child},"))],
        None => vec![Splice::insert(last.end, ","), Splice::insert(behind, format!("{line}{child}"))],
    }
}

/// Removes the child at `index`.
pub(super) fn remove(parent: Node<'_>, index: usize) -> Vec<Splice> {
    let text = parent.stream().text().as_str();
    let present = children(parent);
    let Some(&child) = present.get(index) else { return Vec::new() };
    let comma = comma_after(text, child);
    let end = comma.map_or(child.end, |comma| comma + 1);
    let braced = text[parent.start()..].starts_with(['{', '[']);
    if !braced {
        return vec![Splice::new(parent.start(), parent.end(), "{}")];
    }
    let line = line_end(text, end);
    let rest = text.get(end..line).unwrap_or_default().trim_start();
    let before = index.checked_sub(1).and_then(|before| present.get(before)).copied();
    let is_last = index + 1 == present.len();
    let mut splices = Vec::new();
    if starts_line(text, child.start) && (rest.is_empty() || rest.starts_with('#')) {
        splices.push(Splice::new(line_start(text, child.start), past_break(text, line), ""));
    } else if let (true, Some(before)) = (is_last, before) {
        // With the comma before it, but not with comments that may stand between.
        let from = comma_after(text, before).map_or(before.end, |comma| comma + 1);
        let blank = text.get(from..child.start).is_some_and(|between| between.trim().is_empty());
        splices.push(Splice::new(
            if blank { from } else { child.start },
            if comma.is_some() { end } else { child.end },
            "",
        ));
    } else {
        let after = text.get(end..).unwrap_or_default();
        let blanks = if comma.is_some() { after.len() - after.trim_start_matches(' ').len() } else { 0 };
        splices.push(Splice::new(child.start, end + blanks, ""));
    }
    if let (true, None, Some(comma)) = (is_last, comma, before.and_then(|before| comma_after(text, before))) {
        splices.push(Splice::new(comma, comma + 1, ""));
    }
    splices
}

/// The offset of the comma that follows a child.
fn comma_after(text: &str, child: Child) -> Option<usize> {
    let next = past_trivia(text, child.end);
    text.get(next..).filter(|rest| rest.starts_with(',')).map(|_| next)
}

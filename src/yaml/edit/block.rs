//! Children of block collections come and go as whole lines.
//!
//! Must not know what the children hold.

use super::{
    layout::{self, Layout, children, column_of, head_start, line_start, past_break, starts_line, tail_end},
    splice::Splice,
};
use crate::yaml::node::Node;

/// The column of a block collection.
pub(super) fn column(collection: Node<'_>) -> usize {
    column_of(collection.stream().text().as_str(), collection.start())
}

/// Adds a child, whose text starts at the collection's column, before the one at `index`.
pub(super) fn insert(parent: Node<'_>, layout: &Layout, index: usize, child: &str) -> Vec<Splice> {
    let stream = parent.stream();
    let text = stream.text().as_str();
    let column = column(parent);
    let present = children(parent);
    if let Some(before) = index.checked_sub(1).and_then(|before| present.get(before)) {
        // At the end of a line, not at the start of the next: the file may end here.
        return vec![Splice::insert(tail_end(stream, *before, column), format!("{}{child}", layout.line(column)))];
    }
    let Some(&first) = present.first() else { return Vec::new() };
    let head = head_start(stream, first, column, parent.parent().is_none());
    if starts_line(text, first.start) && head < line_start(text, first.start) {
        return vec![Splice::insert(head, format!("{}{child}{}", " ".repeat(column), layout.line_break))];
    }
    vec![Splice::insert(first.start, format!("{child}{}", layout.line(column)))]
}

/// Removes the child at `index`; the last one leaves an empty collection. The careful layout takes the blank lines below along, which a text that keeps its
/// final line breaks would otherwise take for its own.
pub(super) fn remove(parent: Node<'_>, layout: &Layout, index: usize) -> Vec<Splice> {
    let stream = parent.stream();
    let text = stream.text().as_str();
    let column = column(parent);
    let present = children(parent);
    let Some(&child) = present.get(index) else { return Vec::new() };
    let end = tail_end(stream, child, column);
    let end = if layout.careful { past_blank_lines(text, end) } else { end };
    let is_root = parent.parent().is_none();
    let own_line = starts_line(text, child.start);
    let start = if own_line { head_start(stream, child, column, is_root && index == 0) } else { child.start };
    let empty = if parent.is_mapping() { "{}" } else { "[]" };
    match (present.len(), own_line, layout::slot(parent)) {
        (1, true, Some(slot)) => {
            let slot = if parent.outer_span() == parent.span() { slot } else { properties_end(parent) };
            vec![Splice::insert(slot, format!(" {empty}")), Splice::new(start, past_break(text, end), "")]
        }
        (1, ..) => vec![Splice::new(if own_line { line_start(text, child.start) } else { start }, end, empty)],
        (_, true, _) => vec![Splice::new(start, past_break(text, end), "")],
        (_, false, _) => {
            // `- a: 1` loses `a`: what follows moves up behind the dash.
            let rest = text.get(end..).unwrap_or_default();
            vec![Splice::new(start, end + rest.len() - rest.trim_start().len(), "")]
        }
    }
}

/// The end of the last of the blank lines below a line's end.
fn past_blank_lines(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let blank = &rest[..rest.len() - rest.trim_start().len()];
    end + blank.rfind('\n').map_or(0, |last| blank[..last].trim_end_matches('\r').len())
}

/// The end of a collection's anchor and tag.
pub(super) fn properties_end(node: Node<'_>) -> usize {
    let text = node.stream().text().as_str();
    let mut end = node.outer_span().start as usize;
    loop {
        let next = layout::past_trivia(text, end);
        if next >= node.start() || !text[next..].starts_with(['&', '!']) {
            return end;
        }
        let rest = &text[next..];
        end = next + rest.find([' ', '\t', '\r', '\n']).unwrap_or(rest.len());
    }
}

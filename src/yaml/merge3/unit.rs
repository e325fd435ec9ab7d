//! One side of a merge: a collection cut into units, each with the lines and comments that belong to it.
//!
//! A unit is an entry of a mapping or an item of a list: from its key or dash to the end of its last line, comments further right below it among them. Its *lead* are the
//! blank lines and comments above it. What a collection has below its last unit is its *tail*. So every byte of a document belongs to exactly one place. Must
//! not know how units are merged.

use std::ops::Range;

use crate::yaml::{
    edit::layout::{children, column_of, line_end, line_start, past_break, starts_line, tail_end},
    node::Node,
};

/// An entry or item.
#[derive(Clone, Debug)]
pub(super) struct Unit<'s> {
    /// The key of an entry.
    pub key: Option<Node<'s>>,
    /// The value of the entry, or the item.
    pub value: Node<'s>,
    /// The whole lines above that belong to the unit.
    pub lead: Range<usize>,
    /// Its first byte.
    pub start: usize,
    /// The end of its last line, without the line break; between brackets, the end of its value.
    pub end: usize,
    /// The column it stands on.
    pub column: usize,
}

impl<'s> Unit<'s> {
    /// The document as a unit of its own: the root with everything below its first line.
    pub fn of_root(root: Node<'s>) -> Self {
        let text = source(root);
        let start = root.outer_span().start as usize;
        let last_comment = root.stream().comments().last().map_or(0, |comment| comment.end as usize);
        let end = line_end(text, root.span().end as usize).max(last_comment).max(start);
        let start = if starts_line(text, start) && !root.is_flow() { line_start(text, start) } else { start };
        Self { key: None, value: root, lead: start..start, start, end, column: 0 }
    }

    /// The whole text of the side.
    pub fn source(&self) -> &'s str {
        source(self.value)
    }

    /// The unit as it is written, without its lead.
    pub fn text(&self) -> &'s str {
        self.source().get(self.start..self.end).unwrap_or_default()
    }

    /// The unit as it would be written at the first column.
    pub fn plain(&self) -> String {
        shifted(self.text(), self.column, 0)
    }

    /// The lines above, as they would be written at the first column.
    pub fn plain_lead(&self) -> Vec<String> {
        plain_lines(self.source().get(self.lead.clone()).unwrap_or_default(), self.column)
    }

    /// What stands before the value: the dash, or the key with its colon.
    pub fn head(&self) -> &'s str {
        self.source().get(self.start..self.value_range().start).unwrap_or_default()
    }

    /// The bytes of the value with anchor and tag.
    pub fn value_range(&self) -> Range<usize> {
        let span = self.value.outer_span();
        let start = (span.start as usize).max(self.start);
        start..(span.end as usize).max(start)
    }

    /// The value as it is written, its further lines as they would be below a holder at the first column.
    pub fn plain_value(&self) -> String {
        shifted(self.source().get(self.value_range()).unwrap_or_default(), self.column, 0)
    }

    /// What follows the value: a comment on its line, and lines of comments below.
    pub fn rest(&self) -> &'s str {
        self.source().get(self.value_range().end..self.end).unwrap_or_default()
    }

    /// The comments of the lead and of the unit.
    pub fn comments(&self) -> Vec<&'s str> {
        comments_in(self.value, self.lead.start.min(self.start)..self.end)
    }
}

/// A collection cut into units.
#[derive(Clone, Debug)]
pub(super) struct Collection<'s> {
    /// Its units in order.
    pub units: Vec<Unit<'s>>,
    /// The column of a block collection.
    pub column: usize,
    /// Where the first line of a block collection starts, or where the first unit does if it shares its line with a dash; the opening bracket otherwise.
    pub start: usize,
    /// Whether the first unit starts its own line.
    pub own_lines: bool,
    /// The end of the last unit.
    pub units_end: usize,
    /// The lines of comments below the last unit, as they would be written at the first column.
    pub tail: Vec<String>,
}

impl<'s> Collection<'s> {
    /// Cuts up a collection that is the value of a unit.
    pub fn of(unit: &Unit<'s>) -> Self {
        let node = unit.value;
        let text = source(node);
        let column = if node.is_flow() { 0 } else { column_of(text, node.span().start as usize) };
        let values: Vec<(Option<Node<'s>>, Node<'s>)> = if node.is_mapping() {
            node.entries().map(|entry| (Some(entry.key), entry.value)).collect()
        } else {
            node.items().map(|item| (None, item)).collect()
        };
        let is_root = node.parent().is_none();
        let mut units: Vec<Unit<'s>> = Vec::new();
        for (child, (key, value)) in children(node).into_iter().zip(values) {
            let end = if node.is_flow() { child.end } else { tail_end(node.stream(), child, column).min(unit.end) };
            let above = units.last().map_or(0, |unit| past_break(text, unit.end));
            let lead = if node.is_flow() || is_root && units.is_empty() || !starts_line(text, child.start) {
                child.start..child.start
            } else {
                lead(text, above, child.start)
            };
            units.push(Unit { key, value, lead, start: child.start, end, column });
        }
        let first = units.first().map_or(unit.start, |first| first.start);
        let own_lines = !node.is_flow() && starts_line(text, first);
        let start = match units.first() {
            _ if node.is_flow() => node.span().start as usize,
            Some(first) if own_lines => {
                line_start(text, first.start).min(if is_root { first.start } else { first.lead.start })
            }
            _ => first,
        };
        let units_end = units.last().map_or(node.span().end as usize, |last| last.end);
        let below = past_break(text, units_end)..unit.end;
        let tail = if node.is_flow() { Vec::new() } else { plain_lines(text.get(below).unwrap_or_default(), column) };
        Self { units, column, start, own_lines, units_end, tail }
    }
}

/// The whole text around a node.
pub(super) fn source(node: Node<'_>) -> &str {
    node.stream().text().as_str()
}

/// The comments in a range of the text.
pub(super) fn comments_in(node: Node<'_>, range: Range<usize>) -> Vec<&str> {
    let stream = node.stream();
    let inside =
        |comment: &&crate::text::Span| range.start <= comment.start as usize && comment.end as usize <= range.end;
    stream.comments().iter().filter(inside).map(|comment| stream.text().slice(*comment).trim_end()).collect()
}

/// The blank lines and comments directly above the line of an offset, down from `above`.
fn lead(text: &str, above: usize, offset: usize) -> Range<usize> {
    let end = line_start(text, offset);
    let mut start = end;
    while start > above {
        let before = line_start(text, start - 1);
        let line = text.get(before..start).unwrap_or_default().trim();
        if before < above || !(line.is_empty() || line.starts_with('#')) {
            break;
        }
        start = before;
    }
    start..end
}

/// Lines moved from a column to the first one; a line further left is moved as far as it goes.
fn plain_lines(text: &str, column: usize) -> Vec<String> {
    text.lines().map(|line| line[blanks(line).min(column)..].trim_end().to_owned()).collect()
}

/// The text of a unit moved from one column to another; the first line stands in its place already.
pub(super) fn shifted(text: &str, from: usize, to: usize) -> String {
    if from == to {
        return text.to_owned();
    }
    let mut lines = text.split('\n');
    let mut moved = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        moved.push('\n');
        if to > from && !line.is_empty() {
            moved.push_str(&" ".repeat(to - from));
        }
        moved.push_str(&line[blanks(line).min(from.saturating_sub(to))..]);
    }
    moved
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Lines at a column, each with its line break.
pub(super) fn laid_out(lines: &[String], column: usize) -> String {
    let indent = " ".repeat(column);
    lines.iter().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") }).collect()
}

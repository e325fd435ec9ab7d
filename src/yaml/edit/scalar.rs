//! Scalars: in which style a new text is written, and what becomes of literal and folded blocks.
//!
//! Must not know collections, save their columns.

use super::{
    block,
    layout::{Layout, line_end},
    splice::Splice,
};
use crate::yaml::{
    node::{Kind, Node, Stream},
    print::readable,
    scalar::{Style, Type, resolve},
    value::{Content, Scalar, Value},
};

/// The text of a value that begins on an existing line.
pub(super) struct Inline {
    /// What stands on that line.
    pub head: String,
    /// The lines below, from a line break to the end of the last line; empty save for block scalars.
    pub tail: String,
}

impl Inline {
    /// Writes a value in the place of `node`, in its style where that is possible.
    pub fn of(value: &Value, node: Node<'_>, layout: &Layout, in_flow: bool) -> Self {
        let style = if node.is_alias() { Style::Plain } else { node.style().unwrap_or(Style::Plain) };
        let one_line = |text| Self { head: text, tail: String::new() };
        let Content::Scalar(scalar) = &value.content else { return one_line(readable::flow(value)) };
        let block = (!in_flow).then(|| block_text(scalar, style, node, layout)).flatten();
        block.map_or_else(
            || one_line(layout.scalar(scalar, if is_block(style) { Style::Plain } else { style }, in_flow)),
            |(head, tail)| Self { head, tail },
        )
    }
}

fn is_block(style: Style) -> bool {
    matches!(style, Style::Literal | Style::Folded)
}

/// Header and content, if the text is to be a block: because it was one, or because it has several lines and no quotes were there to keep.
fn block_text(scalar: &Scalar, style: Style, node: Node<'_>, layout: &Layout) -> Option<(String, String)> {
    let wanted = is_block(style) || style == Style::Plain && scalar.text.contains('\n') && node.parent().is_some();
    if !wanted || layout.careful || scalar.kind != Type::String {
        return None;
    }
    let parent = node.parent().map_or(0, block::column);
    let column = content_column(node, parent).unwrap_or(parent + layout.indent);
    let folded = (style == Style::Folded).then(|| layout.block_scalar(&scalar.text, '>', parent, column)).flatten();
    folded.or_else(|| layout.block_scalar(&scalar.text, '|', parent, column))
}

/// The column of the content of an existing block scalar.
fn content_column(node: Node<'_>, parent: usize) -> Option<usize> {
    if node.is_alias() || node.kind() != Kind::Scalar || !node.style().is_some_and(is_block) {
        return None;
    }
    let mut lines = node.source().split('\n');
    let header = indicators(lines.next()?);
    let explicit = header.chars().find_map(|c| c.to_digit(10)).map(|digit| parent + digit as usize);
    let first = lines.find(|line| !line.trim().is_empty());
    explicit.or_else(|| first.map(|line| line.len() - line.trim_start_matches(' ').len()))
}

/// The header of a block scalar without its comment.
fn indicators(source: &str) -> &str {
    source.split([' ', '\t', '\r', '\n']).next().unwrap_or_default()
}

/// The first line of a node: a block scalar's header, or the whole of anything else.
pub(super) fn head_end(node: Node<'_>) -> usize {
    let block = !node.is_alias() && node.style().is_some_and(is_block);
    if block { node.start() + indicators(node.source()).len() } else { node.end() }
}

/// What stands before a scalar's new text: its anchor, and its tag if the new value agrees with it.
pub(super) fn properties(node: Node<'_>, value: &Value) -> String {
    let written = node.stream().text().slice(crate::text::Span::new(node.outer_span().start as usize, node.start()));
    let style = node.style().unwrap_or(Style::Plain);
    let agrees = |scalar: &Scalar| resolve(&scalar.text, style, node.tag()) == scalar.kind;
    let keeps_tag = node.tag().is_some() && !node.is_alias() && value.as_scalar().is_some_and(agrees);
    match node.anchor() {
        _ if keeps_tag => format!("{} ", written.trim_end()),
        Some(anchor) => format!("&{anchor} "),
        None => String::new(),
    }
}

/// Renames a key.
pub(super) fn rename(key: Node<'_>, layout: &Layout, name: &str) -> Vec<Splice> {
    let in_flow = key.parent().is_some_and(Node::is_flow);
    let style = key.style().unwrap_or(Style::Plain);
    vec![Splice::new(key.start(), key.end(), layout.key(name, style, in_flow))]
}

/// Keeps the text of a block scalar at the unbroken end of the file when something is put behind it: its last line then gets a line break, which must not
/// become part of the text.
pub(super) fn close_last_block(stream: &Stream, splices: &mut Vec<Splice>) {
    let text = stream.text().as_str();
    let appends = |splice: &Splice| splice.span.is_empty() && splice.span.start as usize == text.len();
    if text.ends_with('\n') || !splices.iter().any(appends) {
        return;
    }
    let Some(last) = stream.nodes().last().filter(|node| !node.is_alias() && node.end() == text.len()) else { return };
    let header = indicators(last.source());
    if !last.style().is_some_and(is_block) || header.contains(['-', '+']) {
        return;
    }
    let behind = last.start() + 1;
    let header_end = line_end(text, last.start());
    if !splices.iter().any(|splice| (behind - 1..header_end).contains(&(splice.span.start as usize))) {
        splices.push(Splice::insert(behind, "-"));
    }
}

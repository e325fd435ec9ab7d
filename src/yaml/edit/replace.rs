//! Replaces a node by any value.
//!
//! A value that fills one line takes the place of the old one on its line; a filled collection becomes a block below its key or behind its dash, save inside
//! of flow collections and where a filled flow collection stood before. Comments behind the key stay; comments inside of a replaced block go with it.

use super::{
    block::{self, column, properties_end},
    is_filled,
    layout::{Layout, children, line_end, line_start, slot, starts_line, tail_end},
    scalar::{Inline, head_end, properties},
    splice::Splice,
};
use crate::yaml::{
    node::{Kind, Node, Stream},
    value::{Content, Value},
};

/// Writes the first document of a stream that has none.
pub(super) fn begin(stream: &Stream, layout: &Layout, value: &Value) -> Vec<Splice> {
    let text = stream.text().as_str();
    let broken = text.is_empty() || text.ends_with(['\n', '\u{feff}']);
    let before = if broken { "" } else { layout.line_break };
    vec![Splice::insert(text.len(), format!("{before}{}{}", layout.block(value, 0), layout.line_break))]
}

/// Whether a node is an empty flow collection without so much as a comment inside, in block context.
pub(super) fn is_bare(node: Node<'_>) -> bool {
    let inside = node.source().trim_matches(['{', '}', '[', ']']);
    node.is_flow() && !in_flow(node) && inside.trim().is_empty() && node.entries().len() + node.items().len() == 0
}

fn in_flow(node: Node<'_>) -> bool {
    std::iter::successors(node.parent(), |node| node.parent()).any(Node::is_flow)
}

fn is_block_collection(node: Node<'_>) -> bool {
    !node.is_alias() && !node.is_flow() && node.kind() != Kind::Scalar
}

/// The splices that give `node` another value.
pub(super) fn plan(node: Node<'_>, layout: &Layout, value: &Value) -> Vec<Splice> {
    let keeps_flow = in_flow(node) || node.is_flow() && !is_bare(node);
    match (is_block_collection(node), is_filled(value) && !keeps_flow) {
        (true, true) => block_by_block(node, layout, value),
        (true, false) => block_by_inline(node, layout, value),
        (false, true) => inline_by_block(node, layout, value),
        (false, false) => inline_by_inline(node, layout, value),
    }
}

/// The end of the lines of a block collection.
fn block_end(node: Node<'_>) -> usize {
    children(node).last().map_or(node.end(), |&last| tail_end(node.stream(), last, column(node)))
}

fn block_by_block(node: Node<'_>, layout: &Layout, value: &Value) -> Vec<Splice> {
    let text = node.stream().text().as_str();
    let holder = node.parent().filter(|parent| parent.is_mapping()).map(column);
    let is_list = matches!(value.content, Content::Sequence(_));
    let old = column(node);
    let new = match holder {
        // A list may stand on the column of its key, a mapping may not.
        Some(holder) if !is_list && old <= holder => holder + layout.indent,
        _ => old,
    };
    let written = layout.block(value, new);
    let end = block_end(node);
    if starts_line(text, node.start()) {
        return vec![Splice::new(line_start(text, node.start()), end, format!("{}{written}", " ".repeat(new)))];
    }
    vec![Splice::new(node.start(), end, written)]
}

fn block_by_inline(node: Node<'_>, layout: &Layout, value: &Value) -> Vec<Splice> {
    let text = node.stream().text().as_str();
    let end = block_end(node);
    let Inline { head, mut tail } = Inline::of(value, node, layout, false);
    finish_lines(text, end, &head, &mut tail, layout);
    match slot(node).filter(|_| starts_line(text, node.start())) {
        Some(slot) => {
            let behind = if node.outer_span() == node.span() { slot } else { properties_end(node) };
            let anchor = node.anchor().map(|anchor| format!("&{anchor} ")).unwrap_or_default();
            let lines = line_end(text, behind);
            vec![Splice::new(slot, behind, format!(" {anchor}{head}")), Splice::new(lines, end, tail)]
        }
        None => vec![Splice::new(node.start(), end, head + &tail)],
    }
}

fn inline_by_inline(node: Node<'_>, layout: &Layout, value: &Value) -> Vec<Splice> {
    let text = node.stream().text().as_str();
    let in_flow = in_flow(node);
    let Inline { head, mut tail } = Inline::of(value, node, layout, in_flow);
    let outer = node.outer_span().start as usize;
    let head_end = head_end(node);
    let head = format!("{}{}{head}", gap(node), properties(node, value));
    // The lines of an old block scalar go; those of a new one come in at the same place.
    let lines = line_end(text, head_end);
    let end = node.end().max(lines);
    finish_lines(text, end, &head, &mut tail, layout);
    let mut splices = vec![Splice::new(outer, head_end, head)];
    if node.end() > head_end {
        splices.push(Splice::new(lines, end, tail));
    } else if !tail.is_empty() {
        splices.push(Splice::insert(lines, tail));
    }
    splices
}

/// What must stand between the holder's indicator and a value where nothing stood.
fn gap(node: Node<'_>) -> &'static str {
    if !node.is_absent() || node.outer_span() != node.span() {
        return "";
    }
    let before = node.stream().text().as_str().get(..node.start()).unwrap_or_default();
    let is_value = node.parent().is_some_and(Node::is_mapping);
    match before.chars().next_back() {
        Some(':' | '-') => " ",
        // `{a}`: the key stands without a colon.
        Some(c) if is_value && !c.is_whitespace() => ": ",
        _ => "",
    }
}

/// Ends the lines of a block scalar at the unbroken end of the file, where its text wants a line break.
fn finish_lines(text: &str, end: usize, head: &str, tail: &mut String, layout: &Layout) {
    let header = head.rsplit(' ').next().unwrap_or_default();
    if !tail.is_empty() && end == text.len() && !header.contains('-') {
        tail.push_str(layout.line_break);
    }
}

fn inline_by_block(node: Node<'_>, layout: &Layout, value: &Value) -> Vec<Splice> {
    let text = node.stream().text().as_str();
    let head_end = head_end(node);
    let lines = line_end(text, head_end);
    let anchor = node.anchor().filter(|_| !node.is_alias()).map(|anchor| format!(" &{anchor}")).unwrap_or_default();
    let Some((parent, slot)) = node.parent().zip(slot(node)) else {
        return root_by_block(node, layout, value, &anchor);
    };
    let commented = text.get(head_end..lines).is_some_and(|rest| rest.contains('#'));
    if parent.is_sequence() && anchor.is_empty() && !commented {
        let end = node.end().max(head_end);
        return vec![Splice::new(slot, end, format!(" {}", layout.block(value, block::column(parent) + 2)))];
    }
    let at = block::column(parent);
    let at = if parent.is_mapping() { layout.column_under(value, at) } else { at + 2 };
    let end = node.end().max(lines);
    let written = format!("{}{}", layout.line(at), layout.block(value, at));
    let cleared = if lines > head_end { head_end } else { lines };
    vec![Splice::new(slot, cleared, anchor), Splice::new(lines, end, written)]
}

fn root_by_block(node: Node<'_>, layout: &Layout, value: &Value, anchor: &str) -> Vec<Splice> {
    let text = node.stream().text().as_str();
    let written = layout.block(value, 0);
    let outer = node.outer_span().start as usize;
    let before = text.get(line_start(text, outer)..outer).unwrap_or_default();
    if before.trim().is_empty() && anchor.is_empty() {
        return vec![Splice::new(outer, node.end(), written)];
    }
    // `--- value`: the block begins on the next line.
    let outer = outer - (before.len() - before.trim_end().len());
    let head_end = head_end(node);
    let lines = line_end(text, head_end);
    let head = Splice::new(outer, head_end, anchor);
    vec![head, Splice::new(lines, node.end().max(lines), format!("{}{written}", layout.line(0)))]
}

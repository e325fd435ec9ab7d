//! How a file is laid out: its indentation, quotes and line breaks, and which lines belong to which child of a collection.
//!
//! **Whose is a comment?** A comment behind a value belongs to it. Comments that stand alone directly above a child, on its column, belong to that child,
//! save above the first child of a document, where they speak of the whole file. Comments below a child and further to the right than it belong to it as
//! well (an entry commented out at the end of a nested mapping). All others belong to nobody and stay where they are.
//!
//! Must not know which edit is made.

use crate::yaml::{
    node::{Kind, Node, Stream},
    scalar::Style,
};

/// The manners of one file.
#[derive(Clone, Debug)]
pub(in crate::yaml) struct Layout {
    /// Columns per level.
    pub indent: usize,
    /// Whether lists stand further right than their key.
    pub indents_lists: bool,
    /// Whether single quotes are the custom.
    pub single_quotes: bool,
    /// The line break.
    pub line_break: &'static str,
    /// Whether every string is put in double quotes: for the second try, after a text that did not parse back.
    pub careful: bool,
}

impl Layout {
    /// Reads the manners off a file; what it does not show is two columns, indented lists and double quotes.
    pub fn of(stream: &Stream) -> Self {
        let text = stream.text().as_str();
        let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
        let (mut indents, mut indented, mut level, mut single, mut double) = ([0_usize; 9], 0, 0, 0, 0);
        for node in stream.nodes() {
            match node.style() {
                Some(Style::SingleQuoted) => single += 1,
                Some(Style::DoubleQuoted) => double += 1,
                _ => {}
            }
            let Some(parent) = node.parent() else { continue };
            let is_block = |node: Node<'_>| !node.is_flow() && !node.is_alias() && node.kind() != Kind::Scalar;
            if !is_block(node) || !is_block(parent) || !parent.is_mapping() {
                continue;
            }
            let extra = column_of(text, node.start()).saturating_sub(column_of(text, parent.start()));
            match (node.kind(), extra) {
                (Kind::Sequence, 0) => level += 1,
                (Kind::Sequence, _) => indented += 1,
                _ => {}
            }
            if let Some(count) = indents.get_mut(extra) {
                *count += usize::from(extra > 0);
            }
        }
        let most = indents.iter().max().copied().unwrap_or_default();
        let indent = indents.iter().position(|&count| count == most && most > 0).unwrap_or(2);
        Self {
            indent,
            indents_lists: indented >= level,
            single_quotes: single > double,
            line_break: if crlf { "\r\n" } else { "\n" },
            careful: false,
        }
    }
}

/// Where the line of an offset starts, behind a byte order mark.
pub(in crate::yaml) fn line_start(text: &str, offset: usize) -> usize {
    match text.get(..offset).and_then(|before| before.rfind('\n')) {
        Some(at) => at + 1,
        None => text.len() - text.trim_start_matches('\u{feff}').len(),
    }
}

/// Where the line of an offset ends, before its line break.
pub(in crate::yaml) fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    offset + if rest.len() > line.len() { line.strip_suffix('\r').unwrap_or(line) } else { line }.len()
}

/// The offset behind the line break that follows a line's end.
pub(in crate::yaml) fn past_break(text: &str, line_end: usize) -> usize {
    let rest = text.get(line_end..).unwrap_or_default();
    let length = ["\r\n", "\n"].iter().find(|line_break| rest.starts_with(**line_break)).map_or(0, |found| found.len());
    line_end + length
}

/// The bytes between the start of the line and an offset.
pub(in crate::yaml) fn column_of(text: &str, offset: usize) -> usize {
    offset.saturating_sub(line_start(text, offset))
}

/// Whether only spaces stand before an offset on its line.
pub(in crate::yaml) fn starts_line(text: &str, offset: usize) -> bool {
    text.get(line_start(text, offset)..offset).is_some_and(|before| before.bytes().all(|byte| byte == b' '))
}

/// The next offset that is neither blank nor comment. The offset must lie between tokens.
pub(in crate::yaml) fn past_trivia(text: &str, mut offset: usize) -> usize {
    loop {
        let rest = text.get(offset..).unwrap_or_default();
        let token = rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']);
        offset += rest.len() - token.len();
        if !token.starts_with('#') {
            return offset;
        }
        offset = line_end(text, offset);
    }
}

/// One child of a collection with its bytes: from its dash, `?` or key to the end of its value.
#[derive(Clone, Copy, Debug)]
pub(in crate::yaml) struct Child {
    pub start: usize,
    pub end: usize,
}

/// The children of a collection in order.
pub(in crate::yaml) fn children(collection: Node<'_>) -> Vec<Child> {
    let text = collection.stream().text().as_str();
    let flow = collection.is_flow();
    let span = collection.span();
    let opens = flow && text.get(span.range()).is_some_and(|source| source.starts_with(['{', '[']));
    let mut cursor = span.start as usize + usize::from(opens);
    let ends: Vec<usize> = match collection.kind() {
        Kind::Mapping => collection.entries().map(|entry| entry.value.end().max(entry.key.end())).collect(),
        _ => collection.items().map(Node::end).collect(),
    };
    let mut children = Vec::with_capacity(ends.len());
    for end in ends {
        let mut start = past_trivia(text, cursor);
        if flow && !children.is_empty() && text[start..].starts_with(',') {
            start = past_trivia(text, start + 1);
        }
        let start = start.min(end);
        children.push(Child { start, end });
        cursor = end;
    }
    children
}

/// The end of the last line that belongs to a block child standing at `column`: its own, or that of a comment further right below it.
pub(in crate::yaml) fn tail_end(stream: &Stream, child: Child, column: usize) -> usize {
    let text = stream.text().as_str();
    let mut end = line_end(text, child.end);
    let below = stream.comments().partition_point(|comment| (comment.start as usize) < end);
    for comment in &stream.comments()[below..] {
        let between = text.get(end..comment.start as usize).unwrap_or("?");
        if !between.trim().is_empty() || column_of(text, comment.start as usize) <= column {
            break;
        }
        end = comment.end as usize;
    }
    end
}

/// Where the lines of a block child begin that is first on its line: at the first comment that belongs to it, else at its own line.
pub(in crate::yaml) fn head_start(stream: &Stream, child: Child, column: usize, heads_document: bool) -> usize {
    let text = stream.text().as_str();
    let own = line_start(text, child.start);
    if heads_document {
        return own;
    }
    let comments = stream.leading_comments(u32::try_from(child.start).unwrap_or(u32::MAX));
    let belongs = |comment: &&crate::text::Span| column_of(text, comment.start as usize) == column;
    let first = comments.iter().rev().take_while(belongs).last();
    first.map_or(own, |comment| line_start(text, comment.start as usize))
}

/// Where the value of a node's holder may begin: behind the colon or the dash. `None` for the root.
pub(in crate::yaml) fn slot(node: Node<'_>) -> Option<usize> {
    let text = node.stream().text().as_str();
    let parent = node.parent()?;
    if parent.is_mapping() {
        let key = parent.entries().find(|entry| entry.value == node)?.key;
        let colon = past_trivia(text, key.end());
        return Some(if text[colon..].starts_with(':') { colon + 1 } else { key.end() });
    }
    let index = parent.items().position(|item| item == node)?;
    let start = children(parent).get(index)?.start;
    Some(if parent.is_flow() { start } else { start + 1 })
}

//! The parse-back check: whether an edited text holds exactly the intended tree.
//!
//! Compares two parses of one file and allows for a single change. Everything else must be equal as it is written: text, type, style, tag, anchor, alias,
//! flow or block, and the comments outside of what was replaced. Must not know how the edit was made.

use super::splice::Splice;
use crate::yaml::{
    node::{Kind, Node, NodeId, Stream},
    scalar::Type,
    value::{Content, Value},
};

/// The one difference that an edit makes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change<'v> {
    /// A node gets another value and keeps its anchor.
    Replace { node: NodeId, value: &'v Value },
    /// A stream without documents gets its first.
    Begin { value: &'v Value },
    /// A key gets another name.
    Rename { key: NodeId, name: &'v str },
    /// A collection gets one more child before the one at `index`.
    Insert { parent: NodeId, index: usize, key: Option<&'v str>, value: &'v Value },
    /// A collection loses the child at `index`.
    Remove { parent: NodeId, index: usize },
}

/// Whether `after` is `before` with the change made, and has lost only the comments that the splices replaced.
pub(super) fn is_faithful(before: &Stream, after: &Stream, change: Change<'_>, splices: &[Splice]) -> bool {
    same_documents(before, after, change) && same_comments(before, after, splices)
}

fn same_documents(before: &Stream, after: &Stream, change: Change<'_>) -> bool {
    if let Change::Begin { value } = change {
        let mut documents = after.documents();
        return documents.len() == 1 && documents.next().is_some_and(|document| holds(document.root(), value));
    }
    let mut pairs = before.documents().zip(after.documents());
    before.documents().len() == after.documents().len() && pairs.all(|(old, new)| same(old.root(), new.root(), change))
}

fn same_comments(before: &Stream, after: &Stream, splices: &[Splice]) -> bool {
    let replaced =
        |start: u32, end: u32| splices.iter().any(|splice| splice.span.start <= start && end <= splice.span.end);
    let kept = before.comments().iter().filter(|comment| !replaced(comment.start, comment.end));
    kept.map(|&comment| before.text().slice(comment))
        .eq(after.comments().iter().map(|&comment| after.text().slice(comment)))
}

fn same(old: Node<'_>, new: Node<'_>, change: Change<'_>) -> bool {
    if old.anchor() != new.anchor() || old.is_alias() && new.is_alias() && old.source() != new.source() {
        return false;
    }
    match change {
        Change::Replace { node, value } if node == old.id() => return holds(new, value),
        Change::Rename { key, name } if key == old.id() => {
            return !new.is_alias() && new.text() == Some(name) && new.scalar_type() == Some(Type::String);
        }
        _ => {}
    }
    if old.is_alias() || new.is_alias() {
        return old.is_alias() && new.is_alias();
    }
    if old.kind() != new.kind() || old.tag() != new.tag() {
        return false;
    }
    match old.kind() {
        Kind::Scalar => old.text() == new.text() && old.style() == new.style(),
        Kind::Mapping | Kind::Sequence => same_children(old, new, change),
    }
}

fn same_children(old: Node<'_>, new: Node<'_>, change: Change<'_>) -> bool {
    let mut before = children(old);
    let mut after = children(new);
    match change {
        Change::Insert { parent, index, key, value } if parent == old.id() => {
            if index >= after.len() {
                return false;
            }
            let (added_key, added) = after.remove(index);
            if !holds(added, value) || added_key.and_then(Node::as_str) != key {
                return false;
            }
        }
        Change::Remove { parent, index } if parent == old.id() => {
            if index >= before.len() {
                return false;
            }
            before.remove(index);
        }
        _ if old.is_flow() != new.is_flow() => return false,
        _ => {}
    }
    let same_key = |old: Option<Node<'_>>, new: Option<Node<'_>>| match (old, new) {
        (Some(old), Some(new)) => same(old, new, change),
        (None, None) => true,
        _ => false,
    };
    before.len() == after.len()
        && before.iter().zip(&after).all(|(old, new)| same_key(old.0, new.0) && same(old.1, new.1, change))
}

/// The children of a collection, the key first where there is one.
fn children(node: Node<'_>) -> Vec<(Option<Node<'_>>, Node<'_>)> {
    match node.kind() {
        Kind::Mapping => node.entries().map(|entry| (Some(entry.key), entry.value)).collect(),
        _ => node.items().map(|item| (None, item)).collect(),
    }
}

/// Whether a node is written with exactly this value.
fn holds(node: Node<'_>, value: &Value) -> bool {
    if node.is_alias() {
        return false;
    }
    match &value.content {
        Content::Scalar(scalar) => {
            let same_text = scalar.kind == Type::Null || node.text() == Some(scalar.text.as_str());
            node.scalar_type() == Some(scalar.kind) && same_text
        }
        Content::Sequence(items) => {
            node.is_sequence()
                && node.items().len() == items.len()
                && node.items().zip(items).all(|(node, item)| holds(node, item))
        }
        Content::Mapping(mapping) => {
            node.is_mapping()
                && node.entries().len() == mapping.len()
                && node.entries().zip(mapping.iter()).all(|(entry, (key, value))| {
                    !entry.key.is_alias() && entry.key.as_str() == Some(key) && holds(entry.value, value)
                })
        }
    }
}

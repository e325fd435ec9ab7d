//! The tree that a merge is meant to give, and whether a text holds it.
//!
//! Parts that a side has are named, not copied. Order counts in lists and not in mappings. Comments and styles are no part of it. Must not know how the tree
//! is decided on.

use crate::yaml::{
    node::{Kind, Node},
    scalar::Type,
};

/// What a part of the result shall be.
#[derive(Clone, Debug)]
pub(super) enum Intended<'s> {
    /// What this node is.
    Taken(Node<'s>),
    /// A mapping.
    Mapping(Vec<(&'s str, Intended<'s>)>),
    /// A list.
    Sequence(Vec<Intended<'s>>),
    /// A string.
    Text(String),
}

/// What a node is as it is written: an alias is one, not what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Alias,
    Scalar,
    Mapping,
    Sequence,
    /// A mapping whose keys repeat or are no scalars, in which no entry can be told by its key.
    Opaque,
}

/// The shape of a node.
pub(super) fn shape(node: Node<'_>) -> Shape {
    if node.is_alias() {
        return Shape::Alias;
    }
    match node.kind() {
        Kind::Scalar => Shape::Scalar,
        Kind::Sequence => Shape::Sequence,
        Kind::Mapping => {
            let mut keys: Vec<&str> = Vec::with_capacity(node.entries().len());
            for entry in node.entries() {
                match entry.key.text().filter(|_| !entry.key.is_alias()) {
                    Some(key) => keys.push(key),
                    None => return Shape::Opaque,
                }
            }
            keys.sort_unstable();
            if keys.windows(2).any(|pair| pair[0] == pair[1]) { Shape::Opaque } else { Shape::Mapping }
        }
    }
}

/// Whether two nodes are written with the same content.
pub(super) fn same(left: Node<'_>, right: Node<'_>) -> bool {
    let shapes = (shape(left), shape(right));
    if shapes.0 != shapes.1 || left.anchor() != right.anchor() || left.tag() != right.tag() {
        return false;
    }
    match shapes.0 {
        Shape::Alias => left.source() == right.source(),
        Shape::Scalar => same_scalar(left, right),
        Shape::Sequence => {
            left.items().len() == right.items().len() && left.items().zip(right.items()).all(|(a, b)| same(a, b))
        }
        Shape::Opaque => {
            left.entries().len() == right.entries().len()
                && left.entries().zip(right.entries()).all(|(a, b)| same(a.key, b.key) && same(a.value, b.value))
        }
        Shape::Mapping => {
            left.entries().len() == right.entries().len()
                && left.entries().zip(right.entries()).all(|(a, beside)| {
                    // Nearly always the keys have one order.
                    let other =
                        if a.key.text() == beside.key.text() { Some(beside.value) } else { own(right, a.key.text()) };
                    other.is_some_and(|value| same(a.value, value))
                })
        }
    }
}

fn same_scalar(left: Node<'_>, right: Node<'_>) -> bool {
    left.scalar_type() == right.scalar_type() && (left.scalar_type() == Some(Type::Null) || left.text() == right.text())
}

/// The value of a key that is written in the mapping itself.
fn own<'s>(mapping: Node<'s>, key: Option<&str>) -> Option<Node<'s>> {
    mapping.entries().find(|entry| entry.key.text() == key).map(|entry| entry.value)
}

/// Whether a node is what was intended.
pub(super) fn holds(node: Node<'_>, intended: &Intended<'_>) -> bool {
    match intended {
        Intended::Taken(taken) => same(node, *taken),
        Intended::Text(text) => !node.is_alias() && node.as_str() == Some(text),
        Intended::Sequence(items) => {
            !node.is_alias()
                && node.is_sequence()
                && node.items().len() == items.len()
                && node.items().zip(items).all(|(node, item)| holds(node, item))
        }
        Intended::Mapping(entries) => {
            shape(node) == Shape::Mapping
                && node.entries().len() == entries.len()
                && entries.iter().all(|(key, value)| own(node, Some(key)).is_some_and(|node| holds(node, value)))
        }
    }
}

/// A text that is the same for the same content.
pub(super) fn canonical(node: Node<'_>) -> String {
    match shape(node) {
        Shape::Alias => node.source().to_owned(),
        Shape::Scalar if node.is_null() => "null".to_owned(),
        Shape::Scalar => format!("{:?}{:?}", node.scalar_type(), node.text().unwrap_or_default()),
        Shape::Sequence => format!("[{}]", node.items().map(canonical).collect::<Vec<_>>().join(",")),
        Shape::Mapping | Shape::Opaque => {
            let entry = |entry: crate::yaml::Entry<'_>| format!("{}:{}", canonical(entry.key), canonical(entry.value));
            let mut entries: Vec<String> = node.entries().map(entry).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
    }
}

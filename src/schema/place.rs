//! From the route of a fault to the bytes to blame.
//!
//! Must not know schemas beyond whether they describe a kind.

use super::{
    compiled::Schema,
    fault::{Fault, FaultKind, Violation},
    json::key_text,
};
use crate::{
    text::Span,
    yaml::{Entry, Node, Step, Type},
};

/// Where a route ends in a text.
struct Place<'s> {
    node: Node<'s>,
    /// The entry that holds the node, if a mapping does.
    entry: Option<Entry<'s>>,
    /// The alias or merge source through which the node was reached.
    used: Option<Span>,
}

/// Gives a fault its place: unknown keys are blamed at the key, missing ones at the key of their mapping, wrong values at the value.
pub(super) fn span_of(root: Node<'_>, fault: &Fault, schema: &Schema) -> Violation {
    let place = locate(root, fault.route.steps());
    let span = place.used.unwrap_or_else(|| match &fault.kind {
        FaultKind::UnknownField { .. } | FaultKind::Key => {
            place.entry.map_or(place.node.span(), |entry| entry.key.span())
        }
        FaultKind::Missing { field } => missing_span(&place, field, schema),
        _ => value_span(&place),
    });
    fault.clone().at(span)
}

/// The value; the key, if the value is a collection in block style (its span would cover many lines) or nothing.
fn value_span(place: &Place<'_>) -> Span {
    let large = place.node.kind() != crate::yaml::Kind::Scalar && !place.node.is_flow() && !place.node.is_alias();
    match place.entry {
        Some(entry) if large || place.node.is_absent() => entry.key.span(),
        _ if large => first_key(place.node),
        _ => place.node.span(),
    }
}

fn missing_span(place: &Place<'_>, field: &str, schema: &Schema) -> Span {
    // The key may be there without a value.
    if let Some(entry) = place.node.entry(field) {
        return entry.key.span();
    }
    match place.entry {
        Some(entry) => entry.key.span(),
        None if schema.kind().is_some() && place.node.parent().is_none() => {
            place.node.get("kind").map_or_else(|| first_key(place.node), Node::span)
        }
        None => first_key(place.node),
    }
}

fn first_key(node: Node<'_>) -> Span {
    let first = node.entries().next().map(|entry| entry.key);
    first.or_else(|| node.items().next().filter(|item| !item.is_mapping())).map_or(node.span(), Node::span)
}

fn locate<'s>(root: Node<'s>, steps: &[Step]) -> Place<'s> {
    let mut place = Place { node: root, entry: None, used: None };
    for step in steps {
        if place.node.is_alias() && place.used.is_none() {
            place.used = Some(place.node.span());
        }
        let next = match step {
            Step::Key(key) => match written(place.node, key) {
                Some(entry) => Some((entry.value, Some(entry))),
                None => merged(place.node, key).map(|(entry, source)| {
                    if source.is_alias() {
                        place.used.get_or_insert(source.span());
                    }
                    (entry.value, Some(entry))
                }),
            },
            Step::Index(index) => place.node.items().nth(*index).map(|item| (item, None)),
        };
        let Some((node, entry)) = next else { break };
        place = Place { node, entry, used: place.used };
    }
    place
}

/// The entry that a mapping itself holds; the last one if a key stands twice, because its value counts.
fn written<'s>(node: Node<'s>, key: &str) -> Option<Entry<'s>> {
    node.entries().rev().find(|entry| entry.key.scalar_type() != Some(Type::Merge) && key_text(entry.key) == key)
}

/// The entry that a merge key brings, with the merge source that has it.
fn merged<'s>(node: Node<'s>, key: &str) -> Option<(Entry<'s>, Node<'s>)> {
    let merges = node.entries().filter(|entry| entry.key.scalar_type() == Some(Type::Merge));
    let mut sources = merges.flat_map(|merge| {
        let listed: Vec<Node<'s>> = merge.value.items().collect();
        if listed.is_empty() { vec![merge.value] } else { listed }
    });
    sources.find_map(|source| source.entry(key).map(|entry| (entry, source)))
}

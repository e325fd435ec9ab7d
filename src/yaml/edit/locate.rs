//! Finds what an edit is about, and refuses what would reach further than the text at that place.
//!
//! Must not know how edits are made.

use std::collections::HashSet;

use super::{EditError, Editor};
use crate::yaml::{
    node::{Kind, Node, NodeId, Stream},
    route::{Route, Step},
};

/// The node at a route, as it is written.
pub(super) fn node(stream: &Stream, document: usize, route: &Route) -> Result<NodeId, EditError> {
    let root = stream.documents().nth(document).ok_or(EditError::NoDocument(document))?.root();
    let found = route.steps().iter().try_fold(root, |node, step| {
        if node.is_alias() {
            return Err(EditError::ThroughAlias(node.span()));
        }
        child(node, step).ok_or_else(|| match Route::from_iter([step.clone()]).find(node).and_then(Node::parent) {
            Some(_) if node.is_mapping() => EditError::FromMergeKey(merge_key(node).unwrap_or(node).span()),
            _ => EditError::NotFound(route.clone()),
        })
    })?;
    Ok(found.id())
}

fn child<'s>(node: Node<'s>, step: &Step) -> Option<Node<'s>> {
    let of_key = |key: &str| node.entries().find(|entry| entry.key.text() == Some(key)).map(|entry| entry.value);
    match step {
        Step::Key(key) if node.is_sequence() => node.items().nth(key.parse().ok()?),
        Step::Key(key) => of_key(key),
        Step::Index(index) if node.is_mapping() => of_key(&index.to_string()),
        Step::Index(index) => node.items().nth(*index),
    }
}

fn merge_key(node: Node<'_>) -> Option<Node<'_>> {
    node.entries().find(|entry| entry.key.text() == Some("<<")).map(|entry| entry.key)
}

pub(super) fn wrong_kind(node: Node<'_>, expected: Kind) -> EditError {
    EditError::WrongKind { span: node.span(), expected, found: node.kind() }
}

/// Refuses a key that the mapping itself has already; one that a merge key brings in may be overridden.
pub(super) fn absent_key(mapping: Node<'_>, key: &str) -> Result<(), EditError> {
    let present = mapping.entries().find(|entry| entry.key.text() == Some(key));
    present.map_or(Ok(()), |entry| Err(EditError::KeyExists(entry.key.span())))
}

impl Editor {
    /// Refuses to change a node that an alias repeats, or that is part of one.
    pub(super) fn refuse_shared(&self, node: NodeId) -> Result<(), EditError> {
        if self.edits_shared {
            return Ok(());
        }
        let above: HashSet<NodeId> =
            std::iter::successors(Some(self.stream.node(node)), |node| node.parent()).map(Node::id).collect();
        let repeats = |alias: &Node<'_>| above.contains(&alias.follow().id());
        self.aliases().find(repeats).map_or(Ok(()), |alias| Err(EditError::Shared(alias.span())))
    }

    /// Refuses to take away anchors, of the nodes themselves (`whole`) and of what is `inside` of others, that aliases elsewhere need.
    pub(super) fn refuse_loss(&self, whole: &[NodeId], inside: &[NodeId]) -> Result<(), EditError> {
        let is_within = |node: Node<'_>| {
            let mut above = std::iter::successors(node.parent(), |node| node.parent());
            above.any(|node| inside.contains(&node.id()))
        };
        let needs = |alias: &Node<'_>| {
            let target = alias.follow();
            let stays = !is_within(*alias) && !inside.contains(&alias.id());
            stays && (whole.contains(&target.id()) || is_within(target))
        };
        self.aliases().find(needs).map_or(Ok(()), |alias| Err(EditError::AnchorInUse(alias.span())))
    }

    fn aliases(&self) -> impl Iterator<Item = Node<'_>> {
        self.stream.nodes().filter(|node| node.is_alias())
    }
}

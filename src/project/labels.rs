//! From values back to the text: labels for findings.
//!
//! Must not know what the labels say.

use super::Project;
use crate::{
    diagnostic::Label,
    path::RepoPath,
    text::{Position, Span},
    yaml::{Node, Origin, Value},
};

impl Project {
    /// The node that a value was read from; `None` if it stands in no file (or only inside of a text in a file).
    pub fn node_of(&self, origin: Origin) -> Option<(&RepoPath, Node<'_>)> {
        let path = self.session.path_of(origin.file)?;
        let file = self.file(&path)?;
        Some((&file.path, file.stream()?.node_at(origin.offset)?))
    }

    /// Where something begins, also inside of a text that holds a document; `None` if it stands in no file.
    pub fn place_of(&self, origin: Origin) -> Option<(RepoPath, Position)> {
        let path = self.session.path_of(origin.file)?;
        let position = self.text(&path)?.position(origin.offset);
        Some((path, position))
    }

    /// Labels a value; `None` if it stands in no file.
    pub fn label(&self, value: &Value, message: impl Into<String>) -> Option<Label> {
        self.label_at(value.origin, message)
    }

    /// Labels what stands at an origin: a scalar as a whole, of a mapping or list its first line.
    pub fn label_at(&self, origin: Origin, message: impl Into<String>) -> Option<Label> {
        let (path, node) = self.node_of(origin)?;
        Some(Label::new(path, first_line(node), message))
    }

    /// Labels what stands at an origin, also inside of a text that holds a document.
    pub fn label_within(&self, origin: Origin, message: impl Into<String>) -> Option<Label> {
        let message = message.into();
        self.label_at(origin, message.clone()).or_else(|| self.session.label(origin, message))
    }

    /// Labels the key under which a value stands, or the value itself if it stands under none.
    pub fn key_label(&self, origin: Origin, message: impl Into<String>) -> Option<Label> {
        let (path, node) = self.node_of(origin)?;
        let span = node.own_entry().map_or_else(|| first_line(node), |entry| entry.key.span());
        Some(Label::new(path, span, message))
    }

    /// Labels a span of the text of a scalar, as exactly as it can be told where that is written.
    pub fn label_in_text(&self, scalar: &Value, span: Span, message: impl Into<String>) -> Option<Label> {
        let message = message.into();
        let exact = || {
            let (path, _) = self.node_of(scalar.origin)?;
            Some(Label::new(path, self.session.translation(scalar)?.span(span), message.clone()))
        };
        exact().or_else(|| self.label_within(scalar.origin, message.clone()))
    }

    /// Labels the key that holds a composed value, or the value where the key is not found: what is composed from several places begins where its first scalar is written.
    pub fn label_under(&self, origin: Origin, key: &str, message: &str) -> Option<Label> {
        let label = self.under_key(origin, key).and_then(|(path, node)| {
            let entry = node.own_entry()?;
            Some(Label::new(path, entry.key.span(), message))
        });
        label.or_else(|| self.label_within(origin, message))
    }

    /// The node under a key, found from a value in it.
    pub(super) fn under_key(&self, origin: Origin, key: &str) -> Option<(&RepoPath, Node<'_>)> {
        let (path, first) = self.node_of(origin)?;
        let is_meant = |node: &Node<'_>| node.own_entry().is_some_and(|entry| entry.key.text() == Some(key));
        let node = std::iter::successors(Some(first), |node| node.parent()).find(is_meant)?;
        Some((path, node))
    }

    /// Labels the name of an object, or its kind if it has no name in a file.
    pub fn object_label(&self, object: &Value, message: impl Into<String>) -> Option<Label> {
        let message = message.into();
        let name = object.pointer(&["metadata", "name"]).or_else(|| object.get("kind"));
        name.and_then(|name| self.label(name, message.clone())).or_else(|| self.label(object, message))
    }
}

/// The span of a node, of a block collection or block scalar only its first line.
pub(super) fn first_line(node: Node<'_>) -> Span {
    let span = node.span();
    let text = node.stream().text().slice(span);
    let length = text.find('\n').unwrap_or(text.len());
    Span::new(span.start as usize, span.start as usize + text[..length].trim_end().len())
}

//! What kustomize makes of plain scalars in flow collections (`{a: , b: 2001-12-14T21:59:43Z}`).
//!
//! In the end kustomize writes each object once, styles kept, and reads it again before it prints it. Between brackets its YAML writer puts quotes around every text that is
//! empty or holds a colon or question mark, so an absent value comes back as an empty string, and a date with a time as a string. This module goes the same
//! way. Must not know objects.

use std::{collections::HashSet, sync::Arc};

use crate::yaml::{Content, FileId, Node, Stream, Style, Type, Value};

/// The scalars of a file that become strings.
#[derive(Debug)]
pub(super) struct InFlow {
    file: FileId,
    offsets: HashSet<u32>,
}

impl InFlow {
    /// Finds them; `None` for nearly all files.
    pub(super) fn of(stream: &Stream, file: FileId) -> Option<Arc<Self>> {
        if !stream.text().as_str().contains(['{', '[']) {
            return None;
        }
        let is_plain = |node: &Node<'_>| !node.is_alias() && node.style() == Some(Style::Plain);
        let offsets: HashSet<u32> = stream
            .nodes()
            .filter(|node| is_plain(node) && is_changed(node.scalar_type(), node.text().unwrap_or_default()))
            .filter(|node| node.parent().is_some_and(Node::is_flow))
            .map(|node| node.span().start)
            .collect();
        (!offsets.is_empty()).then(|| Arc::new(Self { file, offsets }))
    }

    /// Makes strings of those that are still in a value.
    pub(super) fn rewrite(&self, value: &mut Value) {
        match &mut value.content {
            Content::Scalar(scalar) => {
                let is_one = value.origin.file == self.file && self.offsets.contains(&value.origin.offset);
                if is_one && is_changed(Some(scalar.kind), &scalar.text) {
                    scalar.kind = Type::String;
                    scalar.quoted = true;
                }
            }
            Content::Sequence(items) => items.iter_mut().for_each(|item| self.rewrite(item)),
            Content::Mapping(mapping) => mapping.values_mut().for_each(|value| self.rewrite(value)),
        }
    }
}

fn is_changed(kind: Option<Type>, text: &str) -> bool {
    match kind {
        Some(Type::Null) => text.is_empty(),
        Some(Type::Timestamp) => text.contains(':'),
        _ => false,
    }
}

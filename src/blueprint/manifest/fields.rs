//! Reading mappings with known keys, collecting every fault on the way.
//!
//! Must not know which sections a manifest has.

use serde_json::{Map, Value as Json};

use super::{Id, Text};
use crate::{
    blueprint::Problems,
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    schema,
    text::{Span, nearest},
    yaml::{Kind, Node},
};

/// Collects faults of one file.
pub(in crate::blueprint) struct Reader {
    /// The file, as people find it.
    pub file: RepoPath,
    /// The rule that faults are reported under.
    pub rule: &'static str,
    /// What was found.
    pub problems: Problems,
}

impl Reader {
    /// Reports a fault.
    pub fn fault(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Diagnostic::new(self.rule, Severity::Error, message, Label::new(&self.file, span, "")))
    }

    fn push(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        let all = &mut self.problems.diagnostics;
        let index = all.len();
        all.push(diagnostic);
        &mut all[index]
    }

    /// Reports that something else was expected.
    fn expected(&mut self, node: Node<'_>, what: &str, wanted: &str) {
        let found = match node.kind() {
            Kind::Mapping => "a mapping",
            Kind::Sequence => "a list",
            Kind::Scalar if node.is_null() => "nothing",
            Kind::Scalar => "a scalar",
        };
        let span =
            if node.is_absent() { node.own_entry().map_or(node.span(), |entry| entry.key.span()) } else { node.span() };
        self.fault(span, format!("`{what}` must be {wanted}, not {found}"));
    }

    /// The fields of a mapping; keys that are not known are reported.
    pub fn fields<'s>(&mut self, node: Node<'s>, what: &'static str, known: &[&'static str]) -> Option<Fields<'s>> {
        if !node.is_mapping() {
            self.expected(node, what, "a mapping");
            return None;
        }
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            if known.contains(&key) {
                continue;
            }
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", known.join(", ")),
            };
            self.fault(entry.key.span(), format!("unknown key `{key}` in `{what}`")).help = Some(help);
        }
        Some(Fields { node, what })
    }

    /// A scalar's text, whatever its type.
    pub fn string(&mut self, node: Node<'_>, what: &str) -> Option<String> {
        match node.text() {
            Some(text) if !node.is_null() => Some(text.to_owned()),
            _ => {
                self.expected(node, what, "a text");
                None
            }
        }
    }

    /// A scalar that is a template or an expression.
    pub fn text(&mut self, node: Node<'_>, what: &str) -> Option<Text> {
        let source = self.string(node, what)?;
        let offset = node.source().find(&source).map(|at| node.follow().span().start + Span::at(at).start);
        Some(Text { source, span: node.span(), offset })
    }

    /// A name.
    pub fn id(&mut self, node: Node<'_>, what: &str) -> Option<Id> {
        Some(Id { name: self.string(node, what)?, span: node.span() })
    }

    /// The items of a list; what is not a list is reported and has none.
    pub fn items<'s>(&mut self, node: Option<Node<'s>>, what: &str) -> Vec<Node<'s>> {
        let Some(node) = node else { return Vec::new() };
        if !node.is_sequence() {
            self.expected(node, what, "a list");
        }
        node.items().collect()
    }

    /// The entries of a mapping with free keys.
    pub fn entries<'s>(&mut self, node: Option<Node<'s>>, what: &str) -> Vec<(Id, Node<'s>)> {
        let Some(node) = node else { return Vec::new() };
        if !node.is_mapping() {
            self.expected(node, what, "a mapping");
        }
        let mut entries = Vec::new();
        for entry in node.entries() {
            if let Some(id) = self.id(entry.key, what) {
                entries.push((id, entry.value));
            }
        }
        entries
    }

    /// Any value as JSON. Keys become texts.
    pub fn json(&mut self, node: Node<'_>) -> Json {
        match schema::to_json(node) {
            Ok(value) => value,
            Err(error) => {
                self.fault(error.span(), error.to_string());
                Json::Object(Map::new())
            }
        }
    }
}

/// A mapping whose keys are known.
#[derive(Clone, Copy)]
pub(in crate::blueprint) struct Fields<'s> {
    node: Node<'s>,
    what: &'static str,
}

impl<'s> Fields<'s> {
    /// The value of a key, if it is there and not null.
    pub fn get(self, key: &str) -> Option<Node<'s>> {
        self.node.get(key)
    }

    /// The value of a key that must be there.
    pub fn require(self, reader: &mut Reader, key: &str) -> Option<Node<'s>> {
        let value = self.node.get(key);
        if value.is_none() {
            let first = self.node.entries().next().map_or(self.node.span(), |entry| entry.key.span());
            let span = self.node.own_entry().map_or(first, |entry| entry.key.span());
            reader.fault(span, format!("`{}` needs the key `{key}`", self.what));
        }
        value
    }

    /// A template that must be there.
    pub fn need(self, reader: &mut Reader, key: &str) -> Option<Text> {
        let node = self.require(reader, key)?;
        reader.text(node, key)
    }

    /// A template that may be there.
    pub fn text(self, reader: &mut Reader, key: &str) -> Option<Text> {
        let node = self.get(key)?;
        reader.text(node, key)
    }

    /// A name that may be there.
    pub fn id(self, reader: &mut Reader, key: &str) -> Option<Id> {
        let node = self.get(key)?;
        reader.id(node, key)
    }
}

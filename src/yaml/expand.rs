//! From a spanned node to an owned [`Value`]: aliases and merge keys expanded, as kustomize sees the document.
//!
//! Owns the budget that stops alias bombs. Must not know what the values mean.

use super::{
    MAX_DEPTH,
    node::{Kind, Node},
    scalar::{Style, Type, parse_old_bool},
    value::{Content, FileId, Mapping, Origin, Scalar, Value},
};
use crate::text::Span;

/// The most nodes that one document may expand to. The largest real documents (custom resource definitions) have some 100,000.
pub const MAX_EXPANDED_NODES: usize = 2_000_000;

/// The deepest nesting of an expanded document: aliases may lead from one anchored value into the next, each as deep as a text may be written.
pub const MAX_EXPANDED_DEPTH: usize = 2 * MAX_DEPTH;

/// The mark of a key that is no string. kustomize can print no key that begins with it.
pub const NON_STRING_KEY: char = '\0';

/// Why a document has no value that kustomize could work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// Aliases multiply the document beyond [`MAX_EXPANDED_NODES`].
    #[error("the aliases of this document expand to more than {MAX_EXPANDED_NODES} nodes")]
    TooLarge(Span),
    /// Aliases lead deeper than [`MAX_EXPANDED_DEPTH`].
    #[error("the aliases of this document nest deeper than {MAX_EXPANDED_DEPTH} levels")]
    TooDeep(Span),
    /// A key that is a list, a mapping, a number, a boolean or null; quoted it would be a string.
    #[error("the key is not a string")]
    KeyNotString(Span),
    /// The value of a merge key is neither a mapping nor a list of mappings.
    #[error("a merge key needs a mapping, or a list of mappings")]
    MergeNotMapping(Span),
}

impl ExpandError {
    /// The place to blame.
    pub fn span(self) -> Span {
        match self {
            Self::TooLarge(span) | Self::TooDeep(span) | Self::KeyNotString(span) | Self::MergeNotMapping(span) => span,
        }
    }
}

impl Node<'_> {
    /// The value of this node with all aliases and merge keys expanded. Every part carries its origin in `file`; what an alias brings in carries the origin
    /// of the anchored text. A key that stands twice keeps its last value.
    pub fn to_value(self, file: FileId) -> Result<Value, ExpandError> {
        Expander::new(file, OtherKeys::Refused).value(self)
    }

    /// The same as Helm reads its values: what YAML 1.1 takes for a boolean (`yes`, `off`, `y`) is one unless it is in quotes, and every key is a text, with the
    /// boolean `y` written `true`.
    pub fn to_value_with_old_booleans(self, file: FileId) -> Result<Value, ExpandError> {
        Expander::new(file, OtherKeys::OldBooleans).value(self)
    }

    /// The same, but a key that is a number, a boolean or null is no error: it stands there with [`NON_STRING_KEY`] before its text.
    pub fn to_value_with_marked_keys(self, file: FileId) -> Result<Value, ExpandError> {
        Expander::new(file, OtherKeys::Marked).value(self)
    }
}

/// What becomes of keys that are no strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OtherKeys {
    Refused,
    /// They get a mark.
    Marked,
    /// They become strings, and booleans, of values too, are those of YAML 1.1.
    OldBooleans,
}

struct Expander {
    file: FileId,
    budget: usize,
    depth: usize,
    other_keys: OtherKeys,
}

impl Expander {
    fn new(file: FileId, other_keys: OtherKeys) -> Self {
        Self { file, budget: MAX_EXPANDED_NODES, depth: 0, other_keys }
    }

    fn value(&mut self, node: Node<'_>) -> Result<Value, ExpandError> {
        self.enter(node)?;
        let target = node.follow();
        let origin = Origin { file: self.file, offset: target.span().start };
        let content = match target.kind() {
            Kind::Scalar => Content::Scalar(self.old_boolean(target).unwrap_or_else(|| scalar(target))),
            Kind::Sequence => Content::Sequence(self.items(target)?),
            Kind::Mapping => Content::Mapping(Box::new(self.mapping(target)?)),
        };
        self.depth -= 1;
        Ok(Value { content, origin })
    }

    /// What YAML 1.1 reads as a boolean, where that counts.
    fn old_boolean(&self, node: Node<'_>) -> Option<Scalar> {
        let plain = self.other_keys == OtherKeys::OldBooleans && node.style() == Some(Style::Plain);
        let value = parse_old_bool(node.text().filter(|_| plain && node.scalar_type() == Some(Type::String))?)?;
        Some(Scalar { text: if value { "true" } else { "false" }.into(), kind: Type::Bool, quoted: false })
    }

    /// Counts a node and a level; the caller leaves the level when it is done.
    fn enter(&mut self, node: Node<'_>) -> Result<(), ExpandError> {
        self.budget = self.budget.checked_sub(1).ok_or(ExpandError::TooLarge(node.span()))?;
        self.depth += 1;
        if self.depth > MAX_EXPANDED_DEPTH { Err(ExpandError::TooDeep(node.span())) } else { Ok(()) }
    }

    fn items(&mut self, node: Node<'_>) -> Result<Vec<Value>, ExpandError> {
        // Of just the size: lists are many, and live long.
        let mut items = Vec::with_capacity(node.items().len());
        for item in node.items() {
            items.push(self.value(item)?);
        }
        Ok(items)
    }

    fn mapping(&mut self, node: Node<'_>) -> Result<Mapping, ExpandError> {
        let entries = node.entries();
        let mut mapping = Mapping::with_capacity_and_hasher(entries.len(), foldhash::fast::RandomState::default());
        let mut merges = Vec::new();
        for entry in entries {
            match (entry.key.scalar_type(), entry.key.text()) {
                (Some(Type::Merge), _) => merges.push(entry.value),
                // A quoted merge key merges nothing; kustomize drops it.
                (Some(Type::String), Some("<<")) => {}
                (kind, Some(key)) if kind == Some(Type::String) || self.other_keys == OtherKeys::OldBooleans => {
                    let value = self.value(entry.value)?;
                    let key = self.old_boolean(entry.key).map_or_else(|| key.into(), |boolean| boolean.text);
                    mapping.insert(key, value);
                }
                (_, Some(key)) if self.other_keys == OtherKeys::Marked => {
                    let value = self.value(entry.value)?;
                    mapping.insert(format!("{NON_STRING_KEY}{key}").into(), value);
                }
                _ => return Err(ExpandError::KeyNotString(entry.key.span())),
            }
        }
        for merge in merges {
            self.merge(merge, &mut mapping)?;
        }
        Ok(mapping)
    }

    /// Adds what a merge key brings: keys written in the mapping win, of several sources the first.
    fn merge(&mut self, source: Node<'_>, mapping: &mut Mapping) -> Result<(), ExpandError> {
        match source.kind() {
            Kind::Mapping => {
                for (key, value) in self.mapping_at(source)? {
                    mapping.entry(key).or_insert(value);
                }
                Ok(())
            }
            Kind::Sequence if source.items().all(Node::is_mapping) => {
                source.items().try_for_each(|item| self.merge(item, mapping))
            }
            _ => Err(ExpandError::MergeNotMapping(source.span())),
        }
    }

    fn mapping_at(&mut self, node: Node<'_>) -> Result<Mapping, ExpandError> {
        self.enter(node)?;
        let mapping = self.mapping(node.follow())?;
        self.depth -= 1;
        Ok(mapping)
    }
}

fn scalar(node: Node<'_>) -> Scalar {
    let text = node.text().unwrap_or_default();
    let quoted = node.style().is_some_and(|style| style != Style::Plain);
    Scalar { text: text.into(), kind: node.scalar_type().unwrap_or(Type::Null), quoted }
}

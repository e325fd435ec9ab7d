//! The spanned tree: one arena of small nodes for each stream, and [`Node`], the handle that walks it.
//!
//! A node knows its bytes, its kind, its style and its parent; text that reads the same after unquoting is not copied out of the source. Aliases and
//! merge keys are followed here, in the view, never in the text. Must not know how nodes are parsed or edited.

use std::num::NonZeroU32;

use super::{
    route::{Route, Step},
    scalar::{Style, Type, resolve},
};
use crate::text::{SourceText, Span};

/// The number of a node in its stream. Nodes are numbered in the order of their text, parents before children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(NonZeroU32);

impl NodeId {
    pub(super) fn at(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The number of an entry in one of the stream's lists. As with nodes, it takes no more room where there may be none: trees are large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EntryId(NonZeroU32);

impl EntryId {
    pub(super) fn at(index: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(index))
    }

    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A run of node numbers in the stream's list of children.
#[derive(Clone, Copy, Debug)]
pub(super) struct Children {
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum NodeKind {
    /// A scalar whose content is its span, or an entry of the stream's strings.
    Scalar {
        style: Style,
        owned: Option<EntryId>,
    },
    /// Keys and values in turn.
    Mapping {
        children: Children,
        flow: bool,
    },
    Sequence {
        children: Children,
        flow: bool,
    },
    Alias(NodeId),
}

#[derive(Clone, Debug)]
pub(super) struct NodeData {
    pub kind: NodeKind,
    /// The content, without anchor and tag.
    pub span: Span,
    /// Where anchor and tag begin, if there are any, else the start of the content.
    pub outer_start: u32,
    pub parent: Option<NodeId>,
    /// The entry of the stream's properties, if the node has an anchor or a tag.
    pub properties: Option<EntryId>,
}

/// Anchor and tag of the few nodes that have them.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeProperties {
    pub anchor: Option<Span>,
    pub tag: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct DocumentData {
    pub root: NodeId,
    pub span: Span,
}

/// Two entries of one mapping with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The first key.
    pub first: Span,
    /// The key that repeats it.
    pub again: Span,
}

/// A parsed YAML file: all its documents over its own bytes.
#[derive(Clone, Debug)]
pub struct Stream {
    pub(super) text: SourceText,
    pub(super) nodes: Vec<NodeData>,
    pub(super) children: Vec<NodeId>,
    pub(super) strings: Vec<Box<str>>,
    pub(super) properties: Vec<NodeProperties>,
    pub(super) documents: Vec<DocumentData>,
    pub(super) comments: Vec<Span>,
    pub(super) duplicates: Vec<DuplicateKey>,
}

impl Stream {
    /// The text that was parsed.
    pub fn text(&self) -> &SourceText {
        &self.text
    }

    /// The documents in order, empty ones among them.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Document<'_>> + DoubleEndedIterator {
        self.documents.iter().map(|data| Document { stream: self, data })
    }

    /// The comments in order, each from its `#` to the end of its line.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// Keys that stand twice in one mapping, in order of the repetition. YAML forbids them; kustomize refuses the file.
    pub fn duplicate_keys(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    /// The outermost node whose content or properties begin at a byte offset.
    pub fn node_at(&self, offset: u32) -> Option<Node<'_>> {
        let index = self.nodes.partition_point(|node| node.outer_start < offset);
        let found = self.nodes[index..].iter().take_while(|node| node.outer_start <= offset).next();
        let index = match found {
            Some(_) => index,
            // The offset may be that of the content behind an anchor or tag.
            None => index.checked_sub(1).filter(|&before| self.nodes[before].span.start == offset)?,
        };
        Some(self.node(NodeId::at(u32::try_from(index).ok()?)))
    }

    /// The innermost node whose span holds a byte offset, or touches it with its end.
    pub fn innermost(&self, offset: u32) -> Option<Node<'_>> {
        let until = self.nodes.partition_point(|node| node.span.start <= offset);
        let index = (0..until).rev().find(|&index| self.nodes[index].span.touches(offset as usize))?;
        Some(self.node(NodeId::at(u32::try_from(index).ok()?)))
    }

    /// All nodes, keys among them, in the order of their text.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> {
        (0..self.nodes.len()).filter_map(|index| u32::try_from(index).ok()).map(|index| self.node(NodeId::at(index)))
    }

    pub(super) fn node(&self, id: NodeId) -> Node<'_> {
        Node { stream: self, id }
    }
}

/// One document of a stream.
#[derive(Clone, Copy, Debug)]
pub struct Document<'s> {
    stream: &'s Stream,
    data: &'s DocumentData,
}

impl<'s> Document<'s> {
    /// The top node; an absent scalar if the document is empty.
    pub fn root(self) -> Node<'s> {
        self.stream.node(self.data.root)
    }

    /// The bytes from the document's start marker, if it has one, to its end.
    pub fn span(self) -> Span {
        self.data.span
    }

    /// Whether the document holds nothing, or only comments.
    pub fn is_empty(self) -> bool {
        self.root().is_absent()
    }
}

/// A handle on one node. Lookups go through aliases and merge keys; spans and iteration do not.
#[derive(Clone, Copy, Debug)]
pub struct Node<'s> {
    stream: &'s Stream,
    id: NodeId,
}

/// What a node is, aliases followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A scalar.
    Scalar,
    /// A mapping.
    Mapping,
    /// A list.
    Sequence,
}

impl Kind {
    /// The word for it in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Mapping => "mapping",
            Self::Sequence => "list",
        }
    }
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'s> {
    /// The key.
    pub key: Node<'s>,
    /// The value.
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// The stream that holds the node.
    pub fn stream(self) -> &'s Stream {
        self.stream
    }

    /// The number of the node.
    pub fn id(self) -> NodeId {
        self.id
    }

    fn data(self) -> &'s NodeData {
        &self.stream.nodes[self.id.index()]
    }

    /// The bytes of the content: for a block scalar from its `|` or `>`, for a block collection from its first key or dash to the end of its last
    /// child, for an absent value the empty span where it would stand.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// The span with anchor and tag.
    pub fn outer_span(self) -> Span {
        Span { start: self.data().outer_start, end: self.data().span.end }
    }

    /// The text below the span, as written.
    pub fn source(self) -> &'s str {
        self.stream.text.slice(self.span())
    }

    /// The mapping or list that holds this node; the parent of a key and of its value is the mapping.
    pub fn parent(self) -> Option<Self> {
        self.data().parent.map(|id| self.stream.node(id))
    }

    pub(super) fn start(self) -> usize {
        self.span().start as usize
    }

    pub(super) fn end(self) -> usize {
        self.span().end as usize
    }

    /// The node that an alias stands for, else the node itself.
    #[must_use]
    pub fn follow(self) -> Self {
        match self.data().kind {
            // The builder makes an alias point to the anchored node itself, never to another alias.
            NodeKind::Alias(target) => self.stream.node(target),
            _ => self,
        }
    }

    /// Whether the node is written as an alias.
    pub fn is_alias(self) -> bool {
        matches!(self.data().kind, NodeKind::Alias(_))
    }

    /// The name of the anchor set on this node.
    pub fn anchor(self) -> Option<&'s str> {
        let properties = self.data().properties?;
        self.stream.properties[properties.index()].anchor.map(|span| self.stream.text.slice(span))
    }

    /// The resolved tag written on this node, such as `tag:yaml.org,2002:str`.
    pub fn tag(self) -> Option<&'s str> {
        let properties = self.data().properties?;
        self.stream.properties[properties.index()].tag.as_deref()
    }

    /// What the node is, an alias followed.
    pub fn kind(self) -> Kind {
        match self.follow().data().kind {
            NodeKind::Mapping { .. } => Kind::Mapping,
            NodeKind::Sequence { .. } => Kind::Sequence,
            NodeKind::Scalar { .. } | NodeKind::Alias(_) => Kind::Scalar,
        }
    }

    /// Whether the node is a mapping or list in braces or brackets.
    pub fn is_flow(self) -> bool {
        matches!(self.data().kind, NodeKind::Mapping { flow: true, .. } | NodeKind::Sequence { flow: true, .. })
    }

    /// Whether nothing is written for the value: `key:` alone, or an empty document.
    pub fn is_absent(self) -> bool {
        self.data().span.is_empty() && matches!(self.data().kind, NodeKind::Scalar { style: Style::Plain, .. })
    }

    /// The style of a scalar, an alias followed.
    pub fn style(self) -> Option<Style> {
        match self.follow().data().kind {
            NodeKind::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// The text of a scalar of any type, after unquoting and unfolding.
    pub fn text(self) -> Option<&'s str> {
        let node = self.follow();
        match node.data().kind {
            NodeKind::Scalar { owned: Some(index), .. } => Some(&self.stream.strings[index.index()]),
            NodeKind::Scalar { owned: None, .. } => Some(node.source()),
            _ => None,
        }
    }

    /// The type of a scalar.
    pub fn scalar_type(self) -> Option<Type> {
        let node = self.follow();
        Some(resolve(node.text()?, node.style()?, node.tag()))
    }

    /// The text, if it is a scalar of the string type.
    pub fn as_str(self) -> Option<&'s str> {
        self.text().filter(|_| self.scalar_type() == Some(Type::String))
    }

    /// The truth value, if it is a boolean.
    pub fn as_bool(self) -> Option<bool> {
        self.text().filter(|_| self.scalar_type() == Some(Type::Bool)).map(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Whether it is null, written or absent.
    pub fn is_null(self) -> bool {
        self.scalar_type() == Some(Type::Null)
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// Whether it is a list.
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    fn child_ids(self) -> &'s [NodeId] {
        match self.data().kind {
            NodeKind::Mapping { children, .. } | NodeKind::Sequence { children, .. } => {
                &self.stream.children[children.start as usize..children.end as usize]
            }
            _ => &[],
        }
    }

    /// The entries of a mapping as written (merge keys are entries like any other), an alias followed; none for other kinds.
    pub fn entries(self) -> impl ExactSizeIterator<Item = Entry<'s>> + DoubleEndedIterator {
        let node = self.follow();
        let ids = if matches!(node.data().kind, NodeKind::Mapping { .. }) { node.child_ids() } else { &[] };
        ids.chunks_exact(2).map(move |pair| Entry { key: self.stream.node(pair[0]), value: self.stream.node(pair[1]) })
    }

    /// The items of a list, an alias followed; none for other kinds.
    pub fn items(self) -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator {
        let node = self.follow();
        let ids = if matches!(node.data().kind, NodeKind::Sequence { .. }) { node.child_ids() } else { &[] };
        ids.iter().map(move |&id| self.stream.node(id))
    }

    /// The entry of a key: written in the mapping itself, else brought in by a merge key.
    pub fn entry(self, key: &str) -> Option<Entry<'s>> {
        self.entry_within(key, MERGE_DEPTH)
    }

    fn entry_within(self, key: &str, depth: u32) -> Option<Entry<'s>> {
        if let Some(entry) = self.entries().find(|entry| entry.key.text() == Some(key)) {
            return Some(entry);
        }
        let depth = depth.checked_sub(1)?;
        self.entries().filter(|entry| entry.key.scalar_type() == Some(Type::Merge)).find_map(|merge| {
            match merge.value.kind() {
                Kind::Mapping => merge.value.entry_within(key, depth),
                Kind::Sequence => merge.value.items().find_map(|item| item.entry_within(key, depth)),
                Kind::Scalar => None,
            }
        })
    }

    /// The value of a key; see [`Node::entry`].
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The value found by going down a row of keys.
    pub fn at(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entry this node is the value (or the key) of, if its parent is a mapping.
    pub fn own_entry(self) -> Option<Entry<'s>> {
        self.parent()?.entries().find(|entry| entry.value.id == self.id || entry.key.id == self.id)
    }

    /// The way from the document's root to this node as it is written. A key has the route of its value.
    pub fn route(self) -> Route {
        let mut steps = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            if let Some(entry) = node.own_entry() {
                steps.push(Step::Key(entry.key.text().unwrap_or_default().into()));
            } else {
                let index = parent.items().position(|item| item.id == node.id).unwrap_or_default();
                steps.push(Step::Index(index));
            }
            node = parent;
        }
        steps.reverse();
        Route::from_iter(steps)
    }
}

/// How deep merge keys may lead through other merge keys before a lookup gives up.
const MERGE_DEPTH: u32 = 32;

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.stream, other.stream) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

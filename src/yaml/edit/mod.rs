//! Edits that keep the text: each is a few splices of bytes, all else stays as it was written.
//!
//! An [`Editor`] holds the current text and applies edits one after another; at the end it gives the new text and the least splices against the first one.
//! After each edit the text is parsed again and compared with the intended tree; an edit that does not give exactly that tree is refused and changes
//! nothing. `layout` says which comments go with what is removed. Must not know files.
//!
//! What an edit keeps: a replaced scalar keeps its style where the new text allows it, a replaced node keeps its anchor, new lines get the file's own
//! indentation, line break and manner of indenting lists. The last child removed leaves `{}` or `[]`. A key added to null, `{}` or `[]` makes a block.

mod block;
mod emit;
mod faithful;
mod flow;
pub(in crate::yaml) mod layout;
mod locate;
mod replace;
mod scalar;
mod splice;

use self::{faithful::Change, layout::Layout, splice::Composition};
use super::{
    node::{Kind, NodeId, Stream},
    print::readable,
    route::Route,
    value::{Content, Value},
};
use crate::text::{SourceText, Span};
pub use splice::Splice;

/// Why an edit was refused. Spans are those of the editor's current text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// There is no such document.
    #[error("there is no document {0}")]
    NoDocument(usize),
    /// Nothing stands at the end of the route.
    #[error("there is nothing at `{0}`")]
    NotFound(Route),
    /// The node is not of the kind that the edit needs.
    #[error("a {} is needed here, this is a {}", expected.as_str(), found.as_str())]
    WrongKind {
        /// The node.
        span: Span,
        /// What the edit needs.
        expected: Kind,
        /// What is there.
        found: Kind,
    },
    /// The root of a document cannot be removed, nor renamed.
    #[error("the top of a document can be replaced, but not removed or renamed")]
    Root,
    /// The way leads through an alias.
    #[error(
        "the value is written elsewhere: an alias stands here; edit the anchored text, or replace the alias as a whole"
    )]
    ThroughAlias(Span),
    /// The key is brought in by a merge key.
    #[error("the key is brought in by a merge key: edit the anchored text, or add the key here")]
    FromMergeKey(Span),
    /// The value is, or is part of, an anchored value that an alias repeats elsewhere, which would change as well.
    #[error("an alias repeats this value elsewhere, where it would change as well")]
    Shared(Span),
    /// What would go away holds an anchor that an alias still needs.
    #[error("an alias elsewhere needs an anchor inside of what would go away")]
    AnchorInUse(Span),
    /// The mapping has the key already.
    #[error("the key is there already")]
    KeyExists(Span),
    /// The edited text does not hold exactly the intended tree.
    #[error("the edit would not give exactly the intended content; the text around it is too unusual")]
    NotFaithful,
}

/// Where a new key goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place<'k> {
    /// Behind all others.
    #[default]
    Last,
    /// Before all others.
    First,
    /// Directly before this key.
    Before(&'k str),
    /// Directly behind this key.
    After(&'k str),
}

/// What an [`Editor`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole new text.
    pub text: String,
    /// What changed, against the text before the first edit: sorted, apart from each other, without bytes that stay the same at their edges.
    pub splices: Vec<Splice>,
}

/// A file under edit.
#[derive(Clone, Debug)]
pub struct Editor {
    original: SourceText,
    stream: Stream,
    layout: Layout,
    composition: Composition,
    edits_shared: bool,
}

impl Editor {
    /// Starts to edit a parsed file.
    pub fn new(stream: Stream) -> Self {
        let layout = Layout::of(&stream);
        Self {
            original: stream.text().clone(),
            stream,
            layout,
            composition: Composition::default(),
            edits_shared: false,
        }
    }

    /// Lets edits change anchored values that aliases repeat elsewhere; they are refused otherwise.
    #[must_use]
    pub fn edit_shared(mut self) -> Self {
        self.edits_shared = true;
        self
    }

    /// The file as it is now.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// One document, by its number from 0, to edit it.
    pub fn document(&mut self, index: usize) -> DocumentEditor<'_> {
        DocumentEditor { editor: self, index }
    }

    /// Ends the edits.
    pub fn finish(self) -> Edited {
        let splices = self.composition.minimal(self.original.as_str());
        Edited { text: self.stream.text().as_str().to_owned(), splices }
    }

    /// Makes a change by the splices that `plan` gives for a layout, if the result is faithful.
    fn make(&mut self, change: Change<'_>, plan: impl Fn(&Stream, &Layout) -> Vec<Splice>) -> Result<(), EditError> {
        for careful in [false, true] {
            let mut splices = plan(&self.stream, &Layout { careful, ..self.layout.clone() });
            scalar::close_last_block(&self.stream, &mut splices);
            splices.sort();
            if let Some(after) = try_splices(&self.stream, change, &splices) {
                self.commit(after, &splices);
                return Ok(());
            }
        }
        Err(EditError::NotFaithful)
    }

    fn commit(&mut self, after: Stream, splices: &[Splice]) {
        let mut text = self.stream.text().as_str().to_owned();
        // From the last to the first, so that the offsets of those still to come hold.
        for splice in splices.iter().rev() {
            self.composition.push(&text, splice);
            text.replace_range(splice.span.range(), &splice.replacement);
        }
        self.stream = after;
    }
}

fn try_splices(before: &Stream, change: Change<'_>, splices: &[Splice]) -> Option<Stream> {
    let text = splice::apply(before.text().as_str(), splices)?;
    let after = Stream::parse(SourceText::new(text)).ok()?;
    faithful::is_faithful(before, &after, change, splices).then_some(after)
}

/// One document under edit. Routes lead through the text as it is written: not through aliases, and not to what merge keys bring in.
#[derive(Debug)]
pub struct DocumentEditor<'e> {
    editor: &'e mut Editor,
    index: usize,
}

impl DocumentEditor<'_> {
    /// Gives a node another value. A stream without any document gets its first by the empty route.
    pub fn replace(&mut self, route: &Route, value: &Value) -> Result<(), EditError> {
        let stream = &self.editor.stream;
        if stream.documents().len() == 0 && self.index == 0 && route.steps().is_empty() {
            return self.editor.make(Change::Begin { value }, |stream, layout| replace::begin(stream, layout, value));
        }
        let node = locate::node(stream, self.index, route)?;
        self.editor.refuse_shared(node)?;
        self.editor.refuse_loss(&[], &[node])?;
        self.replace_node(node, value)
    }

    fn replace_node(&mut self, node: NodeId, value: &Value) -> Result<(), EditError> {
        let change = Change::Replace { node, value };
        self.editor.make(change, |stream, layout| replace::plan(stream.node(node), layout, value))
    }

    /// Gives another name to the key at the end of the route.
    pub fn rename_key(&mut self, route: &Route, name: &str) -> Result<(), EditError> {
        let stream = &self.editor.stream;
        let node = stream.node(locate::node(stream, self.index, route)?);
        let parent = node.parent().ok_or(EditError::Root)?;
        let Some(entry) = parent.entries().find(|entry| entry.value == node) else {
            return Err(locate::wrong_kind(parent, Kind::Mapping));
        };
        if entry.key.is_alias() {
            return Err(EditError::ThroughAlias(entry.key.span()));
        }
        if entry.key.text() == Some(name) {
            return Ok(());
        }
        locate::absent_key(parent, name)?;
        let key = entry.key.id();
        self.editor.refuse_shared(key)?;
        self.editor.make(Change::Rename { key, name }, |stream, layout| scalar::rename(stream.node(key), layout, name))
    }

    /// Adds a key to the mapping at `route`. Null and an empty mapping become one.
    pub fn insert_key(&mut self, route: &Route, key: &str, value: &Value, place: Place<'_>) -> Result<(), EditError> {
        let single = || [(key.into(), value.clone())].into_iter().collect();
        let Some(parent) = self.collection(route, Kind::Mapping, single)? else { return Ok(()) };
        let stream = &self.editor.stream;
        let mapping = stream.node(parent);
        locate::absent_key(mapping, key)?;
        let position = |key: &str| {
            let found = mapping.entries().position(|entry| entry.key.text() == Some(key));
            found.ok_or_else(|| EditError::NotFound(route.clone().key(key)))
        };
        let index = match place {
            Place::Last => mapping.entries().len(),
            Place::First => 0,
            Place::Before(key) => position(key)?,
            Place::After(key) => position(key)? + 1,
        };
        self.insert(parent, index, Some(key), value)
    }

    /// Adds an item at the end of the list at `route`. Null and an empty list become one.
    pub fn append_item(&mut self, route: &Route, value: &Value) -> Result<(), EditError> {
        self.insert_item(route, usize::MAX, value)
    }

    /// Adds an item to the list at `route` before the one at `index`, or at the end.
    pub fn insert_item(&mut self, route: &Route, index: usize, value: &Value) -> Result<(), EditError> {
        let single = || Value::sequence(vec![value.clone()]);
        let Some(parent) = self.collection(route, Kind::Sequence, single)? else { return Ok(()) };
        let length = self.editor.stream.node(parent).items().len();
        self.insert(parent, index.min(length), None, value)
    }

    /// Removes the entry or item at the end of the route, with its comments.
    pub fn remove(&mut self, route: &Route) -> Result<(), EditError> {
        let stream = &self.editor.stream;
        let node = stream.node(locate::node(stream, self.index, route)?);
        let parent = node.parent().ok_or(EditError::Root)?;
        let entry = parent.entries().position(|entry| entry.value == node);
        let index = entry.or_else(|| parent.items().position(|item| item == node)).unwrap_or_default();
        let key = entry.and_then(|index| parent.entries().nth(index)).map(|entry| entry.key.id());
        let (node, parent) = (node.id(), parent.id());
        self.editor.refuse_shared(parent)?;
        let gone: Vec<NodeId> = key.into_iter().chain([node]).collect();
        self.editor.refuse_loss(&gone, &gone)?;
        self.editor.make(Change::Remove { parent, index }, |stream, layout| {
            let parent = stream.node(parent);
            if parent.is_flow() { flow::remove(parent, index) } else { block::remove(parent, layout, index) }
        })
    }

    /// The collection at a route. Where nothing or an empty one stands, it is replaced by the value with the single child, and `None` returned.
    fn collection(
        &mut self,
        route: &Route,
        kind: Kind,
        single: impl Fn() -> Value,
    ) -> Result<Option<NodeId>, EditError> {
        let stream = &self.editor.stream;
        if stream.documents().len() == 0 && route.steps().is_empty() {
            return self.replace(route, &single()).map(|()| None);
        }
        let id = locate::node(stream, self.index, route)?;
        let node = stream.node(id);
        if node.is_alias() {
            return Err(EditError::ThroughAlias(node.span()));
        }
        if !node.is_null() && node.kind() != kind {
            return Err(locate::wrong_kind(node, kind));
        }
        self.editor.refuse_shared(id)?;
        let node = self.editor.stream.node(id);
        if node.is_null() || replace::is_bare(node) {
            return self.replace_node(id, &single()).map(|()| None);
        }
        Ok(Some(id))
    }

    fn insert(&mut self, parent: NodeId, index: usize, key: Option<&str>, value: &Value) -> Result<(), EditError> {
        let change = Change::Insert { parent, index, key, value };
        self.editor.make(change, |stream, layout| {
            let parent = stream.node(parent);
            if parent.is_flow() {
                let text = key.map_or_else(|| readable::flow(value), |key| layout.flow_entry(key, value));
                return flow::insert(parent, layout, index, &text);
            }
            let column = block::column(parent);
            let text = key.map_or_else(|| layout.item(value, column), |key| layout.entry(key, value, column));
            block::insert(parent, layout, index, &text)
        })
    }
}

/// Whether a value is a collection with something in it.
fn is_filled(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(_) => false,
        Content::Sequence(items) => !items.is_empty(),
        Content::Mapping(mapping) => !mapping.is_empty(),
    }
}

//! Builds the arena: follows the parser's events through the text and gives every node its bytes.
//!
//! Must not know the parser crates, nor how errors are worded.

use std::collections::{HashMap, hash_map::Entry};

use foldhash::fast::RandomState;

use super::{
    MAX_DEPTH, SyntaxError,
    events::{Event, Events, Properties, Refusal},
    scan::Cursor,
    weigh,
};
use crate::{
    text::{SourceText, Span},
    yaml::{
        node::{Children, DocumentData, DuplicateKey, EntryId, NodeData, NodeId, NodeKind, NodeProperties, Stream},
        scalar::Style,
    },
};

/// Why no tree was built.
pub(super) enum Failure {
    /// This parser refuses the text; another may not.
    Refused(Refusal),
    /// No parser's opinion would help.
    Final(SyntaxError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Builds the tree of a text from a parser's events.
pub(super) fn build(text: &SourceText, mut events: impl Events) -> Result<Stream, Failure> {
    let mut builder = Builder::new(text);
    loop {
        match events.next()? {
            Event::DocumentStart => builder.start_document(),
            Event::DocumentEnd => builder.end_document(),
            Event::Alias(anchor) => builder.alias(anchor)?,
            Event::Scalar { value, style, properties } => builder.scalar(value, style, &properties)?,
            Event::SequenceStart(properties) => builder.start_sequence(&properties)?,
            Event::MappingStart { properties, brace } => builder.start_mapping(&properties, brace)?,
            Event::End => builder.end_collection()?,
            Event::StreamEnd => {
                let stream = builder.finish();
                weigh::refuse_bombs(&stream).map_err(Failure::Final)?;
                return Ok(stream);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    BlockMapping,
    BlockSequence,
    FlowMapping,
    FlowSequence,
    /// A single pair inside of a flow sequence, without braces.
    FlowPair,
}

impl Form {
    fn is_mapping(self) -> bool {
        matches!(self, Self::BlockMapping | Self::FlowMapping | Self::FlowPair)
    }

    fn is_flow(self) -> bool {
        matches!(self, Self::FlowMapping | Self::FlowSequence | Self::FlowPair)
    }
}

/// A collection that is not closed yet.
struct Frame {
    node: NodeId,
    form: Form,
    /// The column of a block collection.
    column: usize,
    /// Where its children begin in the pending list.
    first_child: usize,
}

struct Builder<'t> {
    cursor: Cursor<'t>,
    stream: Stream,
    frames: Vec<Frame>,
    /// Children of open collections.
    pending: Vec<NodeId>,
    anchors: HashMap<usize, NodeId>,
    document_start: usize,
    document_root: Option<NodeId>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t SourceText) -> Self {
        // Manifests have a node for some twelve bytes.
        let nodes = text.as_str().len() / 12;
        let stream = Stream {
            text: text.clone(),
            nodes: Vec::with_capacity(nodes),
            children: Vec::with_capacity(nodes),
            strings: Vec::new(),
            properties: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
            duplicates: Vec::new(),
        };
        Self {
            cursor: Cursor::new(text.as_str()),
            stream,
            frames: Vec::new(),
            pending: Vec::new(),
            anchors: HashMap::new(),
            document_start: 0,
            document_root: None,
        }
    }

    fn finish(mut self) -> Stream {
        self.cursor.skip_trivia();
        self.stream.comments = self.cursor.comments;
        self.stream.duplicates.sort_by_key(|duplicate| duplicate.again);
        // Streams are kept as long as their view.
        self.stream.nodes.shrink_to_fit();
        self.stream.children.shrink_to_fit();
        self.stream
    }

    fn start_document(&mut self) {
        let before = self.cursor.offset;
        self.document_start = if self.cursor.take_document_start() { self.cursor.offset - 3 } else { before };
        self.document_root = None;
        self.anchors.clear();
    }

    fn end_document(&mut self) {
        if let Some(root) = self.document_root.take() {
            let span = Span::new(self.document_start, self.cursor.offset);
            self.stream.documents.push(DocumentData { root, span });
        }
        self.cursor.take_document_end();
    }

    /// Passes the indicators before the next node.
    fn enter(&mut self) -> Result<(), Failure> {
        let Some(frame) = self.frames.last() else { return Ok(()) };
        let is_key = (self.pending.len() - frame.first_child).is_multiple_of(2);
        match (frame.form, is_key) {
            (Form::BlockSequence, _) => {
                if !self.cursor.take_spaced(b'-') {
                    return Err(self.lost());
                }
            }
            (Form::FlowSequence, _) => {
                self.cursor.take(b',');
            }
            (Form::FlowMapping, true) => {
                self.cursor.take(b',');
                self.cursor.take_spaced(b'?');
            }
            (Form::BlockMapping | Form::FlowPair, true) => {
                self.cursor.take_spaced(b'?');
            }
            (Form::BlockMapping, false) => {
                self.cursor.take_spaced(b':');
            }
            (Form::FlowMapping | Form::FlowPair, false) => {
                self.cursor.take(b':');
            }
        }
        Ok(())
    }

    /// Passes anchor and tag; gives their entry and the offset of the first of them.
    fn properties(&mut self, announced: &Properties) -> (Option<EntryId>, Option<usize>) {
        let mut properties = NodeProperties { anchor: None, tag: announced.tag.clone() };
        let mut start = None;
        let mut tag_pending = announced.tag.is_some();
        while properties.anchor.is_none() && announced.anchor.is_some() || tag_pending {
            self.cursor.skip_trivia();
            let here = self.cursor.offset;
            match self.cursor.peek() {
                Some(b'&') => properties.anchor = Some(self.cursor.take_property(self.in_flow())),
                Some(b'!') => {
                    self.cursor.take_property(self.in_flow());
                    tag_pending = false;
                }
                _ => break,
            }
            start.get_or_insert(here);
        }
        let entry = start.map(|_| {
            self.stream.properties.push(properties);
            EntryId::at(index(self.stream.properties.len() - 1))
        });
        (entry, start)
    }

    fn in_flow(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.form.is_flow())
    }

    /// Adds a node as the next child of the innermost open collection.
    fn push(
        &mut self,
        kind: NodeKind,
        span: Span,
        properties: (Option<EntryId>, Option<usize>),
        anchor: Option<usize>,
    ) -> NodeId {
        let id = NodeId::at(index(self.stream.nodes.len()));
        let outer_start = properties.1.map_or(span.start, index);
        let parent = self.frames.last().map(|frame| frame.node);
        self.stream.nodes.push(NodeData { kind, span, outer_start, parent, properties: properties.0 });
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        if self.frames.is_empty() {
            self.document_root = Some(id);
        } else {
            self.pending.push(id);
        }
        id
    }

    fn scalar(&mut self, value: String, style: Style, announced: &Properties) -> Result<(), Failure> {
        self.enter()?;
        let properties = self.properties(announced);
        if style == Style::Plain && value.is_empty() {
            let kind = NodeKind::Scalar { style, owned: None };
            self.push(kind, Span::at(self.cursor.offset), properties, announced.anchor);
            return Ok(());
        }
        self.cursor.skip_trivia();
        let parent_indent = self.frames.last().map(|frame| frame.column);
        let Some(end) = self.cursor.take_scalar(&value, style, parent_indent) else { return Err(self.lost()) };
        let mut value = value;
        if end.drop_final_break && value.ends_with('\n') {
            value.pop();
        }
        if style == Style::Plain && self.in_flow() && value.starts_with(['|', '>']) {
            return Err(Failure::Final(SyntaxError::block_in_flow(end.span)));
        }
        let owned = (self.stream.text.slice(end.span) != value).then(|| {
            self.stream.strings.push(value.into_boxed_str());
            EntryId::at(index(self.stream.strings.len() - 1))
        });
        self.push(NodeKind::Scalar { style, owned }, end.span, properties, announced.anchor);
        Ok(())
    }

    fn alias(&mut self, anchor: usize) -> Result<(), Failure> {
        self.enter()?;
        self.cursor.skip_trivia();
        let start = self.cursor.offset;
        if self.cursor.peek() != Some(b'*') {
            return Err(self.lost());
        }
        let mut name = self.cursor.take_property(self.in_flow());
        let text = self.stream.text.slice(name);
        // The colon of a key, which only a space before it would keep apart, unless the anchor's name has it, too.
        if text.ends_with(':') && !self.stream.text.as_str().contains(&format!("&{text}")) {
            name.end -= 1;
            self.cursor.offset -= 1;
        }
        let span = Span::new(start, self.cursor.offset);
        let Some(&target) = self.anchors.get(&anchor) else {
            return Err(Failure::Final(SyntaxError::alias(
                span,
                format!("the alias `*{}` has no anchor above it in this document", self.stream.text.slice(name)),
            )));
        };
        if self.frames.iter().any(|frame| frame.node == target) {
            return Err(Failure::Final(SyntaxError::alias(
                span,
                format!("the alias `*{}` stands inside of what it names", self.stream.text.slice(name)),
            )));
        }
        self.push(NodeKind::Alias(target), span, (None, None), None);
        Ok(())
    }

    fn start_sequence(&mut self, announced: &Properties) -> Result<(), Failure> {
        self.enter()?;
        let properties = self.properties(announced);
        self.cursor.skip_trivia();
        let start = self.cursor.offset;
        let flow = self.cursor.peek() == Some(b'[');
        if flow {
            self.cursor.offset += 1;
        }
        let form = if flow { Form::FlowSequence } else { Form::BlockSequence };
        self.open(form, start, properties, announced.anchor)
    }

    fn start_mapping(&mut self, announced: &Properties, brace: Option<usize>) -> Result<(), Failure> {
        self.enter()?;
        let properties = self.properties(announced);
        let form = if self.cursor.peek_token() == Some(b'{') && brace_is_at(&self.cursor, brace) {
            self.cursor.offset += 1;
            Form::FlowMapping
        } else if self.in_flow() {
            Form::FlowPair
        } else {
            Form::BlockMapping
        };
        let start = self.cursor.offset - usize::from(form == Form::FlowMapping);
        self.open(form, start, properties, announced.anchor)
    }

    fn open(
        &mut self,
        form: Form,
        start: usize,
        properties: (Option<EntryId>, Option<usize>),
        anchor: Option<usize>,
    ) -> Result<(), Failure> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Failure::Final(SyntaxError::too_deep(start)));
        }
        let children = Children { start: 0, end: 0 };
        let kind = if form.is_mapping() {
            NodeKind::Mapping { children, flow: form.is_flow() }
        } else {
            NodeKind::Sequence { children, flow: form.is_flow() }
        };
        let node = self.push(kind, Span::at(start), properties, anchor);
        let column = self.cursor.column(start);
        self.frames.push(Frame { node, form, column, first_child: self.pending.len() });
        Ok(())
    }

    fn end_collection(&mut self) -> Result<(), Failure> {
        let Some(frame) = self.frames.pop() else { return Err(self.lost()) };
        let bracket = match frame.form {
            Form::FlowMapping => Some(b'}'),
            Form::FlowSequence => Some(b']'),
            _ => None,
        };
        if let Some(bracket) = bracket {
            self.cursor.take(b',');
            if !self.cursor.take(bracket) {
                return Err(self.lost());
            }
        }
        let ids = &self.pending[frame.first_child..];
        let start = self.stream.nodes[frame.node.index()].span.start as usize;
        let end = match ids.last() {
            _ if bracket.is_some() => self.cursor.offset,
            Some(last) => self.stream.nodes[last.index()].span.end as usize,
            None => start,
        };
        let children =
            Children { start: index(self.stream.children.len()), end: index(self.stream.children.len() + ids.len()) };
        self.stream.children.extend_from_slice(ids);
        if frame.form.is_mapping() {
            self.find_duplicates(frame.first_child);
        }
        self.pending.truncate(frame.first_child);
        let node = &mut self.stream.nodes[frame.node.index()];
        node.span = Span::new(start, end);
        match &mut node.kind {
            NodeKind::Mapping { children: slot, .. } | NodeKind::Sequence { children: slot, .. } => *slot = children,
            _ => {}
        }
        Ok(())
    }

    /// Notes keys of the mapping just closed that repeat an earlier one. Merge keys may stand several times.
    fn find_duplicates(&mut self, first_child: usize) {
        let ids = &self.pending[first_child..];
        let stream = &self.stream;
        let keys = || {
            let nodes = ids.iter().step_by(2).map(|&id| stream.node(id));
            nodes.filter_map(|key| Some((key.span(), key.text().filter(|&text| text != "<<")?)))
        };
        let mut found = Vec::new();
        if ids.len() <= 2 * FEW_KEYS {
            for (position, (again, text)) in keys().enumerate() {
                let first = keys().take(position).find(|(_, earlier)| *earlier == text);
                found.extend(first.map(|(first, _)| DuplicateKey { first, again }));
            }
        } else {
            let mut seen: HashMap<&str, Span, RandomState> = HashMap::default();
            for (again, text) in keys() {
                match seen.entry(text) {
                    Entry::Occupied(first) => found.push(DuplicateKey { first: *first.get(), again }),
                    Entry::Vacant(place) => {
                        place.insert(again);
                    }
                }
            }
        }
        self.stream.duplicates.extend(found);
    }

    /// The events and the text do not agree.
    fn lost(&self) -> Failure {
        Failure::Refused(Refusal {
            offset: self.cursor.offset,
            message: "the structure cannot be followed here".to_owned(),
        })
    }
}

/// Up to this many keys are compared each with each, which takes less time than to hash them.
const FEW_KEYS: usize = 8;

fn brace_is_at(cursor: &Cursor<'_>, brace: Option<usize>) -> bool {
    brace.is_some_and(|brace| cursor.offset == brace + cursor.bom_length())
}

/// Offsets and counts fit 32 bits: the sources refuse files far smaller than 4 GiB, and a node takes at least one byte of text or of structure.
fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

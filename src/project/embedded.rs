//! YAML inside of YAML: values documents in ConfigMaps and Secrets, in Argo CD Applications, or in files that a generator takes in.
//!
//! Owns the way back from the inner text to the line and column in the repository. Must not know what the inner document means.

use super::{Project, labels::first_line};
use crate::{
    diagnostic::Label,
    path::RepoPath,
    text::{SourceText, Span},
    yaml::{Content, FileId, Node, Origin, Stream, Style, Value},
};

/// A YAML document whose text stands in a file of the repository.
#[derive(Clone, Debug)]
pub struct Embedded {
    stream: Stream,
    path: RepoPath,
    /// What is pointed at where there is no way back to the exact place.
    whole: Span,
    /// For each line of the inner text its start there and in the file; `None` if the text is the file.
    lines: Option<Vec<(u32, u32)>>,
}

impl Embedded {
    /// Parses the text of a scalar in the file at `path`; `None` if it is not YAML. Of a literal block (`|`) each place can be found again.
    pub fn in_node(path: &RepoPath, node: Node<'_>) -> Option<Self> {
        let node = node.follow();
        let stream = Stream::parse(SourceText::new(node.text()?)).ok()?;
        let lines = if node.style() == Some(Style::Literal) { lines(node) } else { None };
        Some(Self { stream, path: path.clone(), whole: first_line(node), lines: Some(lines.unwrap_or_default()) })
    }

    /// The parsed inner text.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// The top of the first document.
    pub fn root(&self) -> Option<Node<'_>> {
        self.stream.documents().next().map(crate::yaml::Document::root)
    }

    /// The file that holds the text.
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// The first document as a value, whose origins are offsets in the inner text.
    pub fn to_value(&self) -> Option<Value> {
        self.root()?.to_value(FileId(u32::MAX)).ok()
    }

    /// The first document as a value whose origins are places in the file with this number, which holds the text.
    pub fn to_placed_value(&self, file: FileId) -> Option<Value> {
        let mut value = self.to_value()?;
        self.place(&mut value, file);
        Some(value)
    }

    fn place(&self, value: &mut Value, file: FileId) {
        let inner = Span { start: value.origin.offset, end: value.origin.offset };
        value.origin = Origin { file, offset: self.outer(inner).unwrap_or(self.whole).start };
        match &mut value.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => items.iter_mut().for_each(|item| self.place(item, file)),
            Content::Mapping(entries) => entries.values_mut().for_each(|inner| self.place(inner, file)),
        }
    }

    /// Labels a span of the inner text: exactly where that can be told, else the scalar that holds it.
    pub fn label(&self, inner: Span, message: impl Into<String>) -> Label {
        Label::new(&self.path, self.outer(inner).unwrap_or(self.whole), message)
    }

    /// Labels the node that begins at an offset of the inner text.
    pub fn label_at(&self, offset: u32, message: impl Into<String>) -> Label {
        let span = self.stream.node_at(offset).map_or(Span { start: offset, end: offset }, first_line);
        self.label(span, message)
    }

    fn outer(&self, inner: Span) -> Option<Span> {
        let Some(lines) = &self.lines else { return Some(inner) };
        let place = |offset: u32| {
            let index = lines.partition_point(|(start, _)| *start <= offset).checked_sub(1)?;
            let (start, outer) = lines.get(index)?;
            Some(outer + (offset - start))
        };
        Some(Span { start: place(inner.start)?, end: place(inner.end)? })
    }
}

impl Project {
    /// Parses the text of a scalar value, wherever it stands: in a scalar of a file, or in a file that a generator took in as a whole. `None` if it is not
    /// YAML, or cannot be found in the repository.
    pub fn embedded(&self, value: &Value) -> Option<Embedded> {
        let text = &value.as_scalar()?.text;
        let path = self.session.path_of(value.origin.file)?;
        if value.origin.offset == 0
            && let Some(stream) = self.file(&path).and_then(super::File::stream)
            && stream.text().as_str() == text
        {
            return Some(Embedded { stream: stream.clone(), path, whole: Span::at(0), lines: None });
        }
        let (path, node) = self.node_of(value.origin)?;
        // A value that a transformer has changed is not what stands there.
        if node.text() != Some(text.as_str()) {
            let stream = Stream::parse(SourceText::new(text.as_str())).ok()?;
            return Some(Embedded { stream, path: path.clone(), whole: first_line(node), lines: Some(Vec::new()) });
        }
        Embedded::in_node(path, node)
    }
}

/// Where the lines of a literal block stand: each line of the file is some indentation and then the line of the text.
fn lines(node: Node<'_>) -> Option<Vec<(u32, u32)>> {
    let source = node.source();
    let header = source.find('\n')? + 1;
    let mut outer = node.span().start as usize + header;
    let mut inner = 0;
    let mut lines = Vec::new();
    let outer_lines = source[header..].split_inclusive('\n');
    for (held, written) in node.text()?.split_inclusive('\n').zip(outer_lines) {
        let content = held.trim_end_matches(['\n', '\r']);
        let indentation = written.trim_end_matches(['\n', '\r']).strip_suffix(content)?;
        if !indentation.chars().all(|c| c == ' ') {
            return None;
        }
        lines.push((u32::try_from(inner).ok()?, u32::try_from(outer + indentation.len()).ok()?));
        inner += held.len();
        outer += written.len();
    }
    Some(lines)
}

//! Files of a session: read once, parsed once, numbered.
//!
//! Owns the table behind [`FileId`]. Must not know what a file is for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{
    context::UseOfBuiltIn,
    merge_keys::MergeKeys,
    objects, open_api,
    problem::{Problem, ProblemKind},
    resource::Resource,
    spot::Spot,
};
use crate::{
    diagnostic::Label,
    path::RepoPath,
    source::{SourceError, SourceView},
    text::{SourceText, Span},
    yaml::{ExpandError, FileId, Origin, Stream},
};

/// One file with everything that was learnt about it.
#[derive(Debug)]
pub struct File {
    pub(super) id: FileId,
    pub(super) path: RepoPath,
    content: Content,
    stream: OnceLock<Result<Arc<Stream>, Box<Problem>>>,
    streams: Arc<Streams>,
    schemas: [OnceLock<Result<Arc<MergeKeys>, Box<Problem>>>; 3],
}

/// The bytes of a file. Nearly all are text, which is kept only once.
#[derive(Debug)]
enum Content {
    Text(SourceText),
    Bytes(Vec<u8>),
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes)
            .map_or_else(|error| Self::Bytes(error.into_bytes()), |text| Self::Text(SourceText::new(text)))
    }
}

impl File {
    /// The number of the file in the session's table.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The parsed text, or why it cannot be parsed.
    pub fn stream(&self) -> Result<&Stream, Box<Problem>> {
        self.stream.get_or_init(|| self.parse()).as_deref().map_err(Clone::clone)
    }

    /// Parses the text and refuses what kustomize refuses.
    fn parse(&self) -> Result<Arc<Stream>, Box<Problem>> {
        match &self.content {
            Content::Text(text) => self.streams.parse(&self.path, text),
            Content::Bytes(bytes) => {
                let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
                let label = Label::new(&self.path, Span::at(valid), "not UTF-8 from here");
                Err(Problem::new(ProblemKind::UnparsableFile, label, "the file is not valid UTF-8"))
            }
        }
    }

    /// The bytes as text, parsed or not; `None` if they are not UTF-8.
    pub fn text(&self) -> Option<SourceText> {
        if let Content::Text(text) = &self.content { Some(text.clone()) } else { None }
    }

    /// The bytes as text of the same length, with a question mark for each byte that is no UTF-8.
    pub fn shown_text(&self) -> SourceText {
        let mut text = String::with_capacity(self.bytes().len());
        for chunk in self.bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| '?'));
        }
        SourceText::new(text)
    }

    /// Whether git-crypt has encrypted the file.
    pub fn is_encrypted(&self) -> bool {
        self.bytes().starts_with(b"\0GITCRYPT\0")
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => text.as_str().as_bytes(),
            Content::Bytes(bytes) => bytes,
        }
    }

    /// Says that a document of the file has no value.
    pub fn refusal(&self, error: ExpandError) -> Box<Problem> {
        objects::expand_problem(error, &objects::Place::file(&self.path, self.id))
    }

    /// The objects in the file, as they stand there. They are not kept: nearly every file is included once, and its objects are changed then.
    pub(super) fn objects(&self) -> Result<Vec<Resource>, Box<Problem>> {
        objects::read(self.stream()?, &objects::Place::file(&self.path, self.id))
    }

    /// What the file says about merging, if it is an `OpenAPI` schema, together with as much of the built-in one as kustomize puts to it.
    pub(super) fn schema(&self, built_in: UseOfBuiltIn) -> Result<Arc<MergeKeys>, Box<Problem>> {
        let [alone, after, before] = &self.schemas;
        let known = match built_in {
            UseOfBuiltIn::None => alone,
            UseOfBuiltIn::LookedUp => after,
            UseOfBuiltIn::Merged => before,
        };
        known.get_or_init(|| open_api::read(self, built_in).map(Arc::new)).clone()
    }

    /// Labels the node at a byte offset.
    pub(super) fn label(&self, offset: u32, message: impl Into<String>) -> Label {
        let node = self.stream.get().and_then(|stream| stream.as_ref().ok()).and_then(|stream| stream.node_at(offset));
        let span = node.map_or(Span { start: offset, end: offset }, |node| {
            // Of a mapping or list the first line says enough.
            let span = node.span();
            let text = node.stream().text().slice(span);
            let line = text.find('\n').filter(|_| !node.is_flow()).unwrap_or(text.len());
            Span::new(span.start as usize, span.start as usize + line)
        });
        Label::new(&self.path, span, message)
    }
}

/// Parses a text that stands in the file at `path`.
pub(super) fn parse_text(path: &RepoPath, text: SourceText) -> Result<Stream, Box<Problem>> {
    Stream::parse(text).map_err(|error| {
        let label = Label::new(path, error.span, "");
        let mut problem = Problem::new(ProblemKind::UnparsableFile, label, error.message);
        problem.help = error.help;
        if let Some((span, message)) = error.related {
            problem.related.push(Label::new(path, span, message));
        }
        problem
    })
}

/// Parsed files that outlive a session, for whoever looks at one view after another that differ little. Of each path the last text is kept.
#[derive(Debug, Default)]
pub struct Streams {
    known: Mutex<HashMap<RepoPath, Arc<Stream>>>,
}

impl Streams {
    fn parse(&self, path: &RepoPath, text: &SourceText) -> Result<Arc<Stream>, Box<Problem>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stream) = known().get(path).filter(|stream| stream.text().as_str() == text.as_str()) {
            return Ok(Arc::clone(stream));
        }
        // Parsed without the lock: many threads parse many files.
        let stream = Arc::new(parse_text(path, text.clone())?);
        known().insert(path.clone(), Arc::clone(&stream));
        Ok(stream)
    }
}

/// The files read so far.
#[derive(Debug, Default)]
pub(super) struct Files {
    table: Mutex<Table>,
    streams: Arc<Streams>,
}

#[derive(Debug, Default)]
struct Table {
    files: Vec<Arc<File>>,
    by_path: HashMap<RepoPath, Arc<File>>,
}

impl Files {
    /// Files of which those that were parsed before are not parsed again.
    pub(super) fn with(streams: Arc<Streams>) -> Self {
        Self { table: Mutex::default(), streams }
    }

    /// The same table, in which only some of the files are found by their paths.
    pub(super) fn shared(&self, is_same: impl Fn(&RepoPath) -> bool) -> Self {
        let table = self.lock();
        let by_path = table.by_path.iter().filter(|(path, _)| is_same(path));
        let by_path = by_path.map(|(path, file)| (path.clone(), Arc::clone(file))).collect();
        Self { table: Mutex::new(Table { files: table.files.clone(), by_path }), streams: Arc::clone(&self.streams) }
    }

    /// Reads the regular file at `path`, which must hold no symbolic link; `None` if there is none.
    pub(super) fn read(&self, view: &dyn SourceView, path: &RepoPath) -> Result<Option<Arc<File>>, SourceError> {
        if let Some(file) = self.lock().by_path.get(path) {
            return Ok(Some(Arc::clone(file)));
        }
        // Read without the lock: two threads may read the same file, the first to come back is kept.
        let Some(bytes) = view.read(path)? else { return Ok(None) };
        let mut table = self.lock();
        if let Some(file) = table.by_path.get(path) {
            return Ok(Some(Arc::clone(file)));
        }
        let id = FileId(u32::try_from(table.files.len()).unwrap_or(u32::MAX - 1));
        let (stream, schemas) = Default::default();
        let streams = Arc::clone(&self.streams);
        let file = Arc::new(File { id, path: path.clone(), content: bytes.into(), stream, streams, schemas });
        table.files.push(Arc::clone(&file));
        table.by_path.insert(path.clone(), Arc::clone(&file));
        Ok(Some(file))
    }

    /// The file with a number.
    pub(super) fn get(&self, id: FileId) -> Option<Arc<File>> {
        self.lock().files.get(id.0 as usize).cloned()
    }

    /// Where a value was written, a mapping or list by its first line; `None` if it was written nowhere.
    pub(super) fn spot(&self, origin: Origin) -> Option<Spot> {
        let file = self.get(origin.file)?;
        Some(Spot { file: origin.file, span: file.label(origin.offset, "").span })
    }

    /// Labels a spot.
    pub(super) fn mark(&self, spot: Spot, message: impl Into<String>) -> Label {
        let path = self.get(spot.file).map_or_else(RepoPath::root, |file| file.path.clone());
        Label { path, span: spot.span, message: message.into(), redact: false }
    }

    /// Labels the place where a value was written; `fallback` if it was written nowhere.
    pub(super) fn label(&self, origin: Origin, fallback: &File, message: &str) -> Label {
        match self.get(origin.file) {
            Some(file) => file.label(origin.offset, message),
            None => Label::file(&fallback.path, message),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Table> {
        // A thread that panicked while holding the lock has left the table whole: it is only ever appended to.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

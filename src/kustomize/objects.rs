//! From the documents of a file to objects: empty documents dropped, lists taken apart, names demanded.
//!
//! Owns the rules by which kustomize reads a resource or a strategic merge patch. Must not know where the text comes from.

use std::collections::VecDeque;

use super::{
    folded,
    in_flow::InFlow,
    inline::Translation,
    patch::marked_keys::has_marked,
    problem::{Problem, ProblemKind},
    resource::{Provenance, Resource, is_empty, scalar_text},
    spot::Spot,
};
use crate::{
    diagnostic::Label,
    path::RepoPath,
    text::Span,
    yaml::{Content, ExpandError, FileId, Origin, Stream, Value},
};

/// Where a text stands: a whole file, or a block in one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) file: FileId,
    /// How offsets in the text become offsets in the file; `None` if they are the same.
    pub(super) translation: Option<&'a Translation>,
}

impl<'a> Place<'a> {
    pub(super) fn file(path: &'a RepoPath, file: FileId) -> Self {
        Self { path, file, translation: None }
    }

    /// Labels bytes of the text.
    pub(super) fn label(&self, span: Span, message: impl Into<String>) -> Label {
        let span = self.translation.map_or(span, |translation| translation.span(span));
        Label::new(self.path, span, message)
    }

    fn problem(&self, kind: ProblemKind, span: Span, message: impl Into<String>) -> Box<Problem> {
        Problem::new(kind, self.label(span, ""), message)
    }
}

fn at(value: &Value) -> Span {
    Span::at(value.origin.offset as usize)
}

/// Reads the objects of a stream.
pub(super) fn read(stream: &Stream, place: &Place<'_>) -> Result<Vec<Resource>, Box<Problem>> {
    if let Some(duplicate) = stream.duplicate_keys().first() {
        let key = stream.text().slice(duplicate.again);
        let problem = place.problem(
            ProblemKind::UnparsableFile,
            duplicate.again,
            format!("the key `{key}` stands twice in one mapping"),
        );
        return Err(problem.related(place.label(duplicate.first, "first here")));
    }
    let (folded, in_flow) = (folded::offsets(stream), InFlow::of(stream, place.file));
    let mut queue = VecDeque::new();
    for (index, document) in stream.documents().enumerate() {
        // kustomize cuts a file at its `---` lines and reads one document from each piece: what follows a bare `...` is lost.
        let follows_dots = index > 0 && !stream.text().slice(document.span()).starts_with("---");
        if document.root().is_null() || follows_dots {
            continue;
        }
        let root = document.root();
        let mut odd_key = None;
        let value = match root.to_value(place.file) {
            Err(ExpandError::KeyNotString(span)) => {
                odd_key = Some(Spot { file: place.file, span: place.label(span, "").span });
                root.to_value_with_marked_keys(place.file)
            }
            value => value,
        };
        let value = value.map_err(|error| expand_problem(error, place))?;
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        queue.push_back((value, index, odd_key));
    }
    let mut resources = Vec::new();
    while let Some((value, index, odd_key)) = queue.pop_front() {
        if is_empty(&value) {
            continue;
        }
        validate(&value, place)?;
        match take_items(value, place)? {
            Taken::Items(items) => queue.extend(items.into_iter().map(|item| (item, index, odd_key))),
            Taken::Object(mut value) => {
                folded::rewrite(&mut value, &folded);
                if let Some(translation) = place.translation {
                    translate(&mut value, translation);
                }
                let origin = value.origin;
                let odd_key = odd_key.filter(|_| has_marked(&value));
                let mut resource = Resource::new(value, Provenance::Document { origin, index });
                resource.odd_key = odd_key;
                resource.in_flow.clone_from(&in_flow);
                resources.push(resource);
            }
        }
    }
    Ok(resources)
}

/// Says why a document has no value.
pub(super) fn expand_problem(error: ExpandError, place: &Place<'_>) -> Box<Problem> {
    place.problem(ProblemKind::UnparsableFile, error.span(), error.to_string())
}

enum Taken {
    Items(Vec<Value>),
    Object(Value),
}

/// Takes a list apart: any object whose kind ends in `List` and that has `items`.
fn take_items(mut value: Value, place: &Place<'_>) -> Result<Taken, Box<Problem>> {
    if !scalar_text(value.get("kind")).ends_with("List") {
        return Ok(Taken::Object(value));
    }
    let start = at(&value);
    let Some(items) = value.as_mapping_mut().and_then(|mapping| mapping.shift_remove("items")) else {
        return Ok(Taken::Object(value));
    };
    match items.content {
        Content::Sequence(items) => Ok(Taken::Items(items)),
        _ if items.is_null() => Ok(Taken::Items(Vec::new())),
        _ => Err(place.problem(ProblemKind::NotAnObject, start, "`items` of a list must be a list")),
    }
}

fn validate(value: &Value, place: &Place<'_>) -> Result<(), Box<Problem>> {
    let kind = scalar_text(value.get("kind"));
    let missing = |field: &str| {
        let problem = place.problem(ProblemKind::NotAnObject, at(value), format!("missing {field} in object"));
        Err(problem.help("every document needs apiVersion, kind and metadata.name"))
    };
    if value.as_mapping().is_none() || kind.is_empty() {
        return missing("kind");
    }
    let name = value.pointer(&["metadata", "name"]).filter(|name| !name.is_null());
    if !kind.ends_with("List") && scalar_text(name).is_empty() {
        return missing("metadata.name");
    }
    Ok(())
}

/// Moves the origins of a value from a text inside of a file to the file.
pub(super) fn translate(value: &mut Value, translation: &Translation) {
    value.origin = Origin { offset: translation.offset(value.origin.offset), ..value.origin };
    match &mut value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(|item| translate(item, translation)),
        Content::Mapping(mapping) => mapping.values_mut().for_each(|value| translate(value, translation)),
    }
}

//! Values documents that stand in a ConfigMap or Secret, each part with its place in the file that holds it.
//!
//! Must not know what the values are for.

use std::fmt;

use super::substitute::read_as_json;
use crate::{
    kustomize::Session,
    text::SourceText,
    yaml::{Content, FileId, Origin, Stream, Value},
};

/// Why a text is no document of values.
#[derive(Debug)]
pub(super) struct NoDocument(String);

impl fmt::Display for NoDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is no YAML: {}", self.0)
    }
}

/// Reads the document in the text of a value; an empty one is an empty mapping.
pub(super) fn document(session: &Session, holder: &Value) -> Result<Value, NoDocument> {
    let text = holder.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    let stream = Stream::parse(SourceText::new(text)).map_err(|error| NoDocument(error.message))?;
    let root = stream.documents().next().map(|document| document.root());
    let value = root.map(|root| root.to_value_with_marked_keys(FileId(0))).transpose();
    let mut value = value.map_err(|error| NoDocument(error.to_string()))?.unwrap_or_else(Value::null);
    if value.is_null() {
        return Ok(Value::mapping().at(holder.origin));
    }
    read_as_json(&mut value);
    let file = session.text_of(holder.origin.file);
    let places = Places::of(file.as_ref().map(SourceText::as_str), text, holder.origin);
    place(&mut value, &places);
    Ok(value)
}

/// How places in the text become places in the file.
enum Places<'t> {
    /// The text stands in the file as it is.
    Whole(Origin),
    /// It is a literal block: its lines stand there, indented.
    Block { text: &'t str, origin: Origin, first_line: usize, indent: usize, file: &'t str },
    /// It looks otherwise there.
    Holder(Origin),
}

impl<'t> Places<'t> {
    fn of(file: Option<&'t str>, text: &'t str, origin: Origin) -> Self {
        let start = origin.offset as usize;
        let Some(there) = file.and_then(|file| file.get(start..)) else { return Self::Holder(origin) };
        if there.starts_with(text) {
            return Self::Whole(origin);
        }
        let header = there.lines().next().unwrap_or_default();
        let Some(body) = there.get(header.len() + 1..).filter(|_| header.starts_with('|')) else {
            return Self::Holder(origin);
        };
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let line = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        match (line.strip_suffix(first), file) {
            (Some(indent), Some(file)) if !first.is_empty() => {
                Self::Block { text, origin, first_line: start + header.len() + 1, indent: indent.len(), file }
            }
            _ => Self::Holder(origin),
        }
    }

    fn find(&self, offset: u32) -> Origin {
        match self {
            Self::Holder(origin) => *origin,
            Self::Whole(origin) => Origin { offset: origin.offset + offset, ..*origin },
            Self::Block { text, origin, first_line, indent, file } => {
                let before = text.get(..offset as usize).unwrap_or(text);
                let line = before.matches('\n').count();
                let column = before.rsplit('\n').next().unwrap_or_default().len();
                let body = file.get(*first_line..).unwrap_or_default();
                let start: usize = body.split_inclusive('\n').take(line).map(str::len).sum();
                let at = u32::try_from(first_line + start + indent + column);
                Origin { offset: at.unwrap_or(origin.offset), ..*origin }
            }
        }
    }
}

fn place(value: &mut Value, places: &Places<'_>) {
    value.origin = places.find(value.origin.offset);
    match &mut value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(|item| place(item, places)),
        Content::Mapping(mapping) => mapping.values_mut().for_each(|value| place(value, places)),
    }
}

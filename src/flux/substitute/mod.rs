//! Substitution after the build: `${variable}` in the text of an object.
//!
//! The controller prints each object as YAML, substitutes in that text and reads it again, so a variable may change types and even structure, and a `$$` anywhere
//! becomes `$`. This module does the same and gives every part of the result the place of the text it came from. From `kustomize_varsub.go` in
//! fluxcd/pkg/kustomize. Must not know where variables come from.

mod evaluate;
mod parse;
mod pattern;
mod scan;

pub use evaluate::{Error, Fault, Found, substitute_text};
pub use parse::Malformed;
pub(super) use pattern::matches as matches_pattern;

use smol_str::SmolStr;

use crate::{
    text::SourceText,
    yaml::{
        Content, FileId, Mapping, NON_STRING_KEY, Node, Origin, Route, Step, Stream, Type, Value, print,
        scalar::parse_old_bool,
    },
};

/// The label or annotation that keeps an object from being substituted.
const SWITCH: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Why an object cannot be substituted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubstituteError {
    /// A `${…}` in it is at fault.
    #[error("{fault}")]
    Text {
        /// What is wrong.
        fault: Fault,
        /// The value that holds it.
        origin: Origin,
        /// The first characters of it, to find it in the value's text.
        start: String,
    },
    /// The object cannot be printed.
    #[error("{0}")]
    Unprintable(#[from] print::kustomize::PrintError),
    /// The result is no YAML.
    #[error("the object is no YAML after substitution: {0}")]
    NotYaml(String),
    /// The result is YAML, but no object.
    #[error("the object is no mapping after substitution")]
    NotAnObject,
}

/// Whether an object says that it wants no substitution.
pub fn is_disabled(object: &Value) -> bool {
    ["labels", "annotations"]
        .into_iter()
        .any(|field| object.pointer(&["metadata", field, SWITCH]).and_then(Value::as_str) == Some("disabled"))
}

/// Substitutes the variables in an object; `None` if that changes nothing.
pub fn substitute(
    object: &Value,
    strict: bool,
    variable: &dyn Fn(&str) -> Found,
) -> Result<Option<Value>, SubstituteError> {
    if is_disabled(object) || !holds_substitution(object) {
        return Ok(None);
    }
    let mut text = String::new();
    print::kustomize::document(object, &mut text)?;
    let substituted = substitute_text(&text, strict, variable).map_err(|error| locate(object, &text, error))?;
    let stream =
        Stream::parse(SourceText::new(substituted)).map_err(|error| SubstituteError::NotYaml(error.message.clone()))?;
    let root = stream.documents().next().ok_or(SubstituteError::NotAnObject)?.root();
    let mut value =
        root.to_value_with_marked_keys(NOWHERE).map_err(|error| SubstituteError::NotYaml(error.to_string()))?;
    if value.as_mapping().is_none() {
        return Err(SubstituteError::NotAnObject);
    }
    read_as_json(&mut value);
    take_origins(&mut value, object);
    Ok(Some(value))
}

/// The file of values that were just read and have no place yet.
const NOWHERE: FileId = FileId(u32::MAX);

fn holds_substitution(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(scalar) => evaluate::changes(&scalar.text),
        Content::Sequence(items) => items.iter().any(holds_substitution),
        Content::Mapping(mapping) => {
            mapping.iter().any(|(key, value)| evaluate::changes(key) || holds_substitution(value))
        }
    }
}

/// Does what YAML goes through on its way to JSON: old booleans are booleans, dates strings, and so is every key.
pub(super) fn read_as_json(value: &mut Value) {
    match &mut value.content {
        Content::Scalar(scalar) => match scalar.kind {
            Type::Timestamp => scalar.kind = Type::String,
            Type::String if !scalar.quoted => {
                if let Some(truth) = parse_old_bool(&scalar.text) {
                    scalar.kind = Type::Bool;
                    scalar.text = if truth { "true" } else { "false" }.into();
                }
            }
            _ => {}
        },
        Content::Sequence(items) => items.iter_mut().for_each(read_as_json),
        Content::Mapping(mapping) => {
            if mapping.keys().any(|key| key.starts_with(NON_STRING_KEY)) {
                let entries = std::mem::take(&mut **mapping).into_iter();
                **mapping =
                    entries.map(|(key, value)| (key.trim_start_matches(NON_STRING_KEY).into(), value)).collect();
            }
            mapping.values_mut().for_each(read_as_json);
        }
    }
}

/// Gives each part of the new value the place of the part of the old one that it was made of.
pub(super) fn take_origins(new: &mut Value, old: &Value) {
    new.origin = old.origin;
    match (&mut new.content, &old.content) {
        (Content::Mapping(new), Content::Mapping(before)) => {
            let renamed = renamed_entry(new, before);
            for (key, value) in new.iter_mut() {
                match before.get(key).or(renamed) {
                    Some(from) => take_origins(value, from),
                    None => take_origins(value, &Value::null().at(old.origin)),
                }
            }
        }
        (Content::Sequence(new), Content::Sequence(before)) => {
            for (index, item) in new.iter_mut().enumerate() {
                match before.get(index) {
                    Some(from) => take_origins(item, from),
                    None => take_origins(item, &Value::null().at(old.origin)),
                }
            }
        }
        // A scalar that has become a list or a mapping.
        (Content::Mapping(new), _) => {
            for value in new.values_mut() {
                take_origins(value, &Value::null().at(old.origin));
            }
        }
        (Content::Sequence(new), _) => {
            for item in new {
                take_origins(item, &Value::null().at(old.origin));
            }
        }
        (Content::Scalar(_), _) => {}
    }
}

/// The one entry that is gone, where its key was substituted.
fn renamed_entry<'o>(new: &Mapping, old: &'o Mapping) -> Option<&'o Value> {
    let mut gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let one = gone.next().filter(|_| new.len() == old.len())?;
    gone.next().is_none().then_some(one.1)
}

/// Finds the value in whose text a faulty `${` stands, by its place in the printed object.
fn locate(object: &Value, printed: &str, error: Error) -> SubstituteError {
    let rest = printed.get(error.at..).unwrap_or_default();
    let end =
        rest.char_indices().skip(2).find(|(_, c)| !(c.is_alphanumeric() || *c == '_')).map_or(rest.len(), |(at, _)| at);
    let start = rest.get(..end).unwrap_or_default().to_owned();
    let route = Stream::parse(SourceText::new(printed)).ok().and_then(|stream| {
        let offset = u32::try_from(error.at).ok()?;
        stream.innermost(offset).map(Node::route)
    });
    let origin = route.map_or(object.origin, |route| follow(object, &route).origin);
    SubstituteError::Text { fault: error.fault, origin, start }
}

/// The value at the end of a route, or as near to it as there is one.
fn follow<'v>(value: &'v Value, route: &Route) -> &'v Value {
    let mut at = value;
    for step in route.steps() {
        let next = match step {
            Step::Key(key) => at.get(key),
            Step::Index(index) => at.as_sequence().and_then(|items| items.get(*index)),
        };
        let Some(next) = next else { return at };
        at = next;
    }
    at
}

/// Whether a text may name a variable.
pub fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first == b'_' || first.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// A value of a variable: line breaks do not survive.
pub(super) fn without_breaks(text: &str) -> SmolStr {
    text.replace('\n', "").into()
}

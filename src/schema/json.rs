//! From a spanned node to a JSON value: aliases and merge keys expanded, keys as text.
//!
//! Owns the budget that stops alias bombs here. Must not know schemas.

use serde_json::{Map, Number, Value};

use crate::yaml::{
    self, Content, ExpandError, Kind, MAX_DEPTH, MAX_EXPANDED_NODES, Node, Style, Type,
    scalar::{parse_float, parse_int, parse_old_bool},
};

/// The deepest value that is built. Texts nest up to [`MAX_DEPTH`]; only aliases within aliases lead deeper.
const DEEPEST: usize = 2 * MAX_DEPTH;

/// The JSON value of a node, as the API server would read it: keys are texts whatever they look like, dates and binaries are texts, a key that stands twice
/// keeps its last value. A merge key that does not name a mapping brings nothing.
pub fn to_json(node: Node<'_>) -> Result<Value, ExpandError> {
    Converter { budget: MAX_EXPANDED_NODES, old_booleans: false }.value(node, 0)
}

/// Like [`to_json`], for files that kustomize reads into its own types: there, `yes`, `no`, `on`, `off`, `y` and `n` are booleans, as in YAML 1.1. (In the
/// objects that it transforms they are texts.)
pub(super) fn to_json_with_old_booleans(node: Node<'_>) -> Result<Value, ExpandError> {
    Converter { budget: MAX_EXPANDED_NODES, old_booleans: true }.value(node, 0)
}

struct Converter {
    budget: usize,
    old_booleans: bool,
}

impl Converter {
    fn value(&mut self, node: Node<'_>, depth: usize) -> Result<Value, ExpandError> {
        self.budget = self.budget.checked_sub(1).ok_or(ExpandError::TooLarge(node.span()))?;
        if depth > DEEPEST {
            return Err(ExpandError::TooLarge(node.span()));
        }
        Ok(match node.kind() {
            Kind::Scalar => match old_boolean(node).filter(|_| self.old_booleans) {
                Some(value) => Value::Bool(value),
                None => scalar(node),
            },
            Kind::Sequence => {
                Value::Array(node.items().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Kind::Mapping => Value::Object(self.mapping(node, depth)?),
        })
    }

    fn mapping(&mut self, node: Node<'_>, depth: usize) -> Result<Map<String, Value>, ExpandError> {
        let mut mapping = Map::new();
        let is_merge = |key: Node<'_>| key.scalar_type() == Some(Type::Merge);
        for entry in node.entries().filter(|entry| !is_merge(entry.key)) {
            let value = self.value(entry.value, depth + 1)?;
            mapping.insert(key_text(entry.key).to_owned(), value);
        }
        for entry in node.entries().filter(|entry| is_merge(entry.key)) {
            let sources: Vec<Node<'_>> =
                if entry.value.is_sequence() { entry.value.items().collect() } else { vec![entry.value] };
            for source in sources {
                if let Value::Object(merged) = self.value(source, depth + 1)? {
                    for (key, value) in merged {
                        mapping.entry(key).or_insert(value);
                    }
                }
            }
        }
        Ok(mapping)
    }
}

/// The text of a key; of a key that is no scalar, its source.
pub(super) fn key_text(key: Node<'_>) -> &str {
    key.text().unwrap_or_else(|| key.source())
}

/// What YAML 1.1 reads as a boolean and YAML 1.2 as a text.
fn old_boolean(node: Node<'_>) -> Option<bool> {
    if node.style() != Some(Style::Plain) || node.follow().tag().is_some() {
        return None;
    }
    parse_old_bool(node.text()?)
}

fn scalar(node: Node<'_>) -> Value {
    typed(node.text().unwrap_or_default(), node.scalar_type())
}

/// The JSON value of an owned value.
pub fn value_to_json(value: &yaml::Value) -> Value {
    match &value.content {
        Content::Scalar(scalar) => typed(&scalar.text, Some(scalar.kind)),
        Content::Sequence(items) => Value::Array(items.iter().map(value_to_json).collect()),
        Content::Mapping(mapping) => {
            Value::Object(mapping.iter().map(|(key, value)| (key.to_string(), value_to_json(value))).collect())
        }
    }
}

fn typed(text: &str, kind: Option<Type>) -> Value {
    let as_text = || Value::String(text.to_owned());
    match kind {
        None | Some(Type::Null) => Value::Null,
        Some(Type::Bool) => Value::Bool(text.eq_ignore_ascii_case("true")),
        Some(Type::Int) => parse_int(text).and_then(Number::from_i128).map_or_else(as_text, Value::Number),
        // Infinity and NaN are no JSON numbers.
        Some(Type::Float) => parse_float(text).and_then(Number::from_f64).map_or_else(as_text, Value::Number),
        Some(Type::String | Type::Timestamp | Type::Binary | Type::Merge) => as_text(),
    }
}

//! From spanned YAML to JSON values, the form in which answers are validated and given to templates.
//!
//! Must not know what the values are for.

use serde_json::{Map, Number, Value as Json};

use crate::{
    text::Span,
    yaml::{
        FileId, Node, Type, Value,
        scalar::{parse_float, parse_int},
    },
};

/// The value of a node, aliases and merge keys expanded. Dates are texts. Fails for keys that are no strings, and for what aliases make too large.
pub(super) fn from_node(node: Node<'_>) -> Result<Json, (Span, String)> {
    let value = node.to_value(FileId(0)).map_err(|error| (error.span(), error.to_string()))?;
    Ok(from_value(&value))
}

/// The value of an owned YAML value.
pub(super) fn from_value(value: &Value) -> Json {
    if let Some(mapping) = value.as_mapping() {
        return Json::Object(mapping.iter().map(|(key, value)| (key.to_string(), from_value(value))).collect::<Map<_, _>>());
    }
    if let Some(items) = value.as_sequence() {
        return Json::Array(items.iter().map(from_value).collect());
    }
    let Some(scalar) = value.as_scalar() else { return Json::Null };
    let text = || Json::String(scalar.text.to_string());
    match scalar.kind {
        Type::Null => Json::Null,
        Type::Bool => Json::Bool(scalar.text.eq_ignore_ascii_case("true")),
        Type::Int => integer(&scalar.text).unwrap_or_else(text),
        Type::Float => parse_float(&scalar.text).and_then(Number::from_f64).map_or_else(text, Json::Number),
        Type::Timestamp | Type::Merge | Type::Binary | Type::String => text(),
    }
}

fn integer(text: &str) -> Option<Json> {
    let value = parse_int(text)?;
    match i64::try_from(value) {
        Ok(value) => Some(Json::from(value)),
        Err(_) => u64::try_from(value).ok().map(Json::from),
    }
}

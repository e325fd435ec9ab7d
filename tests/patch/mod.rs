//! Patches, merge keys, field specs and selectors of kustomize.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot read its fixture is to fail, and fixtures are files"
)]

mod field_specs;
mod fixtures;
mod json_patches;
mod laws;
mod merge_keys;
mod merge_vectors;
mod selectors;

use treewright::{
    text::SourceText,
    yaml::{Content, FileId, Stream, Type, Value, scalar},
};

/// The values of all documents.
fn parse_all(text: &str) -> Vec<Value> {
    let stream = Stream::parse(SourceText::new(text)).expect("valid YAML");
    stream.documents().map(|document| document.root().to_value(FileId(0)).expect("expandable")).collect()
}

/// The value of the first document; null if there is none.
fn parse(text: &str) -> Value {
    parse_all(text).into_iter().next().unwrap_or_else(Value::null)
}

/// The value as JSON has it, to compare with what kustomize prints.
fn json(value: &Value) -> serde_json::Value {
    match &value.content {
        Content::Mapping(mapping) => mapping.iter().map(|(key, value)| (key.to_string(), json(value))).collect(),
        Content::Sequence(items) => items.iter().map(json).collect(),
        Content::Scalar(scalar) => match scalar.kind {
            Type::Null => serde_json::Value::Null,
            Type::Bool => scalar.text.eq_ignore_ascii_case("true").into(),
            Type::Int => serde_json::json!(
                scalar::parse_int(&scalar.text).expect("an integer").to_string().parse::<i64>().expect("small")
            ),
            Type::Float => scalar::parse_float(&scalar.text).expect("a float").into(),
            _ => scalar.text.as_str().into(),
        },
    }
}

//! Values files as Helm reads them: YAML 1.1, by way of JSON.
//!
//! From sigs.k8s.io/yaml: `yes` and `on` are booleans, dates are strings, keys of any type become strings, and only the first document counts. Must not know where files
//! come from.

use crate::{
    text::Span,
    yaml::{
        Content, FileId, Mapping, NON_STRING_KEY, Stream, Type, Value,
        scalar::{parse_int, parse_old_bool},
    },
};

/// Why a file holds no values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValuesError {
    /// One sentence without a final full stop.
    pub message: String,
    /// The place to look at.
    pub span: Span,
}

/// Reads values. A file without content holds none.
pub fn read_values(stream: &Stream, file: FileId) -> Result<Value, ValuesError> {
    let Some(document) = stream.documents().next() else { return Ok(Value::mapping()) };
    let root = document.root().follow();
    if root.is_null() {
        return Ok(Value::mapping());
    }
    if !root.is_mapping() {
        return Err(ValuesError { message: "values must be a mapping".to_owned(), span: root.span() });
    }
    let value = root.to_value_with_marked_keys(file);
    let mut value = value.map_err(|error| ValuesError { message: error.to_string(), span: error.span() })?;
    as_helm_reads(&mut value);
    Ok(value)
}

/// Makes of a value what Helm makes of it when it is written as YAML.
pub fn as_helm_reads(value: &mut Value) {
    match &mut value.content {
        Content::Scalar(scalar) if scalar.quoted => {}
        Content::Scalar(scalar) => match scalar.kind {
            Type::String => {
                if let Some(truth) = parse_old_bool(&scalar.text) {
                    value.content = Value::bool(truth).content;
                }
            }
            Type::Int => {
                if let Some(number) = parse_int(&scalar.text) {
                    scalar.text = number.to_string().into();
                }
            }
            Type::Timestamp => scalar.kind = Type::String,
            Type::Null => scalar.text = "null".into(),
            Type::Bool => scalar.text = scalar.text.to_ascii_lowercase().into(),
            Type::Float | Type::Merge | Type::Binary => {}
        },
        Content::Sequence(items) => items.iter_mut().for_each(as_helm_reads),
        Content::Mapping(mapping) => {
            mapping.values_mut().for_each(as_helm_reads);
            let is_marked = |key: &str| key.starts_with(NON_STRING_KEY) || parse_old_bool(key).is_some();
            if mapping.keys().any(|key| is_marked(key)) {
                **mapping = std::mem::take(&mut **mapping)
                    .into_iter()
                    .map(|(key, value)| (plain_key(&key), value))
                    .collect::<Mapping>();
            }
        }
    }
}

/// A key that is no string as JSON has it.
fn plain_key(key: &str) -> smol_str::SmolStr {
    let Some(marked) = key.strip_prefix(NON_STRING_KEY) else {
        return parse_old_bool(key).map_or_else(|| key.into(), |truth| truth.to_string().into());
    };
    match Value::plain(marked).as_scalar().map(|scalar| scalar.kind) {
        Some(Type::Int) => parse_int(marked).map_or_else(|| marked.into(), |number| number.to_string().into()),
        Some(Type::Bool) => marked.to_ascii_lowercase().into(),
        _ => marked.into(),
    }
}

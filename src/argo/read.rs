//! Fields of Argo CD's objects, read from values. What is of another type counts as not given, as the API server refuses it anyway.
//!
//! Must not know the fields.

use smol_str::SmolStr;

use crate::yaml::{Origin, Value};

/// A text and where it is written.
pub(super) type Text = (SmolStr, Origin);

/// The scalar under a key, if it is neither null nor empty.
pub(super) fn text(value: &Value, key: &str) -> Option<Text> {
    let value = value.get(key)?;
    let scalar = value.as_scalar().filter(|scalar| !value.is_null() && !scalar.text.is_empty())?;
    Some((scalar.text.clone(), value.origin))
}

/// The text alone.
pub(super) fn plain(value: &Value, key: &str) -> Option<SmolStr> {
    text(value, key).map(|(text, _)| text)
}

/// The boolean under a key; false if there is none.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

/// The items of the list under a key.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_sequence).unwrap_or_default()
}

/// The scalars of the list under a key.
pub(super) fn texts(value: &Value, key: &str) -> Vec<Text> {
    items(value, key).iter().filter_map(|item| Some((item.as_scalar()?.text.clone(), item.origin))).collect()
}

/// The scalars of the list under a key, without their places.
pub(super) fn plains(value: &Value, key: &str) -> Vec<SmolStr> {
    texts(value, key).into_iter().map(|(text, _)| text).collect()
}

/// An annotation of an object.
pub(super) fn annotation<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.pointer(&["metadata", "annotations", name])?.as_scalar().map(|scalar| scalar.text.as_str())
}

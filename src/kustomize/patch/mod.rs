//! Patches: what the two kinds of them make of one object.
//!
//! Must not know how patches are loaded, nor how the objects for a patch are found.

mod associative;
pub mod json6902;
mod json_form;
pub(super) mod marked_keys;
pub mod strategic;

use smol_str::SmolStr;

use crate::yaml::{Content, Mapping, Scalar, Type, Value};

use super::merge_keys::MergeKeys;
use json6902::{Operation, OperationError};
use strategic::{MergeError, Merged};

/// A patch of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Patch {
    /// Strategic merge patches, one for each document.
    Strategic(Vec<Value>),
    /// The operations of a JSON patch.
    Json(Vec<Operation>),
}

/// The text of a patch is neither kind: neither mappings nor one list of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a patch is either a Kubernetes object to merge, or a list of JSON patch operations")]
pub struct NeitherKind;

/// What else than its fields a strategic merge patch may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// `options.allowNameChange`.
    pub name_change: bool,
    /// `options.allowKindChange`.
    pub kind_change: bool,
}

impl Patch {
    /// Tells which kind the documents of a patch are. Empty documents do not count; of a JSON patch only the first document does, as in kustomize.
    pub fn from_documents(documents: Vec<Value>) -> Result<Self, NeitherKind> {
        let documents: Vec<Value> = documents.into_iter().filter(|document| !document.is_null()).collect();
        match documents.first() {
            Some(first) if first.as_sequence().is_some() => json6902::parse(first).map(Self::Json).ok_or(NeitherKind),
            Some(_) if documents.iter().all(|document| document.as_mapping().is_some()) => {
                Ok(Self::Strategic(documents))
            }
            _ => Err(NeitherKind),
        }
    }
}

/// Merges a strategic merge patch into an object. The object keeps its `apiVersion` and namespace, and its kind and name unless `allow` says otherwise,
/// whatever the patch says. `$patch: replace` for the object as a whole does nothing in kustomize 5.5.0.
pub fn apply_strategic(
    object: &mut Value,
    patch: &Value,
    keys: &MergeKeys,
    allow: Allow,
) -> Result<Merged, MergeError> {
    if patch.get(strategic::DIRECTIVE).is_some_and(|value| value.as_str() == Some("replace")) {
        return Ok(Merged::Kept);
    }
    let unmarked = marked_keys::settle(patch, object)?;
    let patch = unmarked.as_ref().unwrap_or(patch);
    let kept = [&["apiVersion"][..], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];
    let before = kept.map(|path| object.pointer(path).cloned());
    let merged = strategic::merge(object, patch, keys)?;
    if merged == Merged::Removed || strategic::is_empty(object) {
        return Ok(Merged::Removed);
    }
    let [api_version, kind, name, namespace] = before;
    put_back(object.as_mapping_mut(), "apiVersion", api_version);
    if !allow.kind_change {
        put_back(object.as_mapping_mut(), "kind", kind);
    }
    if !allow.name_change && name.is_some() {
        put_back(metadata(object), "name", name);
    }
    if namespace.is_some() || object.pointer(kept[3]).is_some() {
        put_back(metadata(object), "namespace", namespace);
    }
    Ok(Merged::Kept)
}

/// Carries out a JSON patch on an object. As in kustomize the object passes through JSON on the way, and its annotations become strings.
pub fn apply_json(object: &mut Value, operations: &[Operation]) -> Result<(), Box<OperationError>> {
    json_form::restore(object);
    json6902::apply(object, operations)?;
    stringify_annotations(object);
    Ok(())
}

fn put_back(mapping: Option<&mut Mapping>, key: &str, value: Option<Value>) {
    let Some(mapping) = mapping else { return };
    match value {
        Some(value) => {
            mapping.insert(key.into(), value);
        }
        None => {
            mapping.shift_remove(key);
        }
    }
}

/// The `metadata` of an object, made if it is not there.
fn metadata(object: &mut Value) -> Option<&mut Mapping> {
    let fresh = Value::mapping().at(object.origin);
    let found = object.as_mapping_mut()?.entry(SmolStr::new_static("metadata")).or_insert_with(Value::null);
    if found.is_null() {
        *found = fresh;
    }
    found.as_mapping_mut()
}

fn stringify_annotations(object: &mut Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) else { return };
    let Some(annotations) = metadata.get_mut("annotations") else { return };
    match annotations.as_mapping_mut() {
        Some(annotations) if !annotations.is_empty() => {
            for value in annotations.values_mut() {
                let text = value.as_scalar().map(|scalar| scalar.text.clone()).unwrap_or_default();
                value.content = Content::Scalar(Scalar { text, kind: Type::String, quoted: false });
            }
        }
        _ => {
            metadata.shift_remove("annotations");
        }
    }
}

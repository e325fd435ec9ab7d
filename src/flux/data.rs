//! ConfigMaps and Secrets as other objects refer to them, and whom to ask for them.
//!
//! Owns the question and the forms of its answer. Must not know who answers.

use std::fmt;

use indexmap::IndexMap;
use smol_str::SmolStr;

use super::{OutputArtifact, Source, SourceRef, decrypt};
use crate::{
    manifest::{ObjectId, sensitive},
    yaml::Value,
};

/// The two kinds of objects that hold data for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DataKind {
    /// A `ConfigMap`.
    ConfigMap,
    /// A `Secret`.
    Secret,
}

impl DataKind {
    /// The kind with this name.
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            "ConfigMap" => Some(Self::ConfigMap),
            "Secret" => Some(Self::Secret),
            _ => None,
        }
    }
}

impl fmt::Display for DataKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
        })
    }
}

/// What stands under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// Its text, and where it is written.
    Text(Value),
    /// It will be there, but nobody knows offline what it is; why, as half a sentence: "it comes from a store".
    Unknown(String),
}

/// What is known about the data of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// All its keys.
    Known(IndexMap<SmolStr, Datum>),
    /// There will be such an object, with keys that nobody knows; why, as half a sentence.
    Opaque(String),
    /// There is no such object.
    Missing,
}

impl Data {
    /// The data of a ConfigMap or Secret that is written out; `None` for other objects. What is encrypted is unknown.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        let kind = DataKind::of(&id.kind).filter(|_| id.group.is_empty())?;
        let mut entries = IndexMap::new();
        let mut add = |field: &str, read: &dyn Fn(&Value) -> Datum| {
            let mapping = value.get(field).and_then(Value::as_mapping);
            entries.extend(mapping.into_iter().flatten().map(|(key, value)| (key.clone(), read(value))));
        };
        match kind {
            DataKind::ConfigMap => add("data", &plain),
            DataKind::Secret => {
                add("data", &encoded);
                add("stringData", &plain);
            }
        }
        Some(Self::Known(entries))
    }
}

fn plain(value: &Value) -> Datum {
    match value.as_scalar() {
        Some(scalar) if decrypt::is_opaque(&scalar.text) => Datum::Unknown(decrypt::REASON.to_owned()),
        _ => Datum::Text(value.clone()),
    }
}

fn encoded(value: &Value) -> Datum {
    let Some(scalar) = value.as_scalar().filter(|scalar| !decrypt::is_opaque(&scalar.text)) else {
        return Datum::Unknown(decrypt::REASON.to_owned());
    };
    match sensitive::decoded(&scalar.text) {
        Some(text) if decrypt::is_opaque(&text) => Datum::Unknown(decrypt::REASON.to_owned()),
        Some(text) => Datum::Text(Value::string(text).at(value.origin)),
        None => Datum::Unknown("it is not base64".to_owned()),
    }
}

/// Answers what else there is in the cluster that an object is applied to.
pub trait Lookup {
    /// The data of a ConfigMap or Secret.
    fn data(&self, kind: DataKind, namespace: &str, name: &str) -> Data;

    /// The source that a reference means, by its namespace; `None` if nobody knows it.
    fn source(&self, _reference: &SourceRef, _namespace: &str) -> Option<Source> {
        None
    }

    /// What an `ExternalArtifact` that an `ArtifactGenerator` makes is put together of; `None` for other sources, and where nobody knows.
    fn artifact(&self, _reference: &SourceRef, _namespace: &str) -> Option<OutputArtifact> {
        None
    }

    /// Whether a source is the repository that is looked at.
    fn is_here(&self, _reference: &SourceRef, _namespace: &str) -> bool {
        false
    }
}

impl<F: Fn(DataKind, &str, &str) -> Data> Lookup for F {
    fn data(&self, kind: DataKind, namespace: &str, name: &str) -> Data {
        self(kind, namespace, name)
    }
}

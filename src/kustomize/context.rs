//! What a build hands down to the kustomizations that it includes.
//!
//! Owns everything besides its files that decides what a kustomization amounts to. Must not know how that is found out.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::merge_keys::MergeKeys;
use crate::yaml::FileId;

/// What holds for a kustomization wherever it is included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Context {
    /// The way from the directory that is built to the one of the kustomization, as entries name it; only while `buildMetadata` asks for anything.
    pub(super) way: Option<String>,
    /// The schema that some kustomization has chosen.
    pub(super) schema: Option<Schema>,
}

/// The schema that `openapi` of a kustomization chooses.
#[derive(Clone, Debug)]
pub(super) enum Schema {
    /// The one that is built in, by its version.
    BuiltIn,
    /// The one in a file.
    Custom(FileId, Arc<MergeKeys>),
}

impl Schema {
    /// What the schema says about merging.
    pub(super) fn keys(&self) -> &MergeKeys {
        match self {
            Self::BuiltIn => MergeKeys::built_in(),
            Self::Custom(_, keys) => keys,
        }
    }

    /// The schema, unless it is the built-in one.
    pub(super) fn custom(&self) -> Option<&Arc<MergeKeys>> {
        match self {
            Self::BuiltIn => None,
            Self::Custom(_, keys) => Some(keys),
        }
    }

    fn file(&self) -> Option<FileId> {
        match self {
            Self::BuiltIn => None,
            Self::Custom(file, _) => Some(*file),
        }
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.file() == other.file()
    }
}

impl Eq for Schema {}

impl Hash for Schema {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.file().hash(state);
    }
}

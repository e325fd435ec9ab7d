//! What a build hands down to the kustomizations that it includes.
//!
//! Owns everything besides its files that decides what a kustomization amounts to. Must not know how that is found out.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::{merge_keys::MergeKeys, resource::Gvk};
use crate::yaml::FileId;

/// What holds for a kustomization wherever it is included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Context {
    /// The way from the directory that is built to the one of the kustomization, as entries name it; only while `buildMetadata` asks for anything.
    pub(super) way: Option<String>,
    /// The schema that some kustomization has chosen.
    pub(super) schema: Option<Schema>,
    /// What has been made of the built-in schema before; only where the kustomization chooses a schema.
    pub(super) use_of_built_in: UseOfBuiltIn,
}

/// What has been made of the built-in schema before another was chosen. kustomize reads it late, and puts it together with the chosen one if it was needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum UseOfBuiltIn {
    /// Nothing: the chosen schema stands alone.
    #[default]
    None,
    /// A kind was looked up that is not known to it: it is read after the chosen one, and wins.
    LookedUp,
    /// Something was merged by it: it has been read before the chosen one, which wins.
    Merged,
}

impl UseOfBuiltIn {
    /// Notes that a kind was looked up.
    pub(super) fn look_up(&mut self, gvk: &Gvk) {
        if *self == Self::None && MergeKeys::built_in().is_cluster_scoped(&gvk.group, &gvk.version, &gvk.kind).is_none()
        {
            *self = Self::LookedUp;
        }
    }
}

/// The schema that `openapi` of a kustomization chooses.
#[derive(Clone, Debug)]
pub(super) enum Schema {
    /// The one that is built in, by its version.
    BuiltIn,
    /// The one in a file.
    Custom(FileId, UseOfBuiltIn, Arc<MergeKeys>),
}

impl Schema {
    /// What the schema says about merging.
    pub(super) fn keys(&self) -> &MergeKeys {
        match self {
            Self::BuiltIn => MergeKeys::built_in(),
            Self::Custom(.., keys) => keys,
        }
    }

    /// The schema, unless it is the built-in one.
    pub(super) fn custom(&self) -> Option<&Arc<MergeKeys>> {
        match self {
            Self::BuiltIn => None,
            Self::Custom(.., keys) => Some(keys),
        }
    }

    fn identity(&self) -> Option<(FileId, UseOfBuiltIn)> {
        match self {
            Self::BuiltIn => None,
            Self::Custom(file, use_of_built_in, _) => Some((*file, *use_of_built_in)),
        }
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Schema {}

impl Hash for Schema {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

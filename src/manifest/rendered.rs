//! The result of rendering, whoever renders: objects as a cluster gets them, what could not be rendered, what is wrong.
//!
//! Owns the one shape in which kustomize, Flux, Argo CD and Helm hand on objects. Must not know how anything is rendered.

use std::{borrow::Cow, fmt, sync::Arc};

use smol_str::SmolStr;

use super::ObjectId;
use crate::{
    diagnostic::{Diagnostic, Label},
    path::RepoPath,
    yaml::{Origin, Value},
};

/// An object as a cluster gets it.
#[derive(Clone, Debug)]
pub struct RenderedObject {
    /// Its identity there. No namespace means that none is known: it depends on who applies it.
    pub id: ObjectId,
    /// Its content; every part knows where it was written.
    pub value: Arc<Value>,
    /// The file it is written in, or the kustomization that generates it.
    pub path: RepoPath,
    /// The name before a content hash was added to it.
    pub name_before_hash: Option<SmolStr>,
}

impl RenderedObject {
    /// Where the object is written.
    pub fn origin(&self) -> Origin {
        self.value.origin
    }

    /// Puts the object into a namespace, which is said to be written at this place, or takes it out of all.
    pub fn set_namespace(&mut self, namespace: Option<(&SmolStr, Origin)>) {
        if self.id.namespace.is_none() && namespace.is_none() {
            return;
        }
        self.id.namespace = namespace.map(|(name, _)| name.clone());
        let metadata = Arc::make_mut(&mut self.value).get_mut("metadata").and_then(Value::as_mapping_mut);
        match (metadata, namespace) {
            (Some(metadata), Some((name, origin))) => {
                metadata.insert("namespace".into(), Value::string(name.clone()).at(origin));
            }
            (Some(metadata), None) => {
                metadata.shift_remove("namespace");
            }
            (None, _) => {}
        }
    }
}

/// Something that is left out because it would need the network, a key, or a program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotRendered {
    /// Where it is asked for.
    pub place: Label,
    /// What it is: "remote resource https://…".
    pub what: String,
    /// Why it is left out, half a sentence.
    pub reason: Cow<'static, str>,
}

impl fmt::Display for NotRendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: not rendered: {}: {}", self.place.path, self.what, self.reason)
    }
}

/// What rendering one thing gave.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The objects in order of output.
    pub objects: Vec<RenderedObject>,
    /// What was left out, sorted.
    pub not_rendered: Vec<NotRendered>,
    /// What is wrong, sorted by place. Where a controller would apply nothing because of it, there are no objects.
    pub problems: Vec<Diagnostic>,
}

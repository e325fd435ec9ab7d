//! Hashes of their contents at the end of the names of generated objects.
//!
//! Must not know how a hash is made, nor who refers to the names.

use super::set_text;
use crate::kustomize::{generate::hash::name_hash, resource::scalar_text, resource_set::ResourceSet};

/// Appends the hash of its content to the name of each object that needs it.
pub(in super::super) fn apply(set: &mut ResourceSet) {
    for position in 0..set.len() {
        if set.get(position).is_some_and(|resource| resource.needs_hash) {
            set.change(position, |resource| {
                let hash = name_hash(resource.value());
                resource.remember_id();
                resource.change(|object| {
                    if let Some(name) = object.get_mut("metadata").and_then(|metadata| metadata.get_mut("name")) {
                        let text = format!("{}-{hash}", scalar_text(Some(name)));
                        set_text(name, text);
                    }
                });
            });
        }
    }
}

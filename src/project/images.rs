//! The images of containers in what a kustomization renders to.
//!
//! Must not know why somebody asks.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::Project;
use crate::{
    path::RepoPath,
    yaml::{Content, Value},
};

impl Project {
    /// The texts under every key `image` in what the kustomization of a directory renders to; `None` if not all of it can be rendered.
    pub fn images(&self, directory: &RepoPath) -> Option<BTreeSet<SmolStr>> {
        let build = self.session.build(directory).ok()?;
        if !build.not_rendered.is_empty() || !build.problems.is_empty() {
            return None;
        }
        let mut images = BTreeSet::new();
        build.resources.iter().for_each(|resource| collect(resource.value(), &mut images));
        Some(images)
    }
}

fn collect(value: &Value, images: &mut BTreeSet<SmolStr>) {
    match &value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| collect(item, images)),
        Content::Mapping(entries) => {
            images.extend(entries.get("image").and_then(Value::as_str).map(SmolStr::from));
            entries.values().for_each(|inner| collect(inner, images));
        }
    }
}

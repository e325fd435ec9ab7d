//! Objects made from files and literals: `configMapGenerator` and `secretGenerator`.
//!
//! Owns the shape that both share. Must not know how generated objects meet those that exist.

mod configmap;
pub(super) mod hash;
mod secret;
mod sources;

use smol_str::SmolStr;

use super::{
    kustomization::{Generator, Pairs},
    problem::{Problem, ProblemKind},
    resource::{Provenance, Resource},
    session::Session,
};
use crate::{
    path::RepoPath,
    yaml::{Mapping, Origin, Value},
};

pub(super) use configmap::config_map;
pub(super) use secret::secret;

/// A key with its data and the place they come from.
struct Pair {
    key: SmolStr,
    data: Vec<u8>,
    origin: Origin,
}

/// What all generators need.
pub(super) struct Source<'a> {
    pub(super) session: &'a Session,
    /// The directory of the kustomization, without symbolic links.
    pub(super) directory: &'a RepoPath,
}

impl Source<'_> {
    /// The object without its data.
    fn base(&self, kind: &str, generator: &Generator) -> Result<Mapping, Box<Problem>> {
        let origin = generator.spot.origin();
        if generator.name.is_empty() {
            let label = self.session.files.mark(generator.spot, "");
            return Err(Problem::new(ProblemKind::GeneratorFails, label, "a generator must have a name"));
        }
        let mut metadata = Mapping::default();
        metadata.insert("name".into(), Value::string(generator.name.clone()).at(origin));
        if !generator.namespace.is_empty() {
            metadata.insert("namespace".into(), Value::string(generator.namespace.clone()).at(origin));
        }
        let mut strings = |key: &str, pairs: &Pairs| {
            if !pairs.is_empty() {
                let pairs = pairs.iter().map(|(key, text)| (key.clone(), text.value()));
                metadata.insert(key.into(), pairs.collect::<Value>().at(origin));
            }
        };
        strings("labels", &generator.options.labels);
        strings("annotations", &generator.options.annotations);
        let mut object = Mapping::default();
        object.insert("apiVersion".into(), Value::string("v1").at(origin));
        object.insert("kind".into(), Value::string(kind).at(origin));
        object.insert("metadata".into(), Value::of_mapping(metadata).at(origin));
        if generator.options.immutable {
            object.insert("immutable".into(), Value::bool(true).at(origin));
        }
        Ok(object)
    }

    fn finish(object: Mapping, generator: &Generator) -> Resource {
        let origin = generator.spot.origin();
        let value = Value::of_mapping(object).at(origin);
        let mut resource = Resource::new(value, Provenance::Generated { origin });
        resource.behavior = generator.behavior;
        resource.needs_hash = !generator.options.disable_name_suffix_hash;
        resource
    }
}

/// Base64 as kustomize lays it out: one line up to 70 characters, else lines of 70.
fn base64_lines(data: &[u8]) -> String {
    use base64::Engine as _;
    const LINE: usize = 70;
    let encoded = base64::engine::general_purpose::STANDARD.encode(data);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}

//! `secretGenerator`.
//!
//! Must not know where the data comes from.

use super::{Source, base64_lines};
use crate::{
    kustomize::{kustomization::Generator, problem::Problem, resource::Resource},
    yaml::{Mapping, Value},
};

/// Makes a `Secret`. It has `data` even where there is none to put in.
pub(in super::super) fn secret(source: &Source<'_>, generator: &Generator) -> Result<Resource, Box<Problem>> {
    let mut object = source.base("Secret", generator)?;
    let origin = generator.spot.origin();
    let secret_type = if generator.secret_type.is_empty() { "Opaque" } else { &generator.secret_type };
    object.insert("type".into(), Value::string(secret_type).at(origin));
    let pairs = source.pairs(generator)?.into_iter();
    let data: Mapping = pairs.map(|pair| (pair.key, Value::string(base64_lines(&pair.data)).at(pair.origin))).collect();
    object.insert("data".into(), Value::of_mapping(data).at(origin));
    Ok(Source::finish(object, generator))
}

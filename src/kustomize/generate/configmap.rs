//! `configMapGenerator`.
//!
//! Must not know where the data comes from.

use super::{Source, base64_lines};
use crate::{
    kustomize::{kustomization::Generator, problem::Problem, resource::Resource},
    yaml::{Mapping, Value},
};

/// Makes a `ConfigMap`. Data that is not UTF-8 goes to `binaryData`.
pub(in super::super) fn config_map(source: &Source<'_>, generator: &Generator) -> Result<Resource, Box<Problem>> {
    let mut object = source.base("ConfigMap", generator)?;
    let (mut data, mut binary) = (Mapping::default(), Mapping::default());
    for pair in source.pairs(generator)? {
        match String::from_utf8(pair.data) {
            Ok(text) => data.insert(pair.key, Value::string(text).at(pair.origin)),
            Err(error) => binary.insert(pair.key, Value::string(base64_lines(error.as_bytes())).at(pair.origin)),
        };
    }
    for (key, mapping) in [("data", data), ("binaryData", binary)] {
        if !mapping.is_empty() {
            object.insert(key.into(), Value::of_mapping(mapping).at(generator.spot.origin()));
        }
    }
    Ok(Source::finish(object, generator))
}

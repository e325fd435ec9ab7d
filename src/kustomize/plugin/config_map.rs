//! `ConfigMapGenerator`: what one entry of `configMapGenerator` does.

use super::Result;
use crate::kustomize::{
    generate::{self, Source},
    kustomization::{Fields, Generator, read},
    resource::Resource,
};

pub(super) fn generate(source: &Source<'_>, config: &Fields<'_>) -> Result<Resource> {
    generate::config_map(source, &generator(config)?)
}

/// Reads a generator, which is called as its own metadata say unless it says otherwise.
pub(super) fn generator(config: &Fields<'_>) -> Result<Generator> {
    let mut generator = read::generator(&config.embedded())?;
    let metadata = config.section("metadata")?;
    if generator.name.is_empty() {
        generator.name = metadata.string("name")?;
    }
    if generator.namespace.is_empty() {
        generator.namespace = metadata.string("namespace")?;
    }
    Ok(generator)
}

//! `ImageTagTransformer`: what one entry of `images` does, in fields of its own choice besides the known ones.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{
        Fields,
        read::{field_specs, image},
    },
    transform::images,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    let specs = field_specs(config, "fieldSpecs")?;
    images::apply(accumulation, &image(&config.section("imageTag")?)?, &specs)
}

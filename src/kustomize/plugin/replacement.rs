//! `ReplacementTransformer`: what `replacements` does.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, replacement},
    transform::replacements,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    let entries = replacement::replacements(&config.embedded(), accumulation.file.id)?;
    replacements::apply(accumulation, &entries)
}

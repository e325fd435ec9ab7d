//! `ReplacementTransformer`: what `replacements` does.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, replacement::replacements},
    transform,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    transform::replacements::apply(accumulation, &replacements(config)?)
}

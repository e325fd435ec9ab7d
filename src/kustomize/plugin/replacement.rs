//! `ReplacementTransformer`: what `replacements` does.

use super::{Result, invalid};
use crate::kustomize::{accumulate::Accumulation, kustomization::Fields};

pub(super) fn transform(_accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    Err(invalid(config, "`replacements` is not supported yet"))
}

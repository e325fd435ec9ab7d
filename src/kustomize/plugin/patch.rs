//! `PatchTransformer`: what one entry of `patches` does.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::patch},
    transform::patches,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    patches::patch(accumulation, &patch(config, "patch")?)
}

//! `PatchJson6902Transformer`: what one entry of `patchesJson6902` does.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::patch},
    transform::patches,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    patches::json_patch(accumulation, &patch(config, "jsonOp")?)
}

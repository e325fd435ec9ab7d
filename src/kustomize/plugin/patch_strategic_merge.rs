//! `PatchStrategicMergeTransformer`: what `patchesStrategicMerge` does, with a text of patches besides the paths.

use super::{Result, invalid};
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::inlines},
    transform::patches,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    let mut entries = inlines(config, "paths")?;
    entries.extend(config.inline("patches")?);
    if entries.is_empty() {
        return Err(invalid(config, "empty file path and empty patch content"));
    }
    patches::strategic_merge(accumulation, &entries)
}

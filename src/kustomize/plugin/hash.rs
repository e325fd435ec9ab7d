//! `HashTransformer`: appends hashes to the names of generated objects. The end of a build does so once more.

use super::Result;
use crate::kustomize::{accumulate::Accumulation, kustomization::Fields, transform::hashes};

#[allow(clippy::unnecessary_wraps, reason = "plugins share one signature")]
pub(super) fn transform(accumulation: &mut Accumulation<'_>, _config: &Fields<'_>) -> Result {
    hashes::apply(&mut accumulation.work.set);
    Ok(())
}

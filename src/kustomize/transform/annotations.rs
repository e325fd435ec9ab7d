//! `commonAnnotations`.
//!
//! Must not know which fields of which kinds hold annotations.

use super::{Result, each, labels::add_pairs};
use crate::{
    kustomize::{accumulate::Accumulation, default_field_specs},
    text::Span,
};

/// Runs the transformer.
pub(super) fn apply(accumulation: &mut Accumulation<'_>) -> Result {
    let kustomization = accumulation.kustomization;
    let pairs = &kustomization.common_annotations;
    if pairs.is_empty() {
        return Ok(());
    }
    let span = pairs.first().map_or(Span::at(0), |(_, value)| value.span);
    let specs = default_field_specs::common_annotations();
    accumulation.charge(span, accumulation.work.set.len().saturating_mul(pairs.len()))?;
    each(accumulation, span, |resource| add_pairs(resource, pairs, specs, kustomization.file_id()))
}

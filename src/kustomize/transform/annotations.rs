//! `commonAnnotations`.
//!
//! Must not know which fields of which kinds hold annotations.

use super::{Result, labels};
use crate::kustomize::{accumulate::Accumulation, field_spec::FieldSpec, kustomization::Pairs};

/// Puts annotations into the fields that the specs name.
pub(in super::super) fn apply(accumulation: &mut Accumulation<'_>, pairs: &Pairs, specs: &[FieldSpec]) -> Result {
    // Only the fields differ from those of labels.
    labels::apply(accumulation, pairs, specs)
}

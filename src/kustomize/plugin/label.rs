//! `LabelTransformer`: what `commonLabels` does, in fields of its own choice.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::field_specs},
    transform::labels,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    labels::apply(accumulation, &config.pairs("labels")?, &field_specs(config, "fieldSpecs")?)
}

//! `AnnotationsTransformer`: what `commonAnnotations` does, in fields of its own choice.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::field_specs},
    transform::annotations,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    annotations::apply(accumulation, &config.pairs("annotations")?, &field_specs(config, "fieldSpecs")?)
}

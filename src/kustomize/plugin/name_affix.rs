//! `PrefixTransformer`, `SuffixTransformer` and both at once: what `namePrefix` and `nameSuffix` do, in fields of their own choice.

use super::{Result, invalid};
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::field_specs},
    transform::names::{self, End},
};

pub(super) fn prefix(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    apply(accumulation, config, "prefix", End::Front)
}

pub(super) fn suffix(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    apply(accumulation, config, "suffix", End::Back)
}

pub(super) fn both(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    prefix(accumulation, config)?;
    suffix(accumulation, config)
}

fn apply(accumulation: &mut Accumulation<'_>, config: &Fields<'_>, field: &str, end: End) -> Result {
    // These alone have no fields to fall back on, and want an empty list at least.
    if config.get("fieldSpecs").is_none() {
        let problem = invalid(config, "`fieldSpecs` is not expected to be nil");
        return Err(problem.help("to change names, write `fieldSpecs: [{path: metadata/name}]`"));
    }
    let specs = field_specs(config, "fieldSpecs")?;
    match config.text(field)? {
        Some(text) => names::apply(accumulation, end, &text, &specs),
        None => Ok(()),
    }
}

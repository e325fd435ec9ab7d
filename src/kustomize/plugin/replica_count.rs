//! `ReplicaCountTransformer`: what one entry of `replicas` does, in fields of its own choice.

use super::Result;
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{
        Fields,
        read::{field_specs, replica},
    },
    transform::replicas,
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    let specs = field_specs(config, "fieldSpecs")?;
    replicas::apply(accumulation, &replica(&config.section("replica")?)?, &specs)
}

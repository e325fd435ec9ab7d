//! `SecretGenerator`: what one entry of `secretGenerator` does.

use super::{Result, config_map::generator};
use crate::kustomize::{
    generate::{self, Source},
    kustomization::Fields,
    resource::Resource,
};

pub(super) fn generate(source: &Source<'_>, config: &Fields<'_>) -> Result<Resource> {
    generate::secret(source, &generator(config)?)
}

//! `NamespaceTransformer`: what `namespace` does, in fields of its own choice. The namespace is that of its own metadata.

use super::{Result, invalid};
use crate::kustomize::{
    accumulate::Accumulation,
    kustomization::{Fields, read::field_specs},
    transform::namespace::{self, Namespacing, Subjects},
};

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    let subjects = match config.string("setRoleBindingSubjects")?.as_str() {
        "" | "defaultOnly" => Subjects::Default,
        "allServiceAccounts" => Subjects::ServiceAccounts,
        "none" => Subjects::None,
        other => {
            let message = format!("invalid value `{other}` for setRoleBindingSubjects");
            return Err(
                invalid(config, message).help("it must be one of `defaultOnly`, `none` or `allServiceAccounts`")
            );
        }
    };
    let unset_only = config.bool("unsetOnly")?;
    let specs = field_specs(config, "fieldSpecs")?;
    match config.section("metadata")?.text("namespace")? {
        Some(namespace) => namespace::apply(accumulation, &Namespacing { namespace, unset_only, subjects }, &specs),
        None => Ok(()),
    }
}

//! The table of all rules. It drives the engine, `rules`, `explain` and the generated documentation.
//!
//! Must not know what rules do.

use super::{rule::Rule, rules};
use crate::{diagnostic::Safety, text::nearest};

/// All rules, sorted by id.
pub static RULES: &[&Rule] = &[
    &rules::argo::annotation_not_string::RULE,
    &rules::argo::application_set::RULE,
    &rules::argo::chart_without_version::RULE,
    &rules::argo::destination::RULE,
    &rules::argo::finalizer::RULE,
    &rules::argo::floating_revision::RULE,
    &rules::argo::hook::RULE,
    &rules::argo::inert_wave::RULE,
    &rules::argo::invalid_parameter::RULE,
    &rules::argo::invalid_reference::RULE,
    &rules::argo::invalid_source::RULE,
    &rules::argo::invalid_values::RULE,
    &rules::argo::missing_key::RULE,
    &rules::argo::missing_kustomization::RULE,
    &rules::argo::missing_path::RULE,
    &rules::argo::missing_values_file::RULE,
    &rules::argo::namespace_to_create::RULE,
    &rules::argo::no_finalizer::RULE,
    &rules::argo::overlapping_parameters::RULE,
    &rules::argo::project_missing::RULE,
    &rules::argo::project_refuses::RULE,
    &rules::argo::repeated_resource::RULE,
    &rules::argo::set_deletes::RULE,
    &rules::argo::source_and_sources::RULE,
    &rules::argo::sync_option::RULE,
    &rules::argo::sync_wave::RULE,
    &rules::argo::two_tools::RULE,
    &rules::argo::unpinned_chart::RULE,
    &rules::argo::unusable_manifest::RULE,
    &rules::argo::unused_reference::RULE,
    &rules::argo::values_and_values_object::RULE,
    &rules::flux::not_kubernetes::RULE,
    &rules::flux::source_missing::RULE,
    &rules::helm::chart_or_reference::RULE,
    &rules::helm::crds_not_upgraded::RULE,
    &rules::helm::ignored_version::RULE,
    &rules::helm::no_remediation::RULE,
    &rules::helm::old_skip_crds::RULE,
    &rules::helm::release_name::RULE,
    &rules::helm::target_path_shadowed::RULE,
    &rules::helm::target_path_twice::RULE,
    &rules::helm::unpinned_chart::RULE,
    &rules::helm::values_from_key_missing::RULE,
    &rules::helm::values_from_missing::RULE,
    &rules::jupyterhub::callback_host::RULE,
    &rules::jupyterhub::callback_url::RULE,
    &rules::jupyterhub::class_name::RULE,
    &rules::jupyterhub::nobody_allowed::RULE,
    &rules::jupyterhub::placeholders_without_priority::RULE,
    &rules::jupyterhub::profile_defaults::RULE,
    &rules::jupyterhub::profile_empty_override::RULE,
    &rules::jupyterhub::profile_misplaced_key::RULE,
    &rules::jupyterhub::profile_override_key::RULE,
    &rules::jupyterhub::profile_twice::RULE,
    &rules::jupyterhub::profile_without_name::RULE,
    &rules::jupyterhub::removed_key::RULE,
    &rules::jupyterhub::static_storage::RULE,
    &rules::kubernetes::namespace_missing::RULE,
    &rules::kubernetes::removed_api::RULE,
    &rules::kustomize::ambiguous_reference::RULE,
    &rules::kustomize::cycle::RULE,
    &rules::kustomize::duplicate_id::RULE,
    &rules::kustomize::generator_fails::RULE,
    &rules::kustomize::invalid_kustomization::RULE,
    &rules::kustomize::missing_resource::RULE,
    &rules::kustomize::misspelt_file::RULE,
    &rules::kustomize::not_a_kustomization::RULE,
    &rules::kustomize::not_an_object::RULE,
    &rules::kustomize::outside_root::RULE,
    &rules::kustomize::patch_fails::RULE,
    &rules::kustomize::patch_without_target::RULE,
    &rules::kustomize::replacement_fails::RULE,
    &rules::kustomize::too_large::RULE,
    &rules::kustomize::transformer_fails::RULE,
    &rules::kustomize::unlisted_file::RULE,
    &rules::kustomize::unparsable_file::RULE,
    &rules::kustomize::unprintable::RULE,
    &rules::kustomize::variable_fails::RULE,
    &rules::repo::rule_failed::RULE,
    &rules::repo::unknown_suppression::RULE,
    &rules::repo::unused_baseline::RULE,
    &rules::repo::unused_suppression::RULE,
    &rules::secret::plaintext::RULE,
    &rules::secret::store_missing::RULE,
    &rules::yaml::duplicate_key::RULE,
    &rules::yaml::syntax::RULE,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The id that was probably meant: the nearest one, or the one with this name in another group.
pub fn nearest_id(id: &str) -> Option<&'static str> {
    let name = id.rsplit('/').next().unwrap_or(id);
    let same_name = RULES.iter().map(|rule| rule.id).find(|known| known.rsplit('/').next() == Some(name));
    same_name.or_else(|| nearest(id, RULES.iter().map(|rule| rule.id)))
}

/// The page of a rule: its id, what it finds, and its documentation.
pub fn page(rule: &Rule) -> String {
    let fix = match rule.fix {
        Some(Safety::Safe) => "It can be mended with `--fix`.\n\n",
        Some(Safety::Unsafe) => "It can be mended with `--unsafe-fixes`.\n\n",
        None => "",
    };
    let level = rule.severity.as_str();
    let set = if rule.pedantic {
        "It runs only when it is asked for: `--extend`, or `lint.extend` in `treewright.toml`.\n\n"
    } else {
        ""
    };
    format!("# {}\n\n{level}: {}\n\n{set}{fix}{}", rule.id, rule.summary, rule.docs)
}

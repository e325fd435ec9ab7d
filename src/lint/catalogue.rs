//! The table of all rules. It drives the engine, `rules`, `explain` and the generated documentation.
//!
//! Must not know what rules do.

use super::{rule::Rule, rules};
use crate::{diagnostic::Safety, text::nearest};

/// All rules, sorted by id.
pub static RULES: &[&Rule] = &[
    &rules::flux::applied_twice::RULE,
    &rules::flux::bad_substitution::RULE,
    &rules::flux::component_not_local::RULE,
    &rules::flux::depends_on_cycle::RULE,
    &rules::flux::depends_on_missing::RULE,
    &rules::flux::depends_on_wrong_kind::RULE,
    &rules::flux::force_on::RULE,
    &rules::flux::health_check_missing::RULE,
    &rules::flux::health_checks_ignored::RULE,
    &rules::flux::interval_short::RULE,
    &rules::flux::left_out_of_artifact::RULE,
    &rules::flux::malformed_url::RULE,
    &rules::flux::misleading_operator::RULE,
    &rules::flux::no_op_post_build::RULE,
    &rules::flux::not_decrypted::RULE,
    &rules::flux::not_kubernetes::RULE,
    &rules::flux::oci_type::RULE,
    &rules::flux::path_leaves_source::RULE,
    &rules::flux::path_missing::RULE,
    &rules::flux::prune_off::RULE,
    &rules::flux::resource_set_fails::RULE,
    &rules::flux::source_missing::RULE,
    &rules::flux::substitute_from_missing::RULE,
    &rules::flux::substitution_fails::RULE,
    &rules::flux::suspended::RULE,
    &rules::flux::timeout_missing::RULE,
    &rules::flux::unset_variable::RULE,
    &rules::flux::unused_variable::RULE,
    &rules::flux::variable_changes_type::RULE,
    &rules::flux::variable_in_secret_data::RULE,
    &rules::flux::variable_name::RULE,
    &rules::flux::variable_not_a_string::RULE,
    &rules::helm::target_path_shadowed::RULE,
    &rules::helm::target_path_twice::RULE,
    &rules::helm::values_from_key_missing::RULE,
    &rules::helm::values_from_missing::RULE,
    &rules::kubernetes::namespace_missing::RULE,
    &rules::kubernetes::removed_api::RULE,
    &rules::kustomize::ambiguous_reference::RULE,
    &rules::kustomize::cycle::RULE,
    &rules::kustomize::deprecated_bases::RULE,
    &rules::kustomize::deprecated_common_labels::RULE,
    &rules::kustomize::deprecated_patches_json6902::RULE,
    &rules::kustomize::deprecated_patches_strategic_merge::RULE,
    &rules::kustomize::deprecated_vars::RULE,
    &rules::kustomize::duplicate_entry::RULE,
    &rules::kustomize::duplicate_id::RULE,
    &rules::kustomize::generator_fails::RULE,
    &rules::kustomize::hash_not_followed::RULE,
    &rules::kustomize::image_without_match::RULE,
    &rules::kustomize::invalid_kustomization::RULE,
    &rules::kustomize::kind_missing::RULE,
    &rules::kustomize::missing_resource::RULE,
    &rules::kustomize::misspelt_file::RULE,
    &rules::kustomize::not_a_kustomization::RULE,
    &rules::kustomize::not_an_object::RULE,
    &rules::kustomize::outside_root::RULE,
    &rules::kustomize::patch_fails::RULE,
    &rules::kustomize::patch_without_target::RULE,
    &rules::kustomize::remote_unpinned::RULE,
    &rules::kustomize::replacement_fails::RULE,
    &rules::kustomize::too_large::RULE,
    &rules::kustomize::transformer_fails::RULE,
    &rules::kustomize::unlisted_file::RULE,
    &rules::kustomize::unparsable_file::RULE,
    &rules::kustomize::unprintable::RULE,
    &rules::kustomize::unsorted::RULE,
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

//! The table of all rules. It drives the engine, `rules`, `explain` and the generated documentation.
//!
//! Must not know what rules do.

use super::{rule::Rule, rules};
use crate::{diagnostic::Safety, text::nearest};

/// All rules, sorted by id.
pub static RULES: &[&Rule] = &[
    &rules::flux::not_kubernetes::RULE,
    &rules::flux::source_missing::RULE,
    &rules::helm::target_path_shadowed::RULE,
    &rules::helm::target_path_twice::RULE,
    &rules::helm::values_from_key_missing::RULE,
    &rules::helm::values_from_missing::RULE,
    &rules::kubernetes::autoscaler_and_replicas::RULE,
    &rules::kubernetes::autoscaler_bounds::RULE,
    &rules::kubernetes::autoscaler_target_missing::RULE,
    &rules::kubernetes::claim_and_volume_differ::RULE,
    &rules::kubernetes::claim_missing::RULE,
    &rules::kubernetes::common_name_too_long::RULE,
    &rules::kubernetes::decimal_mode::RULE,
    &rules::kubernetes::default_account_bound::RULE,
    &rules::kubernetes::default_storage_classes::RULE,
    &rules::kubernetes::disruption_budget_blocks::RULE,
    &rules::kubernetes::disruption_budget_selects_nothing::RULE,
    &rules::kubernetes::disruption_budget_twice::RULE,
    &rules::kubernetes::duplicate_environment_variable::RULE,
    &rules::kubernetes::duplicate_in_pod::RULE,
    &rules::kubernetes::duplicate_object::RULE,
    &rules::kubernetes::environment_value_twice::RULE,
    &rules::kubernetes::gpu_without_toleration::RULE,
    &rules::kubernetes::host_namespace::RULE,
    &rules::kubernetes::host_path::RULE,
    &rules::kubernetes::ingress_class_annotation::RULE,
    &rules::kubernetes::ingress_port_missing::RULE,
    &rules::kubernetes::invalid_image::RULE,
    &rules::kubernetes::invalid_label::RULE,
    &rules::kubernetes::invalid_name::RULE,
    &rules::kubernetes::invalid_port_name::RULE,
    &rules::kubernetes::last_applied_configuration::RULE,
    &rules::kubernetes::misspelt_class::RULE,
    &rules::kubernetes::namespace_missing::RULE,
    &rules::kubernetes::namespace_not_allowed::RULE,
    &rules::kubernetes::network_policy_selects_nothing::RULE,
    &rules::kubernetes::nfs_server_in_cluster::RULE,
    &rules::kubernetes::no_memory_limit::RULE,
    &rules::kubernetes::no_probe::RULE,
    &rules::kubernetes::no_requests::RULE,
    &rules::kubernetes::node_port_range::RULE,
    &rules::kubernetes::node_port_taken::RULE,
    &rules::kubernetes::policy_type_missing::RULE,
    &rules::kubernetes::privilege_escalation::RULE,
    &rules::kubernetes::privileged::RULE,
    &rules::kubernetes::probe_port_missing::RULE,
    &rules::kubernetes::prune_deletes_data::RULE,
    &rules::kubernetes::removed_api::RULE,
    &rules::kubernetes::removed_provisioner::RULE,
    &rules::kubernetes::request_above_limit::RULE,
    &rules::kubernetes::restart_policy::RULE,
    &rules::kubernetes::role_missing::RULE,
    &rules::kubernetes::rolling_update_with_one_volume::RULE,
    &rules::kubernetes::run_as_root::RULE,
    &rules::kubernetes::secret_type_keys::RULE,
    &rules::kubernetes::selector_mismatch::RULE,
    &rules::kubernetes::server_fields::RULE,
    &rules::kubernetes::service_account_missing::RULE,
    &rules::kubernetes::service_missing::RULE,
    &rules::kubernetes::service_port_missing::RULE,
    &rules::kubernetes::service_ports::RULE,
    &rules::kubernetes::service_selects_nothing::RULE,
    &rules::kubernetes::status_in_git::RULE,
    &rules::kubernetes::strategy_conflict::RULE,
    &rules::kubernetes::subject_namespace_missing::RULE,
    &rules::kubernetes::toleration_value::RULE,
    &rules::kubernetes::unpinned_image::RULE,
    &rules::kubernetes::volume_mount_missing::RULE,
    &rules::kubernetes::wildcard_role::RULE,
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
    &rules::yaml::carriage_return::RULE,
    &rules::yaml::duplicate_key::RULE,
    &rules::yaml::empty_document::RULE,
    &rules::yaml::legacy_boolean::RULE,
    &rules::yaml::syntax::RULE,
    &rules::yaml::trailing_space::RULE,
    &rules::yaml::unused_anchor::RULE,
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

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
    &rules::kubernetes::namespace_missing::RULE,
    &rules::kubernetes::removed_api::RULE,
    &rules::kubernetes::schema_violation::RULE,
    &rules::kubernetes::unknown_kind::RULE,
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

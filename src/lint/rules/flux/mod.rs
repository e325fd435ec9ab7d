//! Rules on what Flux reconciles.

pub mod applied_twice;
pub mod bad_substitution;
pub mod build_fails;
pub mod component_not_local;
pub mod depends_on_cycle;
pub mod depends_on_missing;
pub mod depends_on_wrong_kind;
pub mod health_check_missing;
pub mod health_checks_ignored;
pub mod left_out_of_artifact;
pub mod no_op_post_build;
pub mod not_decrypted;
pub mod not_kubernetes;
pub mod path_leaves_source;
pub mod path_missing;
pub mod resource_set_fails;
pub mod source_missing;
pub mod substitute_from_missing;
pub mod substitution_fails;
pub mod unset_variable;
pub mod variable_name;
pub mod variable_not_a_string;

//! Rules on Kubernetes objects, whoever applies them.

pub mod autoscaler_and_replicas;
pub mod autoscaler_bounds;
pub mod autoscaler_target_missing;
pub mod claim_missing;
pub mod disruption_budget_selects_nothing;
pub mod duplicate_environment_variable;
pub mod duplicate_in_pod;
pub mod environment_value_twice;
pub mod ingress_port_missing;
pub mod namespace_missing;
pub mod network_policy_selects_nothing;
pub mod probe_port_missing;
pub mod removed_api;
pub mod restart_policy;
pub mod role_missing;
pub mod selector_mismatch;
pub mod service_account_missing;
pub mod service_missing;
pub mod service_port_missing;
pub mod service_selects_nothing;
pub mod strategy_conflict;
pub mod subject_namespace_missing;
pub mod volume_mount_missing;

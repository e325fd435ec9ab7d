//! Rules on Helm releases and their values.

pub mod chart_or_reference;
pub mod crds_not_upgraded;
pub mod ignored_version;
pub mod no_remediation;
pub mod old_skip_crds;
pub mod release_name;
pub mod target_path_shadowed;
pub mod target_path_twice;
pub mod unpinned_chart;
pub mod values_from_key_missing;
pub mod values_from_missing;

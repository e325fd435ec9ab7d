//! Rules on Helm releases and their values.

pub mod chart_or_reference;
pub mod condition_without_value;
pub mod crds_not_upgraded;
pub mod ignored_version;
pub mod list_replaced;
pub mod misspelt_value;
pub mod no_remediation;
pub mod old_skip_crds;
pub mod optional_values_missing;
pub mod reference_as_value;
pub mod release_name;
pub mod release_twice;
pub mod target_path_dots;
pub mod target_path_not_literal;
pub mod target_path_shadowed;
pub mod target_path_twice;
pub mod unknown_value;
pub mod unpinned_chart;
mod values;
pub mod values_fail;
pub mod values_from_key_missing;
pub mod values_from_missing;
pub mod values_schema;

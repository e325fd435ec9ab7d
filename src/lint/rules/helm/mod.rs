//! Rules on Helm releases and their values.

pub mod target_path_shadowed;
pub mod target_path_twice;
pub mod values_from_key_missing;
pub mod values_from_missing;

//! Rules on kustomizations.

pub mod ambiguous_reference;
pub mod cycle;
pub mod duplicate_id;
pub mod generator_fails;
pub mod invalid_kustomization;
pub mod missing_resource;
pub mod misspelt_file;
pub mod not_a_kustomization;
pub mod not_an_object;
pub mod outside_root;
pub mod patch_fails;
pub mod patch_without_target;
pub mod replacement_fails;
pub mod too_large;
pub mod transformer_fails;
pub mod unlisted_file;
pub mod unparsable_file;
pub mod unprintable;
pub mod variable_fails;

//! Rules on kustomizations.

mod deprecated;

pub mod ambiguous_reference;
pub mod cycle;
pub mod deprecated_bases;
pub mod deprecated_common_labels;
pub mod deprecated_patches_json6902;
pub mod deprecated_patches_strategic_merge;
pub mod deprecated_vars;
pub mod duplicate_entry;
pub mod duplicate_id;
pub mod generator_fails;
pub mod hash_not_followed;
pub mod image_without_match;
pub mod invalid_kustomization;
pub mod kind_missing;
pub mod missing_resource;
pub mod misspelt_file;
pub mod not_a_kustomization;
pub mod not_an_object;
pub mod outside_root;
pub mod patch_fails;
pub mod patch_without_target;
pub mod remote_unpinned;
pub mod replacement_fails;
pub mod too_large;
pub mod transformer_fails;
pub mod unlisted_file;
pub mod unparsable_file;
pub mod unprintable;
pub mod unsorted;
pub mod variable_fails;

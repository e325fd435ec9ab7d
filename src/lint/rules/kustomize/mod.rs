//! Rules on kustomizations.

pub mod missing_resource;
pub mod misspelt_file;
pub mod unlisted_file;

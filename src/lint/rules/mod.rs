//! The rules, one file each, in the folders of their groups.
//!
//! Rules must not know each other.

pub mod argo;
pub mod flux;
pub mod helm;
pub mod jupyterhub;
pub mod kubernetes;
pub mod kustomize;
pub mod repo;
pub mod secret;
pub mod yaml;

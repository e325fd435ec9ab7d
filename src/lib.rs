//! Treewright builds and keeps GitOps repository trees for Flux and Argo CD.
//!
//! Each folder is a floor; a floor imports only floors below its own. `tests/architecture.rs` holds the table.

pub mod argo;
pub mod blueprint;
pub mod change;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod diagnostic;
pub mod diff;
pub mod fix;
pub mod flux;
pub mod forge;
pub mod git;
pub mod gotemplate;
pub mod graph;
pub mod helm;
pub mod kustomize;
pub mod lint;
pub mod lsp;
pub mod manifest;
pub mod path;
pub mod project;
pub mod report;
pub mod schema;
pub mod source;
pub mod text;
pub mod yaml;

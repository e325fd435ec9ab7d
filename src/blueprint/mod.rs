//! Blueprints: from a folder of data and a set of answers to the files of an instance.
//!
//! Owns the blueprint format, its templates, the derivation of secret wiring and the lock file. Nothing here touches the disk: what comes out is a
//! change set. Must not know commands, terminals nor rules of the linter.

mod folder;
mod json;
pub mod manifest;
mod problems;
pub mod render;

pub use folder::Folder;
pub use problems::Problems;

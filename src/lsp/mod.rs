//! The editor's server: findings as one types, mends, documentation of fields, and the ways from one object to another, over the Language Server Protocol.
//!
//! Owns the protocol, and how documents that are open lie over the work tree. One thread reads messages; for each repository one lints what is open
//! whenever it changes, and one answers questions in their order. Must not know where the messages come from, nor rules.

mod actions;
mod analysis;
mod answer;
mod background;
mod client;
mod context;
mod desk;
mod diagnostics;
mod documents;
mod edits;
mod folders;
mod hover;
mod links;
mod position;
mod root;
mod server;
mod silence;
mod symbols;
mod targets;

use std::path::{Path, PathBuf};

pub use position::Encoding;
pub use server::serve;

/// What the server asks of the program around it.
#[derive(Clone)]
pub struct Host {
    /// The directory to work in where the editor names none.
    pub start: PathBuf,
    /// The root of the repository around a directory, or the directory itself.
    pub root_of: fn(&Path) -> PathBuf,
    /// Takes a line for the log.
    pub log: fn(&str),
}

/// How the editor left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It asked the server to shut down, and then to exit.
    InOrder,
    /// It went away.
    Abruptly,
}

//! Finding what is wrong in a repository.
//!
//! Owns the rules, the table that lists them, the walk that calls them, and the comments and the baseline that silence them. Rules read a [`crate::project::Project`] and never
//! a file. Must not know how findings are shown.

mod baseline;
mod catalogue;
mod engine;
mod fingerprint;
mod options;
mod precedence;
mod rule;
pub mod rules;
mod suppress;

pub use baseline::Baseline;
pub use catalogue::{RULES, find, nearest_id, page};
pub use engine::{Outcome, Suppressed, lint};
pub use fingerprint::fingerprints;
pub use options::{Options, check_name};
pub use rule::{Check, Finding, Report, Rule};

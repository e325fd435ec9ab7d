//! Finding what is wrong in a repository.
//!
//! Owns the rules, the table that lists them, the walk that calls them, and the comments that silence them. Rules read a [`crate::project::Project`] and never
//! a file. Must not know how findings are shown.

mod catalogue;
mod engine;
mod rule;
pub mod rules;
mod suppress;

pub use catalogue::{RULES, find, nearest_id, page};
pub use engine::{Options, Outcome, Suppressed, lint};
pub use rule::{Check, Finding, Report, Rule};

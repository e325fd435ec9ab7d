//! What the engine itself reports: on comments that silence findings, and on rules that fail.

pub mod rule_failed;
pub mod unknown_suppression;
pub mod unused_suppression;

//! What the engine itself reports: on comments and baselines that silence findings, and on rules that fail.

pub mod rule_failed;
pub mod unknown_suppression;
pub mod unused_baseline;
pub mod unused_suppression;

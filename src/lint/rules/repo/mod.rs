//! Rules on whatever stands anywhere in a repository, and what the engine itself reports: on comments and baselines that silence findings, and on rules that fail.

pub mod example_domain;
mod live;
pub mod placeholder;
pub mod rule_failed;
pub mod too_many_units;
pub mod unknown_suppression;
pub mod unused_baseline;
pub mod unused_suppression;

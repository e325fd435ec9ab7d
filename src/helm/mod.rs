//! Helm: releases, and the grammar of paths into their values.
//!
//! Owns what Helm does with values before any template sees them. Must not know Flux or Argo CD.

mod release;
mod set_path;
mod set_value;

pub use release::{ChartSource, Release};
pub use set_path::{SetPath, SetPathError, SetStep};
pub use set_value::{Assignment, SetError, Typing, assign, merge_values, parse_set, typed};

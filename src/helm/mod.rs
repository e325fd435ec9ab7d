//! Helm: releases, and the grammar of paths into their values.
//!
//! Owns what Helm does with values before any template sees them. Must not know Flux or Argo CD.

mod release;
mod set_path;

pub use release::{ChartSource, Release};
pub use set_path::{SetPath, SetPathError, SetStep};

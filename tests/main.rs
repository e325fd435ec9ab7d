//! Tests.

mod git;
mod source;
mod write;

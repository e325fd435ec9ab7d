//! Tests.

mod git;
mod source;

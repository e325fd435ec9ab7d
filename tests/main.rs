//! Tests.
mod patch;

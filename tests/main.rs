//! Tests.

mod print;

//! Tests.
mod schema;

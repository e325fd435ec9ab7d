//! Rules on YAML itself.

pub mod duplicate_key;
pub mod syntax;

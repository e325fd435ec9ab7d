//! Rules on YAML itself.

pub mod carriage_return;
pub mod duplicate_key;
pub mod empty_document;
pub mod legacy_boolean;
pub mod syntax;
pub mod trailing_space;
pub mod unused_anchor;

//! Rules on secrets: where they come from, and where they must not stand.

pub mod plaintext;
pub mod store_missing;

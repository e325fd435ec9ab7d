//! How objects hang together: who makes a Secret or ConfigMap, and with which keys.
//!
//! Owns the knowledge of which field of which kind refers to what. Must not know files or rules.

pub mod picture;
mod produced;

pub use picture::Picture;
pub use produced::{DataKind, Keys, Produced, Producers, produced};

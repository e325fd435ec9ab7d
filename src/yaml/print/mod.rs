//! Printers of owned values.
//!
//! [`kustomize`] writes what `kubectl kustomize` writes, byte for byte; [`readable`] writes what people read and edit. Must not know where a value
//! came from, nor change its meaning.

mod ambiguity;
pub mod kustomize;
pub mod readable;

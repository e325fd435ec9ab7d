//! YAML: spanned trees over the text of a file, owned values, edits, printers.
//!
//! Owns everything that knows YAML's syntax. Must not know Kubernetes, nor where text comes from.

pub mod print;
pub mod scalar;
mod value;

pub use scalar::{Style, Type};
pub use value::{Content, FileId, Mapping, Origin, Scalar, Value};

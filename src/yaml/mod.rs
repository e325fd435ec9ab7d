//! YAML: spanned trees over the text of a file, owned values, edits, printers.
//!
//! Owns everything that knows YAML's syntax. Must not know Kubernetes, nor where text comes from.

mod comments;
pub mod de;
pub mod edit;
mod expand;
pub mod merge3;
mod node;
mod parse;
pub mod print;
mod route;
pub mod scalar;
mod value;

pub use expand::{ExpandError, MAX_EXPANDED_DEPTH, MAX_EXPANDED_NODES, NON_STRING_KEY};
pub use node::{Document, DuplicateKey, Entry, Kind, Node, NodeId, Stream};
pub use parse::{MAX_DEPTH, SyntaxError, SyntaxErrorKind};
pub use route::{Route, RouteError, Step};
pub use scalar::{Style, Type};
pub use value::{Content, FileId, Mapping, Origin, Scalar, Value};

//! Typed reading: serde over nodes, with errors that know their place.
//!
//! Aliases and merge keys are followed as in [`Node::to_value`], under the same limit. Types are strict: a number is no string, and the error says to quote
//! it; null reads as an empty list or map, as Go reads it. Integers and floats are read in all notations of go-yaml.
//!
//! Limits that serde sets: inside of `#[serde(flatten)]` and `#[serde(untagged)]` serde copies values first, so that an error there has the place of the
//! whole, and [`Spanned`] cannot be read. Must not know what is read.

mod deserializer;
mod fault;
mod spanned;

use std::cell::Cell;

use serde::Deserialize;
pub use spanned::Spanned;

use self::{deserializer::NodeDeserializer, fault::Fault};
use super::{expand::MAX_EXPANDED_NODES, node::Node, route::Route};
use crate::text::Span;

/// Why a node does not hold what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeError {
    /// The bytes to blame: a scalar, a key, or the key of a mapping or list that lacks something.
    pub span: Span,
    /// The way to them in their document.
    pub route: Route,
    /// One sentence without a final full stop, names in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Reads a node into a type.
pub fn from_node<'s, T: Deserialize<'s>>(node: Node<'s>) -> Result<T, DeError> {
    let budget = Cell::new(MAX_EXPANDED_NODES);
    T::deserialize(NodeDeserializer::new(node, &budget)).map_err(|fault: Fault| fault.at(node).into_error(node))
}

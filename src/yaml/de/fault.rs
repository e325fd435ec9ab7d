//! What goes wrong while reading, before and after its place is known.
//!
//! serde makes errors without a place; the first node that such an error passes on its way out gives it one. Must not know how nodes are read.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::DeError;
use crate::{
    text::{Span, nearest},
    yaml::{
        node::{Kind, Node},
        route::Route,
    },
};

/// An error on its way out. Boxed, because it travels in every result.
#[derive(Debug)]
pub(super) struct Fault(Box<Parts>);

#[derive(Debug)]
struct Parts {
    message: String,
    help: Option<String>,
    place: Option<(Span, Route)>,
}

impl Fault {
    pub fn new(message: String, help: Option<String>) -> Self {
        Self(Box::new(Parts { message, help, place: None }))
    }

    /// Gives the place of a node to an error that has none yet.
    pub fn at(mut self, node: Node<'_>) -> Self {
        if self.0.place.is_none() {
            self.0.place = Some((blamed(node), node.route()));
        }
        self
    }

    pub fn into_error(self, root: Node<'_>) -> DeError {
        let Parts { message, help, place } = *self.0;
        let (span, route) = place.unwrap_or_else(|| (root.span(), Route::root()));
        DeError { span, route, message, help }
    }
}

/// The bytes to show for a node: a collection is shown by its key, or by its first line, because underlining all of it would say little.
fn blamed(node: Node<'_>) -> Span {
    if node.kind() == Kind::Scalar && !node.is_absent() {
        return node.span();
    }
    if let Some(entry) = node.own_entry() {
        return entry.key.span();
    }
    let first_line = node.source().lines().next().unwrap_or_default();
    Span::new(node.start(), node.start() + first_line.len())
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), None)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", in_words(found)), None)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("unknown field `{field}`"), suggestion(field, known))
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("unknown value `{variant}`"), suggestion(variant, known))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the field `{field}` is missing"), None)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the field `{field}` stands here twice"), None)
    }
}

fn suggestion(wanted: &str, known: &'static [&'static str]) -> Option<String> {
    if let Some(name) = nearest(wanted, known.iter().copied()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("only {only} is known here")),
        names => Some(format!("known here: {}", names.join(", "))),
    }
}

fn in_words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("the boolean `{value}`"),
        Unexpected::Unsigned(value) => format!("the integer `{value}`"),
        Unexpected::Signed(value) => format!("the integer `{value}`"),
        Unexpected::Float(value) => format!("the number `{value}`"),
        Unexpected::Str(value) => format!("the string `{value}`"),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a mapping".to_owned(),
        other => other.to_string(),
    }
}

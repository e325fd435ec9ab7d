//! What can be wrong with a value.
//!
//! Must not know how faults are found.

use crate::{text::Span, yaml::Route};

/// The kind of a fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// A key that the schema does not know.
    UnknownField {
        /// The known key that was probably meant.
        nearest: Option<String>,
    },
    /// A key of the wrong form in a mapping whose keys are free.
    Key,
    /// A required key that is not there, or has no value.
    Missing {
        /// The key.
        field: String,
    },
    /// A value of the wrong type.
    Type {
        /// The allowed types in words: "an integer or a text".
        expected: String,
        /// The value in words: "the text \"5\"".
        found: String,
    },
    /// A value outside of an enumeration.
    Enum {
        /// The allowed values as they are written.
        allowed: Vec<String>,
        /// The allowed value that was probably meant.
        nearest: Option<String>,
    },
    /// A text of the wrong form: a pattern or a format.
    Pattern,
    /// A number, length or count outside of its limits.
    Range,
    /// Anything else.
    Other,
}

/// What is wrong with a value, and where in the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The way to the place: to the key itself if it is unknown or of the wrong form, to the mapping if a key is missing, else to the value.
    pub route: Route,
    /// What is wrong.
    pub kind: FaultKind,
    /// One sentence without a final full stop, names in backticks.
    pub message: String,
    /// The same without the value, if the message quotes it.
    bare: Option<String>,
}

impl Fault {
    pub(super) fn new(route: Route, kind: FaultKind, message: impl Into<String>) -> Self {
        Self { route, kind, message: message.into(), bare: None }
    }

    /// A fault whose message quotes the value; `bare` says the same without.
    pub(super) fn quoting(route: Route, kind: FaultKind, message: String, bare: String) -> Self {
        Self { route, kind, message, bare: Some(bare) }
    }

    /// The fault in words that do not show the value, for values that may be secret.
    #[must_use]
    pub fn without_value(mut self) -> Self {
        if let FaultKind::Type { found, .. } = &mut self.kind {
            "another value".clone_into(found);
        }
        self.message = self.bare.take().unwrap_or(self.message);
        self
    }
}

/// A fault and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// See [`Fault::route`].
    pub route: Route,
    /// The unknown or malformed key; the key whose mapping lacks a field; else the value.
    pub span: Span,
    /// What is wrong.
    pub kind: FaultKind,
    /// One sentence without a final full stop, names in backticks.
    pub message: String,
}

impl Violation {
    pub(super) fn sort_key(&self) -> (Span, &Route, &FaultKind, &str) {
        (self.span, &self.route, &self.kind, &self.message)
    }
}

//! Why a comment could not be made.
//!
//! Must not know exit codes, or how errors are shown.

use std::fmt;

/// What is wrong, as far as the program itself acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nobody can tell whether a request was carried out.
    Uncertain,
    /// What was there a moment ago is gone.
    Gone,
    /// It is not there, or may not be seen.
    NotFound,
    /// The token is not accepted, or may not do this.
    Denied,
    /// Anything else.
    Other,
}

/// A comment could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgeError {
    /// What is wrong, as far as the program acts on it.
    pub kind: ErrorKind,
    /// What is wrong, for people.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl ForgeError {
    /// Says what is wrong.
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// Says what is wrong where nothing acts on it.
    pub(super) fn other(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Other, message)
    }

    /// Says what to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ForgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ForgeError {}

//! The token that a forge knows us by.
//!
//! It leaves this type only for the header of a request. Must not know forges.

use std::fmt;

/// A secret that no output shows.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token as it stands in a variable or a file, with or without a line break at its end. `None` if it cannot be one.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        // What cannot stand in a header is no token; it may be a file of another kind.
        let is_token = !text.is_empty() && text.len() <= 4096 && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self(text.to_owned()))
    }

    /// The secret itself.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// A text from elsewhere without the secret.
    pub fn hidden_in(&self, text: &str) -> String {
        text.replace(&self.0, "(token)")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

//! Parsing: from the text of a file to a [`Stream`] of spanned nodes.
//!
//! Owns the limits on input and the choice between the parsers. Must not know the parser crates; [`events`] does.

mod build;
mod events;
mod explain;
mod lenient;
mod scan;
mod weigh;

use super::node::Stream;
use crate::text::{SourceText, Span};

/// The deepest nesting that is accepted. Real manifests stay below 30; recursion over a tree is safe to this depth.
pub const MAX_DEPTH: usize = 256;

/// Why a text is not YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyntaxErrorKind {
    /// A tab where YAML wants spaces.
    Tab,
    /// A key that stands under the dash of its list item instead of under the item's first key.
    KeyUnderDash,
    /// A key that lines up with no mapping above it.
    Indentation,
    /// A marker of an unresolved merge conflict.
    ConflictMarker,
    /// A quote, brace or bracket that is never closed.
    Unclosed,
    /// A colon and blank inside of a value without quotes.
    ColonInValue,
    /// Something that needs quotes because of its first character.
    NeedsQuotes,
    /// An alias without its anchor, or inside of it, or aliases that multiply the file beyond all measure.
    Alias,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// Anything else.
    Other,
}

/// Why and where a text is not YAML, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The kind of the fault.
    pub kind: SyntaxErrorKind,
    /// The bytes to blame.
    pub span: Span,
    /// One sentence, without a final full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Another place that explains the fault, with half a sentence about it.
    pub related: Option<(Span, String)>,
}

impl SyntaxError {
    fn too_deep(offset: usize) -> Self {
        Self {
            kind: SyntaxErrorKind::TooDeep,
            span: Span::at(offset),
            message: format!("the nesting is deeper than {MAX_DEPTH} levels"),
            help: Some("no Kubernetes object needs this; the file is refused".to_owned()),
            related: None,
        }
    }

    fn control_character(offset: usize) -> Self {
        Self {
            kind: SyntaxErrorKind::Other,
            span: Span::new(offset, offset + 1),
            message: "control characters are not allowed in YAML".to_owned(),
            help: Some("in double quotes, write it as an escape such as `\\x1b`".to_owned()),
            related: None,
        }
    }

    fn block_in_flow(span: Span) -> Self {
        Self {
            kind: SyntaxErrorKind::NeedsQuotes,
            span,
            message: "between brackets a value cannot be a block of lines, nor begin with `|` or `>`".to_owned(),
            help: Some("quote the value, or write the collection without brackets".to_owned()),
            related: None,
        }
    }

    fn alias(span: Span, message: String) -> Self {
        let help = "an alias repeats a value that an anchor, `&name`, marks earlier in the same document; quote the value if it is a text";
        Self { kind: SyntaxErrorKind::Alias, span, message, help: Some(help.to_owned()), related: None }
    }
}

/// Control characters of ASCII, save for the tab and line breaks.
fn is_forbidden(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r')
}

impl Stream {
    /// Parses a file. Fails at the first fault; duplicate keys are no fault here (see [`Stream::duplicate_keys`]).
    #[expect(clippy::needless_pass_by_value, reason = "the stream keeps the text; a copy of the handle is cheap")]
    pub fn parse(text: SourceText) -> Result<Self, SyntaxError> {
        // The parser takes a NUL for the end of the file, and what follows it would go unseen.
        if let Some(offset) = text.as_str().bytes().position(is_forbidden) {
            return Err(SyntaxError::control_character(offset));
        }
        let parsed = scan::without_later_boms(scan::without_bom(text.as_str()));
        match build::build(&text, events::First::new(&parsed)) {
            Ok(stream) => Ok(stream),
            Err(build::Failure::Final(error)) => Err(error),
            Err(build::Failure::Refused(first)) => {
                // A second opinion: what one parser refuses and the other accepts is valid YAML.
                match build::build(&text, events::Second::new(&parsed)) {
                    Ok(stream) => Ok(stream),
                    Err(build::Failure::Final(error)) => Err(error),
                    Err(build::Failure::Refused(second)) => match lenient::read(&text, &parsed, &first, second) {
                        Ok(stream) => Ok(stream),
                        Err(build::Failure::Final(error)) => Err(error),
                        Err(build::Failure::Refused(second)) => Err(explain::explain(&text, &first, &second)),
                    },
                }
            }
        }
    }
}

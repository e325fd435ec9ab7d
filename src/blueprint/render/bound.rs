//! Refuses tags so long that the engine, which reads and runs them recursively, could run out of stack.
//!
//! Must not know what tags mean: it looks for delimiters and quotes only, and in doubt takes more for a tag than the engine does.

use super::TemplateError;
use crate::text::Span;

/// The longest tag or expression in bytes. The longest in real templates has some two hundred.
pub(super) const MAX_TAG: usize = 1_000;

/// Checks all tags of a template.
pub(super) fn template(source: &str) -> Result<(), TemplateError> {
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(open) = next_tag(bytes, at) {
        let Some(end) = close(bytes, open + 2) else { return Err(too_long(open)) };
        at = end;
    }
    Ok(())
}

/// Checks an expression without delimiters.
pub(super) fn expression(source: &str) -> Result<(), TemplateError> {
    if source.len() <= MAX_TAG { Ok(()) } else { Err(too_long(0)) }
}

fn next_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(2).position(|pair| matches!(pair, b"[[" | b"[%")).map(|at| from + at)
}

/// The end of the tag whose content begins at `from`; `None` if it is too long. A tag that the text ends in is the engine's to complain about.
fn close(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    let mut at = from;
    while at - from <= MAX_TAG {
        match (bytes.get(at), quote) {
            (None, _) => return Some(at),
            (Some(b'\\'), Some(_)) => at += 1,
            (Some(byte), Some(open)) if *byte == open => quote = None,
            (Some(byte @ (b'"' | b'\'')), None) => quote = Some(*byte),
            (Some(b']' | b'%'), None) if bytes.get(at + 1) == Some(&b']') => return Some(at + 2),
            _ => {}
        }
        at += 1;
    }
    None
}

fn too_long(open: usize) -> TemplateError {
    TemplateError::new(Span::at(open), format!("the expression is longer than {MAX_TAG} bytes"))
        .with_help("split it with `[% set … %]`")
}

//! How the text of a scalar is written: plain, quoted or as a literal block.

use std::fmt::Write;

use crate::yaml::print::ambiguity::{is_base_60, is_typed, may_be_typed};

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// After a key or dash, on lines of its own.
    Block,
    /// Between brackets, where commas and brackets end it.
    Flow,
}

/// Whether a string may be written without quotes: no parser takes it for anything else.
pub fn is_plain(text: &str, context: Context) -> bool {
    !text.is_empty()
        && text.chars().all(is_printable)
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && starts_plain(text)
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && (context == Context::Block || fits_flow(text))
        && !(is_typed(text) || is_base_60(text) || may_be_typed(text))
}

fn starts_plain(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some('-') => chars.next().is_some_and(|next| next != ' ') && !text.starts_with("---"),
        Some('.') => !text.starts_with("..."),
        Some(first) => !"?:,[]{}#&*!|>'\"%@`".contains(first),
        None => false,
    }
}

/// Whether nothing in the text ends a plain scalar between brackets, for old parsers neither.
fn fits_flow(text: &str) -> bool {
    let next = text.chars().skip(1).map(Some).chain([None]);
    text.chars().zip(next).all(|(c, next)| match c {
        ',' | '[' | ']' | '{' | '}' | '?' => false,
        ':' => next.is_some_and(|next| next.is_alphanumeric() || next == '/'),
        _ => true,
    }) && !text.starts_with('-')
}

/// Whether a character may stand in a file as it is, on one line, and be seen there.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Writes a string in quotes: double ones, or single ones where that saves escapes.
pub fn push_quoted(text: &str, out: &mut String) {
    if text.contains(['"', '\\']) && !text.contains('\'') && text.chars().all(is_printable) {
        out.push('\'');
        out.push_str(text);
        out.push('\'');
        return;
    }
    out.push('"');
    for c in text.chars() {
        let code = u32::from(c);
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            _ if is_printable(c) => write!(out, "{c}"),
            _ if code <= 0xff => write!(out, "\\x{code:02X}"),
            _ => write!(out, "\\u{code:04X}"),
        };
    }
    out.push('"');
}

/// Whether a string of several lines can be written as a literal block whose lines begin in the column `indent`.
pub fn fits_literal(text: &str, indent: usize) -> bool {
    text.contains('\n')
        && text.chars().all(|c| is_printable(c) || matches!(c, '\n' | '\t'))
        && indent >= 2
        // A string of blanks says more in quotes, and some parsers stumble over a line of blanks before the first line of text.
        && text.split('\n').find(|line| !line.is_empty()).is_some_and(|line| !line.trim_matches([' ', '\t']).is_empty())
}

/// Whether the indentation of a literal block could not be seen from its first line.
pub fn needs_hint(text: &str) -> bool {
    text.starts_with([' ', '\t', '\n'])
}

/// Writes a literal block without its last line break.
pub fn push_literal(text: &str, indent: usize, out: &mut String) {
    out.push('|');
    if needs_hint(text) {
        out.push('2');
    }
    let body = text.strip_suffix('\n');
    match body {
        None => out.push('-'),
        Some(body) if body.is_empty() || body.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    for line in body.unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}

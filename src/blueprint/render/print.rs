//! How a value is written into a YAML text.
//!
//! Owns quoting and the choice between brackets and blocks. What is written here is parsed back by the caller. Must not know templates.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::yaml::{Type, scalar::resolve_plain};

/// The widest list or mapping that is written in brackets where a block would be possible.
const FLOW_WIDTH: usize = 60;

/// A string outside of brackets, plain if it can be, else in double quotes.
pub fn string(text: &str) -> String {
    if is_plain(text, true) { text.to_owned() } else { double_quoted(text) }
}

/// A string inside of brackets.
pub fn string_in_flow(text: &str) -> String {
    if is_plain(text, false) { text.to_owned() } else { double_quoted(text) }
}

/// A string in double quotes. JSON's escapes are YAML's; what YAML does not count as printable is escaped, too.
pub fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_printable(c) => quoted.push(c),
            c if u32::from(c) <= 0xffff => drop(write!(quoted, "\\u{:04x}", u32::from(c))),
            c => drop(write!(quoted, "\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character may stand unescaped: YAML's printable characters without line breaks and byte order marks.
pub fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}'
        | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// Whether a text is a string when written plain. Stricter than YAML, so that readers of YAML 1.1 agree.
fn is_plain(text: &str, in_block: bool) -> bool {
    let inner = |c: char| c.is_alphanumeric() || "-_./:@+=()<>$^;~ %&*!?'".contains(c) || in_block && "[],".contains(c);
    let Some(first) = text.chars().next() else { return false };
    (first.is_alphanumeric() || "_./$(".contains(first))
        && text.chars().all(|c| inner(c) && is_printable(c))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && resolve_plain(text) == Type::String
        && !is_word_of_old(text)
        && !looks_numeric(text)
}

/// Words that YAML 1.1 reads as booleans.
fn is_word_of_old(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "n" | "no" | "on" | "off")
}

/// Numbers as YAML 1.1 writes them: with underscores, in base 60.
fn looks_numeric(text: &str) -> bool {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | ':');
    text.chars().all(numeric) && text.contains(['_', ':'])
}

/// A value on one line.
pub fn flow(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", string_in_flow(key), flow(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Json::String(text) => string_in_flow(text),
        other => other.to_string(),
    }
}

/// Whether a list or mapping is short and flat enough for brackets.
pub fn fits_flow(value: &Json) -> bool {
    let flat = match value {
        Json::Array(items) => items.iter().all(|item| !item.is_array() && !item.is_object()),
        Json::Object(entries) => entries.is_empty(),
        _ => true,
    };
    flat && flow(value).len() <= FLOW_WIDTH
}

/// A list or mapping as lines, each indented by `indent` except the first.
pub fn block(value: &Json, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let lines: Vec<String> = match value {
        Json::Array(items) => items.iter().map(|item| format!("- {}", inside(item, indent + 2, indent + 2))).collect(),
        Json::Object(entries) => entries.iter().map(|(key, value)| entry(key, value, indent)).collect(),
        scalar_value => vec![multiline(scalar_value, indent)],
    };
    lines.join(&format!("\n{pad}"))
}

fn entry(key: &str, value: &Json, indent: usize) -> String {
    let key = string(key);
    let nested = matches!(value, Json::Array(_) | Json::Object(_)) && !fits_flow(value);
    if nested {
        let pad = " ".repeat(indent + 2);
        format!("{key}:\n{pad}{}", block(value, indent + 2))
    } else {
        format!("{key}: {}", multiline(value, indent + 2))
    }
}

fn inside(value: &Json, indent: usize, text_indent: usize) -> String {
    if fits_flow(value) { multiline(value, text_indent) } else { block(value, indent) }
}

/// A scalar or a short list, where a text of several lines may become a literal block whose lines are indented by `indent`.
pub fn multiline(value: &Json, indent: usize) -> String {
    match value {
        Json::String(text) => literal(text, indent).unwrap_or_else(|| string(text)),
        other => flow(other),
    }
}

/// A literal block, if the text has several lines and can be written as one that reads well.
pub fn literal(text: &str, indent: usize) -> Option<String> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let header = if body.len() == text.len() { "|-" } else { "|" };
    let fits = text.contains('\n')
        && !body.is_empty()
        && !body.starts_with([' ', '\n', '\t'])
        && !body.ends_with('\n')
        && body.lines().all(|line| line.is_empty() || !line.trim_end_matches([' ', '\t']).is_empty())
        && body.chars().all(|c| is_printable(c) || c == '\n' || c == '\t');
    if !fits {
        return None;
    }
    let pad = " ".repeat(indent);
    let mut block = header.to_owned();
    for line in body.split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.push_str(&pad);
            block.push_str(line);
        }
    }
    Some(block)
}

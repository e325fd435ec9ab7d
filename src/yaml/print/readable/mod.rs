//! Prints a value for a file that people read and edit.
//!
//! Keys keep their order. Two columns of indentation for each level; the dashes of a list stand two columns inside of its key, as in the documentation of Flux.
//! Strings are plain where every YAML 1.1 and 1.2 parser reads them as that string, else in double quotes, or in single quotes where those save
//! escapes. Strings of several lines are literal blocks. Lines are never folded. This module owns the layout, [`text`] how a scalar is written. Whatever
//! is printed here and parsed again is the same value.

mod text;

use crate::yaml::scalar::{Type, resolve_plain};
use crate::yaml::{Content, Value};
use text::Context;

/// YAML parsers look for the `:` of a key no further than 1,024 characters. A longer key is introduced by `?`.
const LONGEST_SIMPLE_KEY: usize = 1000;

/// A value as a whole document, with a final newline.
pub fn document(value: &Value) -> String {
    let mut out = String::new();
    match &value.content {
        // At the top there is no column that a hint could count from.
        Content::Scalar(scalar) if text::needs_hint(&scalar.text) => {
            push_scalar(&scalar.text, scalar.kind, Context::Block, &mut out);
        }
        Content::Scalar(_) => push_block(value, 2, &mut out),
        _ => push_block(value, 0, &mut out),
    }
    out.push('\n');
    out
}

/// A value in block style, to be written where its line already reaches the column `indent`: the lines after the first begin there. Without a final newline.
///
/// Keys and dashes stand in that column. The lines of a literal block do, too; the key or dash that the value belongs to must then stand two columns before
/// it, because an indentation hint says so.
pub fn block(value: &Value, indent: usize) -> String {
    let mut out = String::new();
    push_block(value, indent, &mut out);
    out
}

/// A key with its value, to be written where its line already reaches the column `indent`. Without a final newline.
pub fn entry(key: &str, value: &Value, indent: usize) -> String {
    let mut out = String::new();
    push_entry(key, value, indent, &mut out);
    out
}

/// A list item with its dash, to be written where its line already reaches the column `indent`. Without a final newline.
pub fn item(value: &Value, indent: usize) -> String {
    format!("- {}", block(value, indent + 2))
}

/// A value on one line, as it may stand in a flow collection or after a key: `{a: 1, b: [x, y]}`.
pub fn flow(value: &Value) -> String {
    let mut out = String::new();
    push_flow(value, &mut out);
    out
}

/// A scalar on one line, outside of flow collections, written such that it keeps its text and type.
pub fn scalar(text: &str, kind: Type) -> String {
    let mut out = String::new();
    push_scalar(text, kind, Context::Block, &mut out);
    out
}

/// A scalar on one line that may also stand in a flow collection, written such that it keeps its text and type.
pub fn flow_scalar(text: &str, kind: Type) -> String {
    let mut out = String::new();
    push_scalar(text, kind, Context::Flow, &mut out);
    out
}

/// A key without its colon, as it stands in block mappings.
pub fn key(text: &str) -> String {
    scalar(text, Type::String)
}

fn push_block(value: &Value, indent: usize, out: &mut String) {
    match &value.content {
        Content::Scalar(scalar) if scalar.kind == Type::String && text::fits_literal(&scalar.text, indent) => {
            text::push_literal(&scalar.text, indent, out);
        }
        Content::Scalar(scalar) => push_scalar(&scalar.text, scalar.kind, Context::Block, out),
        Content::Sequence(items) if items.is_empty() => out.push_str("[]"),
        Content::Mapping(mapping) if mapping.is_empty() => out.push_str("{}"),
        Content::Sequence(items) => {
            for (position, item) in items.iter().enumerate() {
                separate(position, indent, out);
                out.push_str("- ");
                push_block(item, indent + 2, out);
            }
        }
        Content::Mapping(mapping) => {
            for (position, (key, value)) in mapping.iter().enumerate() {
                separate(position, indent, out);
                push_entry(key, value, indent, out);
            }
        }
    }
}

fn push_entry(key: &str, value: &Value, indent: usize, out: &mut String) {
    let key = self::key(key);
    if key.len() > LONGEST_SIMPLE_KEY {
        out.push_str("? ");
        out.push_str(&key);
        start_line(indent, out);
        out.push_str(": ");
        return push_block(value, indent + 2, out);
    }
    out.push_str(&key);
    out.push(':');
    if is_block(value) {
        start_line(indent + 2, out);
    } else {
        out.push(' ');
    }
    push_block(value, indent + 2, out);
}

/// Whether the value is a collection that stands on lines of its own.
fn is_block(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(_) => false,
        Content::Sequence(items) => !items.is_empty(),
        Content::Mapping(mapping) => !mapping.is_empty(),
    }
}

fn separate(position: usize, indent: usize, out: &mut String) {
    if position > 0 {
        start_line(indent, out);
    }
}

fn start_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn push_flow(value: &Value, out: &mut String) {
    match &value.content {
        Content::Scalar(scalar) => push_scalar(&scalar.text, scalar.kind, Context::Flow, out),
        Content::Sequence(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                push_flow(item, out);
            }
            out.push(']');
        }
        Content::Mapping(mapping) => {
            out.push('{');
            for (position, (key, value)) in mapping.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                let key = flow_scalar(key, Type::String);
                out.push_str(if key.len() > LONGEST_SIMPLE_KEY { "? " } else { "" });
                out.push_str(&key);
                out.push_str(": ");
                push_flow(value, out);
            }
            out.push('}');
        }
    }
}

fn push_scalar(text: &str, kind: Type, context: Context, out: &mut String) {
    match kind {
        Type::String if text::is_plain(text, context) => out.push_str(text),
        Type::String => text::push_quoted(text, out),
        Type::Null if text.is_empty() => out.push_str("null"),
        _ if resolve_plain(text) == kind => out.push_str(text),
        _ => {
            out.push_str(tag(kind));
            out.push(' ');
            text::push_quoted(text, out);
        }
    }
}

/// The tag that gives a scalar its type whatever its text.
fn tag(kind: Type) -> &'static str {
    match kind {
        Type::Null => "!!null",
        Type::Bool => "!!bool",
        Type::Int => "!!int",
        Type::Float => "!!float",
        Type::Timestamp => "!!timestamp",
        Type::Merge => "!!merge",
        Type::Binary => "!!binary",
        Type::String => "!!str",
    }
}

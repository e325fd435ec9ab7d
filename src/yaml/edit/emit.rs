//! Writes values the way the edited file writes them: its indentation, its quotes, its line breaks.
//!
//! The readable printer decides what needs quotes; here are the layout that a file already has, the styles that replaced scalars keep, and folded text. Must
//! not know where the text will stand.

use std::fmt::Write as _;

use super::layout::Layout;
use crate::yaml::{
    print::readable,
    scalar::{Style, Type},
    value::{Content, Scalar, Value},
};

/// Whether a value fills one line, whatever stands around it: a scalar, or an empty collection.
pub(super) fn is_inline(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(_) => true,
        Content::Sequence(items) => items.is_empty(),
        Content::Mapping(mapping) => mapping.is_empty(),
    }
}

impl Layout {
    /// A value in block style whose first line stands at `column`, without the indentation of the first line.
    pub fn block(&self, value: &Value, column: usize) -> String {
        match &value.content {
            Content::Mapping(mapping) if !mapping.is_empty() => {
                let entries = mapping.iter().map(|(key, value)| self.entry(key, value, column));
                entries.collect::<Vec<_>>().join(&self.line(column))
            }
            Content::Sequence(items) if !items.is_empty() => {
                let items = items.iter().map(|item| self.item(item, column));
                items.collect::<Vec<_>>().join(&self.line(column))
            }
            _ => self.inline(value, column),
        }
    }

    /// A line break and the indentation of the next line.
    pub fn line(&self, column: usize) -> String {
        format!("{}{}", self.line_break, " ".repeat(column))
    }

    /// One entry of a block mapping at `column`.
    pub fn entry(&self, key: &str, value: &Value, column: usize) -> String {
        let key = self.key(key, Style::Plain, false);
        if is_inline(value) {
            return format!("{key}: {}", self.inline(value, column));
        }
        let inner = self.column_under(value, column);
        format!("{key}:{}{}", self.line(inner), self.block(value, inner))
    }

    /// One item of a block sequence at `column`.
    pub fn item(&self, value: &Value, column: usize) -> String {
        if is_inline(value) {
            return format!("- {}", self.inline(value, column));
        }
        format!("- {}", self.block(value, column + 2))
    }

    /// The column at which a collection starts as the value of a key at `column`.
    pub fn column_under(&self, value: &Value, column: usize) -> usize {
        let is_list = matches!(value.content, Content::Sequence(_));
        if is_list && !self.indents_lists { column } else { column + self.indent }
    }

    /// A scalar or empty collection in block context; `column` is that of the collection around it.
    fn inline(&self, value: &Value, column: usize) -> String {
        match &value.content {
            Content::Scalar(scalar) if scalar.kind == Type::String && scalar.text.contains('\n') && !self.careful => {
                self.block_scalar(&scalar.text, '|', column, column + self.indent)
                    .map_or_else(|| double_quoted(&scalar.text), |(header, content)| header + &content)
            }
            Content::Scalar(scalar) => self.scalar(scalar, Style::Plain, false),
            _ => readable::flow(value),
        }
    }

    /// One entry of a flow mapping.
    pub fn flow_entry(&self, key: &str, value: &Value) -> String {
        format!("{}: {}", self.key(key, Style::Plain, true), readable::flow(value))
    }

    /// A key, in a style if it allows that.
    pub fn key(&self, key: &str, style: Style, in_flow: bool) -> String {
        self.text(key, style, in_flow)
    }

    /// A scalar on one line, in a style if it allows that.
    pub fn scalar(&self, scalar: &Scalar, style: Style, in_flow: bool) -> String {
        match scalar.kind {
            Type::String => self.text(&scalar.text, style, in_flow),
            _ => readable::flow_scalar(&scalar.text, scalar.kind),
        }
    }

    /// A string on one line.
    fn text(&self, text: &str, style: Style, in_flow: bool) -> String {
        let printable = text.chars().all(is_printable);
        match style {
            _ if self.careful || !printable => double_quoted(text),
            Style::SingleQuoted => single_quoted(text),
            Style::DoubleQuoted => double_quoted(text),
            _ => {
                let print = if in_flow { readable::flow_scalar } else { readable::scalar };
                let written = print(text, Type::String);
                if self.single_quotes && written.starts_with('"') { single_quoted(text) } else { written }
            }
        }
    }

    /// The header and the content (from the header's line break to the last line, without its break) of a literal or folded scalar. `parent` is the column of the
    /// collection around it, `column` that of the content. `None` if the text cannot be written so.
    pub fn block_scalar(&self, text: &str, marker: char, parent: usize, column: usize) -> Option<(String, String)> {
        let body = text.trim_end_matches('\n');
        if body.is_empty() || !text.chars().all(|c| is_printable(c) || matches!(c, '\n' | '\t')) {
            return None;
        }
        let mut header = marker.to_string();
        let first = body.split('\n').find(|line| !line.is_empty()).unwrap_or_default();
        if first.starts_with([' ', '\t']) || body.starts_with('\n') {
            let extra = column.checked_sub(parent).filter(|extra| (1..=9).contains(extra))?;
            let _ = write!(header, "{extra}");
        }
        let breaks = text.len() - body.len();
        match breaks {
            0 => header.push('-'),
            1 => {}
            _ => header.push('+'),
        }
        let lines = if marker == '>' { folded_lines(body)? } else { body.split('\n').map(str::to_owned).collect() };
        let mut content = String::new();
        for line in lines {
            content.push_str(if line.is_empty() { self.line_break } else { "" });
            if !line.is_empty() {
                content.push_str(&self.line(column));
                content.push_str(&line);
            }
        }
        for _ in 1..breaks {
            content.push_str(self.line_break);
        }
        Some((header, content))
    }
}

/// The widest line that a folded scalar is broken into.
const FOLD_WIDTH: usize = 80;

/// The lines of a folded scalar; `None` for a text with indented lines, which folding leaves alone in ways that are hard to read.
fn folded_lines(body: &str) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    for (index, paragraph) in body.split('\n').enumerate() {
        if paragraph.starts_with([' ', '\t']) || paragraph.ends_with(' ') || paragraph.contains("  ") {
            return None;
        }
        if index > 0 {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > FOLD_WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        // An empty paragraph is the second of two line breaks, whose blank line is already written.
        if !line.is_empty() {
            lines.push(line);
        }
    }
    Some(lines)
}

/// Whether a character may stand in a text as it is, on one line.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_printable(c) => quoted.push(c),
            c if u32::from(c) < 0x100 => drop(write!(quoted, "\\x{:02X}", u32::from(c))),
            c => drop(write!(quoted, "\\u{:04X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

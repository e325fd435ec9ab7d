//! How Go prints values.
//!
//! Owns `%v` and the forms of numbers and strings. Must not know functions.

mod float;
mod printf;

use std::fmt;

use unicode_general_category::{GeneralCategory, get_general_category};

pub(super) use float::{exponent, general, json_float, shortest};
pub(super) use printf::printf;

use super::data::Data;

/// The deepest value that is printed or copied; only one that holds itself is deeper.
pub(super) const MAX_DEPTH: usize = 200;

/// What an action writes.
pub(super) fn action(value: &Data, max: usize) -> Result<String, String> {
    if value.is_nil() { Ok("<no value>".to_owned()) } else { plain(value, max) }
}

/// A value as `%v` prints it; an error if that is more than `max` bytes.
pub(super) fn plain(value: &Data, max: usize) -> Result<String, String> {
    let mut writer = Writer { out: String::new(), max };
    writer.value(value, 0, &|value, out| out.push_str(&scalar(value)))?;
    Ok(writer.out)
}

/// Writes a value, with a form of the caller's own for what is neither list nor mapping.
pub(super) struct Writer {
    pub out: String,
    pub max: usize,
}

impl Writer {
    pub(super) fn value(
        &mut self,
        value: &Data,
        depth: usize,
        leaf: &dyn Fn(&Data, &mut String),
    ) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("the value nests too deeply".to_owned());
        }
        match value {
            Data::List(list) => {
                self.out.push('[');
                for (index, item) in list.items().iter().enumerate() {
                    if index > 0 {
                        self.out.push(' ');
                    }
                    self.value(item, depth + 1, leaf)?;
                }
                self.out.push(']');
            }
            Data::Map(dict) => {
                self.out.push_str("map[");
                for (index, (key, item)) in dict.entries().into_iter().enumerate() {
                    if index > 0 {
                        self.out.push(' ');
                    }
                    leaf(&Data::Str(key), &mut self.out);
                    self.out.push(':');
                    self.value(&item, depth + 1, leaf)?;
                }
                self.out.push(']');
            }
            other => leaf(other, &mut self.out),
        }
        if self.out.len() > self.max { Err(format!("more than {} bytes", self.max)) } else { Ok(()) }
    }
}

impl fmt::Display for Data {
    /// As `%v` prints it; what nests too deeply ends there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut writer = Writer { out: String::new(), max: usize::MAX };
        // The error says only that the rest is missing.
        let _ = writer.value(self, 0, &|value, out| out.push_str(&scalar(value)));
        f.write_str(&writer.out)
    }
}

/// What is neither list nor mapping, as `%v` prints it.
pub(super) fn scalar(value: &Data) -> String {
    match value {
        Data::Missing | Data::Nil => "<nil>".to_owned(),
        Data::Bool(truth) => truth.to_string(),
        Data::Int(int) | Data::Int64(int) => int.to_string(),
        Data::Float(float) => shortest(*float),
        Data::Str(text) => text.to_string(),
        Data::Time(time) => time.to_string(),
        Data::Duration(duration) => duration.to_string(),
        Data::Version(version) => version.to_string(),
        Data::List(_) | Data::Map(_) => String::new(),
    }
}

/// `fmt.Sprint`: spaces between operands of which neither is a string.
pub(super) fn print(values: &[Data], max: usize) -> Result<String, String> {
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        let is_string = |value: Option<&Data>| matches!(value, Some(Data::Str(_)));
        if index > 0 && !is_string(Some(value)) && !is_string(values.get(index - 1)) {
            out.push(' ');
        }
        out.push_str(&plain(value, max)?);
    }
    Ok(out)
}

/// `fmt.Sprintln`: spaces between all operands.
pub(super) fn println(values: &[Data], max: usize) -> Result<String, String> {
    let parts = values.iter().map(|value| plain(value, max)).collect::<Result<Vec<_>, _>>()?;
    Ok(parts.join(" ") + "\n")
}

/// `%q`: a Go string constant.
pub(super) fn quote(text: &str) -> String {
    quoted(text, false)
}

/// The same, with escapes for all that is not ASCII on demand.
fn quoted(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if (c.is_ascii() || !ascii) && is_printed(c) => out.push(c),
            c if u32::from(c) < 0x80 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

fn is_printed(c: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate, Unassigned,
    };
    c == ' '
        || !matches!(
            get_general_category(c),
            Control
                | Format
                | LineSeparator
                | ParagraphSeparator
                | PrivateUse
                | SpaceSeparator
                | Surrogate
                | Unassigned
        )
}

//! Prints a value exactly as `kubectl kustomize` does.
//!
//! kustomize turns its tree into JSON, reads that JSON as YAML with go-yaml v2, and lets go-yaml v2 print it: comments, styles and the order of keys
//! are lost, dates become strings, floats change their notation, long lines are folded, and a few characters do not survive at all. This module owns
//! the order of keys, the layout, and what the way through JSON does to each type; its children own the parts: [`text`] the styles of strings, [`json`]
//! what JSON does to strings, [`number`] the notation of numbers, [`key_order`] the comparison of keys. None of them knows what a key means: the
//! rewriting of annotations is the business of the transformers.

mod json;
mod key_order;
mod number;
mod text;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use crate::yaml::scalar::{Type, parse_float, parse_int, parse_timestamp};
use crate::yaml::{Content, Mapping, Origin, Scalar, Value};

/// A value that kustomize cannot print.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct PrintError {
    /// Where the value was written; for a key, where the value below it was.
    pub origin: Origin,
    /// Why it cannot be printed.
    pub refusal: Refusal,
}

/// Why kustomize cannot print a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Infinity and NaN have no form in JSON.
    #[error("`{0}` is not a finite number, and JSON has no other")]
    NotFinite(String),
    /// A tag claims a type that the text does not have.
    #[error("`{text}` cannot be read as {expected}")]
    WrongType {
        /// The text.
        text: String,
        /// The type that it should have, with its article.
        expected: &'static str,
    },
    /// A time zone of 24 hours, which JSON's dates do not allow.
    #[error("the time zone of `{0}` is out of range")]
    TimeZone(String),
    /// A character that YAML forbids and JSON does not escape.
    #[error("the character U+{:04X} is not allowed in YAML", *.0 as u32)]
    Character(char),
    /// A next-line character followed by `---` or `...`: read again, it ends the document.
    #[error("a next-line character (U+0085) is followed by a document marker")]
    DocumentMarker,
    /// A key with a next-line character, or one of more than 1,024 characters in JSON.
    #[error("the key is longer than 1024 characters or contains a next-line character (U+0085)")]
    Key,
}

/// Appends a value as one document, with a final newline.
pub fn document(value: &Value, out: &mut String) -> Result<(), PrintError> {
    print(value, None, out)
}

/// The same with a comment beside each scalar and each empty collection of which `note` knows one. What is printed means the same; a note must be one line.
pub fn noted_document(value: &Value, note: &Note<'_>, out: &mut String) -> Result<(), PrintError> {
    print(value, Some(note), out)
}

/// What a comment should say of a value.
pub type Note<'n> = dyn Fn(&Value) -> Option<String> + 'n;

fn print(value: &Value, note: Option<&Note<'_>>, out: &mut String) -> Result<(), PrintError> {
    let mut printer = Printer { line_start: out.len(), out, entries: Vec::new(), note };
    printer.value(value, Place { column: 0, child: 2, inline: true })?;
    printer.end_line();
    Ok(())
}

/// Whether [`document`] can print a value; says it in a fraction of the time.
pub fn is_printable(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(scalar) if matches!(scalar.kind, Type::String | Type::Merge) => {
            json::read_again(&scalar.text).is_ok()
        }
        Content::Scalar(_) => document(value, &mut String::new()).is_ok(),
        Content::Sequence(items) => items.iter().all(is_printable),
        Content::Mapping(mapping) => {
            mapping.iter().all(|(key, value)| json::check_key(key).is_ok() && is_printable(value))
        }
    }
}

/// Appends values as documents joined by `---` lines, as `kubectl kustomize` prints its result. No values give no text.
pub fn documents<'a>(values: impl IntoIterator<Item = &'a Value>, out: &mut String) -> Result<(), PrintError> {
    for (position, value) in values.into_iter().enumerate() {
        if position > 0 {
            out.push_str("---\n");
        }
        document(value, out)?;
    }
    Ok(())
}

/// Where a value goes.
#[derive(Clone, Copy)]
struct Place {
    /// The column of the keys or dashes if the value is a collection.
    column: usize,
    /// The column to which a scalar continues on further lines.
    child: usize,
    /// Whether a collection begins on the current line, which already reaches its column.
    inline: bool,
}

struct Printer<'v, 'o, 'n> {
    out: &'o mut String,
    /// Where the current line begins in `out`.
    line_start: usize,
    /// The sorted entries of all mappings that are being printed, the innermost last: one allocation serves the whole document.
    entries: Vec<(&'v str, &'v Value)>,
    note: Option<&'n Note<'n>>,
}

impl<'v> Printer<'v, '_, '_> {
    fn value(&mut self, value: &'v Value, place: Place) -> Result<(), PrintError> {
        let start = self.out.len();
        self.content(value, place)?;
        let is_leaf = match &value.content {
            Content::Scalar(_) => true,
            Content::Sequence(items) => items.is_empty(),
            Content::Mapping(mapping) => mapping.is_empty(),
        };
        if let Some(note) = self.note.filter(|_| is_leaf).and_then(|note| note(value)) {
            self.comment(start, &note);
        }
        Ok(())
    }

    /// Puts a comment behind the scalar that starts at `start`: at its end, or behind the header of a literal block.
    fn comment(&mut self, start: usize, note: &str) {
        let printed = self.out.get(start..).unwrap_or_default();
        let is_block = printed.trim_start_matches(' ').starts_with('|');
        let end = printed.find('\n').filter(|_| is_block).map_or(self.out.len(), |header| start + header);
        let comment = format!(" # {note}");
        self.out.insert_str(end, &comment);
        if self.line_start > end {
            self.line_start += comment.len();
        }
    }

    fn content(&mut self, value: &'v Value, place: Place) -> Result<(), PrintError> {
        match &value.content {
            Content::Scalar(scalar) => {
                self.separate(place);
                self.scalar(scalar, place.child).map_err(|refusal| PrintError { origin: value.origin, refusal })
            }
            Content::Sequence(items) if items.is_empty() => {
                self.separate(place);
                self.out.push_str("[]");
                Ok(())
            }
            Content::Mapping(mapping) if mapping.is_empty() => {
                self.separate(place);
                self.out.push_str("{}");
                Ok(())
            }
            Content::Sequence(items) => self.sequence(items, place),
            Content::Mapping(mapping) => self.mapping(mapping, place),
        }
    }

    /// Puts the space between a key and a value on the same line.
    fn separate(&mut self, place: Place) {
        if !place.inline {
            self.out.push(' ');
        }
    }

    fn sequence(&mut self, items: &'v [Value], place: Place) -> Result<(), PrintError> {
        let child = place.column + 2;
        for (position, item) in items.iter().enumerate() {
            if position > 0 || !place.inline {
                self.start_line(place.column);
            }
            self.out.push_str("- ");
            self.value(item, Place { column: child, child, inline: true })?;
        }
        Ok(())
    }

    fn mapping(&mut self, mapping: &'v Mapping, place: Place) -> Result<(), PrintError> {
        let start = self.entries.len();
        self.entries.extend(mapping.iter().map(|(key, value)| (key.as_str(), value)));
        let end = self.entries.len();
        key_order::sort(&mut self.entries[start..]);
        for position in start..end {
            let (key, value) = self.entries[position];
            if position > start || !place.inline {
                self.start_line(place.column);
            }
            self.entry(key, value, place.column)?;
        }
        self.entries.truncate(start);
        Ok(())
    }

    fn entry(&mut self, key: &str, value: &'v Value, column: usize) -> Result<(), PrintError> {
        let child = column + 2;
        let simple = self.key(key, child).map_err(|refusal| PrintError { origin: value.origin, refusal })?;
        if !simple {
            self.start_line(column);
            self.out.push_str(": ");
            return self.value(value, Place { column: child, child, inline: true });
        }
        self.out.push(':');
        // Lists stand in the column of their key, mappings two further.
        let column = if matches!(value.content, Content::Sequence(_)) { column } else { child };
        self.value(value, Place { column, child, inline: false })
    }

    /// Writes a key and says whether it is one that `:` may follow on the same line.
    fn key(&mut self, key: &str, child: usize) -> Result<bool, Refusal> {
        json::check_key(key)?;
        let style = text::Style::choose(key);
        let simple = key.len() <= text::LONGEST_SIMPLE_KEY && !text::has_break(key);
        if simple {
            self.text(key, style, None);
        } else {
            self.out.push_str("? ");
            self.text(key, style, Some(child));
        }
        Ok(simple)
    }

    fn scalar(&mut self, scalar: &Scalar, child: usize) -> Result<(), Refusal> {
        let text = scalar.text.as_str();
        match scalar.kind {
            Type::String | Type::Merge => return self.string(text, child),
            Type::Null if is_null(text) => self.out.push_str("null"),
            Type::Bool => self.out.push_str(if read_bool(text)? { "true" } else { "false" }),
            Type::Int => number::push_int(parse_int(text).ok_or_else(|| wrong(text, "an integer"))?, self.out),
            Type::Float => {
                let value = read_float(text)?;
                number::push_float(value, self.out);
            }
            Type::Timestamp => {
                let time = parse_timestamp(text).ok_or_else(|| wrong(text, "a timestamp"))?;
                return self.string(&json::timestamp(text, time)?, child);
            }
            Type::Binary => return self.string(&read_binary(text)?, child),
            Type::Null => return Err(wrong(text, "null")),
        }
        Ok(())
    }

    fn string(&mut self, text: &str, child: usize) -> Result<(), Refusal> {
        if text::is_word(text) {
            self.out.push_str(text);
            return Ok(());
        }
        let text = json::read_again(text)?;
        self.text(&text, text::Style::choose(&text), Some(child));
        Ok(())
    }

    /// Begins a new line, unless a literal block has just done so, and pads it.
    fn start_line(&mut self, column: usize) {
        self.end_line();
        self.pad(column);
    }

    fn end_line(&mut self) {
        if self.out.len() > self.line_start {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.line_start = self.out.len();
    }

    fn pad(&mut self, column: usize) {
        self.out.extend(std::iter::repeat_n(' ', column));
    }
}

fn wrong(text: &str, expected: &'static str) -> Refusal {
    Refusal::WrongType { text: text.to_owned(), expected }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn read_bool(text: &str) -> Result<bool, Refusal> {
    match text {
        "true" | "True" | "TRUE" => Ok(true),
        "false" | "False" | "FALSE" => Ok(false),
        _ => Err(wrong(text, "a boolean")),
    }
}

#[expect(clippy::cast_precision_loss, reason = "`!!float` before an integer rounds it")]
fn read_float(text: &str) -> Result<f64, Refusal> {
    let value = parse_int(text).map(|value| value as f64).or_else(|| parse_float(text));
    let value = value.ok_or_else(|| wrong(text, "a float"))?;
    if value.is_finite() { Ok(value) } else { Err(Refusal::NotFinite(text.to_owned())) }
}

/// Decodes the text of `!!binary`. Bytes that are no UTF-8 become U+FFFD, one for each.
fn read_binary(text: &str) -> Result<String, Refusal> {
    const ENGINE: GeneralPurpose =
        GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));
    let digits: String = text.chars().filter(|digit| !matches!(digit, '\n' | '\r')).collect();
    let bytes = ENGINE.decode(digits).map_err(|_| wrong(text, "base64"))?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded)
}

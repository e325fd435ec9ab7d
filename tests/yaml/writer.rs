//! Random values, written in random ways: block and flow, every quoting, comments, line breaks, indentations.

use proptest::prelude::*;
use treewright::yaml::{
    Content, Value,
    scalar::{Type, resolve_plain},
};

/// A stream of choices from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.roll(one_in) == 0
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z][a-z0-9./_-]{0,8}",
        1 => "[ -~]{0,12}",
        1 => "[a-c :#'\"\\\\\\[\\]{},&*!|>%@`?\n\té日-]{0,10}",
        1 => "([a-z]{1,5}( [a-z]{1,5}){0,3}\n){1,4}\n?",
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    let plain = vec!["1", "-5", "0x1F", "1.5", "1e3", "true", "False", "null", "~", "2001-12-14", ".inf", "0o14"];
    prop_oneof![
        text().prop_map(Value::string),
        prop::sample::select(plain).prop_map(Value::plain),
        prop::sample::select(vec!["yes", "1", "null", "true", "", "on", "1:30", "- a", "---", "a: b"])
            .prop_map(Value::string),
    ]
}

/// Any value without a quoted merge key, which kustomize drops.
pub fn any_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::sequence),
            prop::collection::vec((text(), inner), 0..5).prop_map(|entries| {
                let usable = entries.into_iter().filter(|(key, _)| key != "<<" && key.len() < 100);
                usable.map(|(key, value)| (key.into(), value)).collect()
            }),
        ]
    })
}

/// Any value that is a filled mapping, as documents are.
pub fn any_document() -> impl Strategy<Value = Value> {
    prop::collection::vec(("[a-z]{1,6}", any_value()), 1..5)
        .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Writes a value as a whole file.
pub fn write(value: &Value, seed: u64) -> String {
    let mut dice = Dice::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let step = 1 + dice.roll(4);
    let mut writer = Writer {
        text: String::new(),
        indents_lists: dice.chance(2),
        step,
        comments: dice.chance(2),
        keeps_breaks: false,
        dice,
    };
    if writer.dice.chance(4) {
        writer.text += "---\n";
    }
    if writer.comments {
        writer.text += "# the file\n";
    }
    writer.block(value, 0);
    let mut text = writer.text;
    if writer.dice.chance(5) && !text.contains('|') {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if writer.dice.chance(5) { text.replace('\n', "\r\n") } else { text }
}

struct Writer {
    text: String,
    dice: Dice,
    step: usize,
    indents_lists: bool,
    comments: bool,
    keeps_breaks: bool,
}

impl Writer {
    /// Writes a value whose first line stands at `column`, cursor at its first byte, up to a line break.
    fn block(&mut self, value: &Value, column: usize) {
        match &value.content {
            Content::Mapping(mapping) if !mapping.is_empty() => {
                for (index, (key, value)) in mapping.iter().enumerate() {
                    self.between(index, column);
                    let key = self.one_line(key);
                    self.text += &format!("{key}:");
                    self.below(value, column, self.step);
                }
            }
            Content::Sequence(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    self.between(index, column);
                    self.text += "-";
                    if is_filled(item) && self.dice.chance(2) {
                        self.text += " ";
                        self.block(item, column + 2);
                    } else {
                        self.below(item, column, 2);
                    }
                }
            }
            _ => {
                let written = self.flow(value);
                self.text += &written;
                self.end_line();
            }
        }
    }

    /// Comments and blank lines before a child, and its indentation.
    fn between(&mut self, index: usize, column: usize) {
        if index == 0 {
            return;
        }
        // A blank line behind `|+` would belong to its text.
        let kept = std::mem::take(&mut self.keeps_breaks);
        if self.dice.chance(6) && !kept {
            self.text += "\n";
        }
        if self.comments && self.dice.chance(3) {
            self.text += &format!("{}# above {index}\n", " ".repeat(column));
        }
        self.text += &" ".repeat(column);
    }

    fn below(&mut self, value: &Value, column: usize, step: usize) {
        if is_filled(value) && !self.dice.chance(4) {
            let is_list = value.as_sequence().is_some();
            let level = is_list && !self.indents_lists && step == self.step && self.text.ends_with(':');
            let inner = if level { column } else { column + step };
            self.end_line();
            self.text += &" ".repeat(inner);
            return self.block(value, inner);
        }
        match &value.content {
            Content::Scalar(scalar) if scalar.kind == Type::String && self.fits_literal(&scalar.text) => {
                self.literal(&scalar.text, column + step);
            }
            Content::Scalar(scalar) if scalar.kind == Type::Null && self.dice.chance(2) => self.end_line(),
            _ => {
                let written = self.flow(value);
                self.text += &format!(" {written}");
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        self.text += if self.comments && self.dice.chance(4) { " # behind\n" } else { "\n" };
    }

    fn fits_literal(&mut self, text: &str) -> bool {
        let body = text.trim_end_matches('\n');
        !body.is_empty()
            && !body.starts_with([' ', '\n', '\t'])
            && body.split('\n').all(|line| line.is_empty() || !line.trim().is_empty())
            && self.dice.chance(2)
    }

    fn literal(&mut self, text: &str, column: usize) {
        let body = text.trim_end_matches('\n');
        self.text += " |";
        self.text += match text.len() - body.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        self.keeps_breaks = text.ends_with("\n\n");
        self.end_line();
        for line in body.split('\n') {
            let indent = if line.is_empty() { 0 } else { column };
            self.text += &format!("{}{line}\n", " ".repeat(indent));
        }
        self.text += &"\n".repeat((text.len() - body.len()).saturating_sub(1));
    }

    fn flow(&mut self, value: &Value) -> String {
        match &value.content {
            Content::Scalar(scalar) if scalar.kind == Type::String => self.one_line(&scalar.text),
            Content::Scalar(scalar) => scalar.text.to_string(),
            Content::Sequence(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item)).collect();
                let blank = if self.dice.chance(3) { " " } else { "" };
                let comma = if self.dice.chance(5) && !items.is_empty() { "," } else { "" };
                format!("[{blank}{}{comma}{blank}]", items.join(", "))
            }
            Content::Mapping(mapping) => {
                let entry = |(key, value): (&_, &Value)| format!("{}: {}", self.one_line(key), self.flow(value));
                let entries: Vec<String> = mapping.iter().map(|(key, value)| (&**key, value)).map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn one_line(&mut self, text: &str) -> String {
        let harmless = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'))
            && resolve_plain(text) == Type::String;
        match self.dice.roll(4) {
            0 | 1 if harmless => text.to_owned(),
            0..=2 if !text.contains(['\n', '\t']) => format!("'{}'", text.replace('\'', "''")),
            _ => {
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
                format!("\"{escaped}\"")
            }
        }
    }
}

fn is_filled(value: &Value) -> bool {
    value.as_mapping().is_some_and(|mapping| !mapping.is_empty())
        || value.as_sequence().is_some_and(|items| !items.is_empty())
}

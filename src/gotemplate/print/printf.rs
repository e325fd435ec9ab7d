//! `printf`.
//!
//! Owns the verbs and flags of Go's `fmt`, and what it writes where they do not fit the value.

use super::{Writer, exponent, general, quote, quoted, scalar, shortest};
use crate::gotemplate::data::Data;

/// The widest field and the greatest precision that a format may ask for.
const MAX_WIDTH: usize = 10_000;

#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a format has five flags")]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// `fmt.Sprintf`.
pub fn printf(format: &str, values: &[Data], max: usize) -> Result<String, String> {
    let mut printer = Printer { out: String::new(), values, next: 0, max, reordered: false };
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        printer.out.push_str(before);
        rest = printer.directive(after)?;
    }
    printer.out.push_str(rest);
    printer.extra()?;
    Ok(printer.out)
}

struct Printer<'a> {
    out: String,
    values: &'a [Data],
    next: usize,
    max: usize,
    reordered: bool,
}

impl<'a> Printer<'a> {
    fn directive(&mut self, text: &'a str) -> Result<&'a str, String> {
        let mut flags = Flags::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            match c {
                '+' => flags.plus = true,
                '-' => flags.minus = true,
                '#' => flags.sharp = true,
                ' ' => flags.space = true,
                '0' => flags.zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        rest = self.index(rest);
        (flags.width, rest) = self.number(rest, &mut flags.minus);
        if let Some(after) = rest.strip_prefix('.') {
            let after = self.index(after);
            (flags.precision, rest) = self.number(after, &mut false);
            flags.precision = Some(flags.precision.unwrap_or(0));
        }
        rest = self.index(rest);
        let Some(verb) = rest.chars().next() else {
            self.out.push_str("%!(NOVERB)");
            return Ok("");
        };
        rest = &rest[verb.len_utf8()..];
        if verb == '%' {
            self.out.push('%');
            return Ok(rest);
        }
        let Some(value) = self.values.get(self.next) else {
            let problem = if self.reordered { "BADINDEX" } else { "MISSING" };
            self.out.push_str(&format!("%!{verb}({problem})"));
            return Ok(rest);
        };
        self.next += 1;
        let room = self.max.saturating_sub(self.out.len());
        let text = verb_of(value, verb, flags, room)?;
        self.out.push_str(&text);
        if self.out.len() > self.max { Err(format!("more than {} bytes", self.max)) } else { Ok(rest) }
    }

    /// `[2]`: which value comes next.
    fn index(&mut self, text: &'a str) -> &'a str {
        let Some((number, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else { return text };
        self.reordered = true;
        self.next = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).unwrap_or(usize::MAX - 1);
        rest
    }

    /// Digits, or `*` for the next value.
    fn number(&mut self, text: &'a str, minus: &mut bool) -> (Option<usize>, &'a str) {
        if let Some(rest) = text.strip_prefix('*') {
            let value = self.values.get(self.next);
            self.next += 1;
            let Some(Data::Int(number) | Data::Int64(number)) = value else {
                self.out.push_str("%!(BADWIDTH)");
                return (None, rest);
            };
            *minus |= *number < 0;
            return (Some(usize::try_from(number.unsigned_abs()).unwrap_or(0).min(MAX_WIDTH)), rest);
        }
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        (text[..end].parse().ok().map(|number: usize| number.min(MAX_WIDTH)), &text[end..])
    }

    fn extra(&mut self) -> Result<(), String> {
        if self.reordered || self.next >= self.values.len() {
            return Ok(());
        }
        let rest = self.values.get(self.next..).unwrap_or_default();
        let mut parts = Vec::new();
        for value in rest {
            let nil = value.is_nil();
            let text = super::plain(value, self.max)?;
            parts.push(if nil { text } else { format!("{}={text}", value.type_name()) });
        }
        self.out.push_str(&format!("%!(EXTRA {})", parts.join(", ")));
        Ok(())
    }
}

fn verb_of(value: &Data, verb: char, flags: Flags, max: usize) -> Result<String, String> {
    if verb == 'T' {
        return Ok(pad(value.type_name(), Flags { zero: false, ..flags }));
    }
    if value.is_nil() {
        return Ok(if verb == 'v' { pad("<nil>", Flags { zero: false, ..flags }) } else { format!("%!{verb}(<nil>)") });
    }
    // With `v` a plus asks for the names of fields, which untyped data does not have.
    let flags = if verb == 'v' { Flags { plus: false, ..flags } } else { flags };
    if verb == 'v' && flags.sharp {
        return syntax(value, 0, max);
    }
    let mut writer = Writer { out: String::new(), max };
    writer.value(value, 0, &|value, out| out.push_str(&leaf(value, verb, flags)))?;
    Ok(writer.out)
}

/// `%#v`: the value as Go would write it in a program.
fn syntax(value: &Data, depth: usize, max: usize) -> Result<String, String> {
    if depth > super::MAX_DEPTH {
        return Err("the value nests too deeply".to_owned());
    }
    let text = match value {
        Data::Str(text) => quote(text),
        Data::Missing | Data::Nil if depth == 0 => "<nil>".to_owned(),
        Data::Missing | Data::Nil => "interface {}(nil)".to_owned(),
        Data::List(list) => {
            let items = list.items().iter().map(|item| syntax(item, depth + 1, max));
            format!("{}{{{}}}", value.type_name(), items.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        Data::Map(dict) => {
            let entries = dict.entries().into_iter();
            let entries = entries.map(|(key, item)| Ok(format!("{}:{}", quote(&key), syntax(&item, depth + 1, max)?)));
            format!("{}{{{}}}", value.type_name(), entries.collect::<Result<Vec<_>, String>>()?.join(", "))
        }
        other => scalar(other),
    };
    if text.len() > max { Err(format!("more than {max} bytes")) } else { Ok(text) }
}

/// One value that is neither list nor mapping.
fn leaf(value: &Data, verb: char, flags: Flags) -> String {
    let wrong = || format!("%!{verb}({}={})", value.type_name(), scalar(value));
    match value {
        Data::Missing | Data::Nil if verb == 'v' => pad("<nil>", flags),
        Data::Missing | Data::Nil => format!("%!{verb}(<nil>)"),
        Data::Bool(truth) if matches!(verb, 'v' | 't') => pad(&truth.to_string(), Flags { zero: false, ..flags }),
        Data::Int(int) | Data::Int64(int) => integer(*int, verb, flags).unwrap_or_else(wrong),
        Data::Float(float) => floating(*float, verb, flags).unwrap_or_else(wrong),
        Data::Str(text) => string(text, verb, flags).unwrap_or_else(wrong),
        Data::Duration(duration) if verb == 'd' => integer(duration.0, verb, flags).unwrap_or_else(wrong),
        Data::Time(_) | Data::Duration(_) | Data::Version(_) => {
            string(&scalar(value), verb, flags).unwrap_or_else(wrong)
        }
        _ => wrong(),
    }
}

fn integer(int: i64, verb: char, flags: Flags) -> Option<String> {
    let size = int.unsigned_abs();
    let (prefix, digits) = match verb {
        'v' | 'd' => ("", size.to_string()),
        'b' => (if flags.sharp { "0b" } else { "" }, format!("{size:b}")),
        'o' => (if flags.sharp { "0" } else { "" }, format!("{size:o}")),
        'O' => ("0o", format!("{size:o}")),
        'x' => (if flags.sharp { "0x" } else { "" }, format!("{size:x}")),
        'X' => (if flags.sharp { "0X" } else { "" }, format!("{size:X}")),
        'U' => ("U+", format!("{size:04X}")),
        'c' | 'q' => {
            let c = u32::try_from(int).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            let quoted = quote(&c.to_string());
            let inside = &quoted[1..quoted.len() - 1];
            let inside = match c {
                '"' => "\"",
                '\'' => "\\'",
                _ => inside,
            };
            return Some(pad(&if verb == 'c' { c.to_string() } else { format!("'{inside}'") }, flags));
        }
        _ => return None,
    };
    let digits = format!("{digits:0>width$}", width = flags.precision.unwrap_or(1));
    let flags = if flags.precision.is_some() { Flags { zero: false, ..flags } } else { flags };
    Some(pad(&format!("{}{prefix}{digits}", sign(int < 0, flags)), flags))
}

fn sign(negative: bool, flags: Flags) -> &'static str {
    match (negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

fn floating(float: f64, verb: char, flags: Flags) -> Option<String> {
    let text = match verb {
        'v' if flags.precision.is_none() => shortest(float.abs()),
        'v' | 'g' | 'G' => general(float.abs(), flags.precision),
        'e' | 'E' => exponent(float.abs(), Some(flags.precision.unwrap_or(6))),
        'f' | 'F' => format!("{:.*}", flags.precision.unwrap_or(6), float.abs()),
        _ => return None,
    };
    let text = if verb == 'G' || verb == 'E' { text.to_uppercase() } else { text };
    let text = if float.is_infinite() { text.trim_start_matches('+').to_owned() } else { text };
    let flags = if float.is_finite() { flags } else { Flags { zero: false, ..flags } };
    let flags = if float == f64::INFINITY { Flags { plus: true, ..flags } } else { flags };
    Some(pad(&format!("{}{text}", sign(float.is_sign_negative() && !float.is_nan(), flags)), flags))
}

fn string(text: &str, verb: char, flags: Flags) -> Option<String> {
    let cut: String = flags.precision.map_or_else(|| text.to_owned(), |most| text.chars().take(most).collect());
    let text = match verb {
        'v' | 's' => cut,
        'q' if flags.sharp && !cut.contains(['`', '\n']) => format!("`{cut}`"),
        'q' => quoted(&cut, flags.plus),
        'x' | 'X' => {
            let most = flags.precision.unwrap_or(usize::MAX);
            let hex: Vec<String> = text.bytes().take(most).map(|byte| format!("{byte:02x}")).collect();
            let hex = hex.join(if flags.space { " " } else { "" });
            if verb == 'X' { hex.to_uppercase() } else { hex }
        }
        _ => return None,
    };
    Some(pad(&text, flags))
}

/// Fills up to the width: with zeros behind the sign, or with spaces.
fn pad(text: &str, flags: Flags) -> String {
    let missing = flags.width.unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return text.to_owned();
    }
    if flags.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    if flags.zero {
        let signed = usize::from(text.starts_with(['+', '-', ' ']));
        return format!("{}{}{}", &text[..signed], "0".repeat(missing), &text[signed..]);
    }
    format!("{}{text}", " ".repeat(missing))
}

//! What the way through JSON does to strings.
//!
//! Go escapes control characters below U+0020, and `<`, `>`, `&`, U+2028 and U+2029; everything else stands in the JSON as it is. go-yaml then reads that
//! JSON as a double-quoted YAML scalar: it refuses characters that YAML forbids, and takes U+0085 for a line break, which it folds.

use std::borrow::Cow;
use std::fmt::Write;

use super::Refusal;
use crate::yaml::scalar::Timestamp;

const NEXT_LINE: char = '\u{85}';

/// go-yaml looks for the `:` of a key no further than this.
const LONGEST_KEY: usize = 1024;

/// Gives the string that go-yaml reads from the JSON of `text`.
pub fn read_again(text: &str) -> Result<Cow<'_, str>, Refusal> {
    check(text)?;
    if text.is_ascii() || !text.contains(NEXT_LINE) { Ok(Cow::Borrowed(text)) } else { fold(text).map(Cow::Owned) }
}

/// Refuses keys that go-yaml does not find in the JSON.
pub fn check_key(key: &str) -> Result<(), Refusal> {
    check(key)?;
    let escaped = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    };
    let too_long = || key.len() * 6 + 2 > LONGEST_KEY && key.chars().map(escaped).sum::<usize>() + 2 > LONGEST_KEY;
    if (!key.is_ascii() && key.contains(NEXT_LINE)) || too_long() { Err(Refusal::Key) } else { Ok(()) }
}

/// Refuses characters that JSON leaves as they are and YAML forbids.
fn check(text: &str) -> Result<(), Refusal> {
    let forbidden = |c: char| matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    let found = if text.is_ascii() {
        text.bytes().any(|byte| byte == 0x7f).then_some('\u{7f}')
    } else {
        text.chars().find(|&c| forbidden(c))
    };
    found.map_or(Ok(()), |c| Err(Refusal::Character(c)))
}

/// Folds the line breaks that go-yaml sees: spaces around a break vanish, one break becomes a space, and of several one is lost.
fn fold(text: &str) -> Result<String, Refusal> {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(NEXT_LINE) {
        folded.push_str(rest[..at].trim_end_matches(' '));
        let after = rest[at..].trim_start_matches([' ', NEXT_LINE]);
        let blanks = &rest[at..rest.len() - after.len()];
        match blanks.matches(NEXT_LINE).count() {
            1 => folded.push(' '),
            breaks => folded.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        if blanks.ends_with(NEXT_LINE) && is_document_marker(after) {
            return Err(Refusal::DocumentMarker);
        }
        rest = after;
    }
    folded.push_str(rest);
    Ok(folded)
}

fn is_document_marker(line: &str) -> bool {
    let after = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    after.is_some_and(|rest| rest.starts_with([' ', NEXT_LINE]))
}

/// Writes a date as Go's JSON does: RFC 3339 with as many digits of the second as matter, at most nine.
pub fn timestamp(text: &str, time: Timestamp<'_>) -> Result<String, Refusal> {
    let Timestamp { date: (year, month, day), time, offset } = time;
    let (hour, minute, second, fraction) = time.unwrap_or((0, 0, 0, ""));
    let fraction = fraction.get(..9).unwrap_or(fraction).trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    if offset.abs() >= 24 * 60 {
        return Err(Refusal::TimeZone(text.to_owned()));
    }
    let mut written = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{dot}{fraction}");
    if offset == 0 {
        written.push('Z');
    } else {
        let sign = if offset < 0 { '-' } else { '+' };
        let _ = write!(written, "{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
    }
    Ok(written)
}

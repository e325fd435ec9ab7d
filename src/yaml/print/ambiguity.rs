//! Strings that look like something else.
//!
//! Owns the question whether a plain scalar would be taken for a number, a boolean, null or a date. Must not know how a string is written instead.

use crate::yaml::scalar::{parse_float, parse_int, parse_timestamp};

/// Whether go-yaml v2 (YAML 1.1) reads the plain text as anything but a string.
pub fn is_typed(text: &str) -> bool {
    let Some(first) = text.bytes().next() else { return true };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => is_word(text),
        b'.' => parse_float(text).is_some(),
        b'+' | b'-' | b'0'..=b'9' => is_number(text),
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    parse_int(text).is_some()
        || parse_float(text).is_some()
        || parse_timestamp(text).is_some()
        || text.strip_prefix("0b").is_some_and(|digits| {
            // Go reads a sign behind the prefix, too.
            digits.starts_with(['+', '-']) && i64::from_str_radix(&digits.replace('_', ""), 2).is_ok()
        })
}

fn is_word(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "true"
            | "True"
            | "TRUE"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
            | "false"
            | "False"
            | "FALSE"
            | "~"
            | "null"
            | "Null"
            | "NULL"
    )
}

/// Whether the text is a number in base 60 (`1:30`, `190:20:30.15`) in YAML 1.1.
pub fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !text.starts_with(|c: char| c.is_ascii_digit()) || !text.contains(':') {
        return false;
    }
    let mut parts = text.split(':');
    let whole = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let sixtieth = |part: &str| match part.as_bytes() {
        [ones] => ones.is_ascii_digit(),
        [tens, ones] => (b'0'..=b'5').contains(tens) && ones.is_ascii_digit(),
        _ => false,
    };
    let (Some(first), Some(last)) = (parts.next(), parts.next_back()) else { return false };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    whole(first) && parts.all(sixtieth) && sixtieth(last) && whole(fraction)
}

/// Whether some parser of YAML 1.1 or 1.2 might read the plain text as anything but a string, beyond what [`is_typed`] and [`is_base_60`] know: numbers
/// that go-yaml finds too large or misplaced, dates in other forms, merge and value keys.
pub fn may_be_typed(text: &str) -> bool {
    if matches!(text, "<<" | "=") {
        return true;
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unsigned = unsigned.replace('_', "");
    match unsigned.as_bytes() {
        [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        [b'0'..=b'9', ..] => is_decimal(&unsigned) || starts_with_date(&unsigned),
        [b'.', ..] => is_decimal(&unsigned) || matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan"),
        _ => false,
    }
}

/// Digits, perhaps with a point and an exponent, whatever their size.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole) && digits(fraction) && digits(exponent)
}

fn starts_with_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let number = |part: Option<&str>, most| {
        part.is_some_and(|part| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    number(parts.next(), 4)
        && number(parts.next(), 2)
        && parts.next().is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}

//! What a scalar is: its style in the text, and the type that kustomize gives to it.
//!
//! Resolution follows go-yaml v3, which kustomize and Flux use: the YAML 1.2 core schema, plus old octals, binary integers, underscores in numbers
//! and dates, but without the YAML 1.1 booleans `yes`, `no`, `on` and `off`. Must not know nodes.

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes, on one or more lines. An absent value is plain and empty.
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// A block introduced by `|`.
    Literal,
    /// A block introduced by `>`.
    Folded,
}

/// The type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer in any of the notations of go-yaml.
    Int,
    /// A floating point number, infinity and NaN among them.
    Float,
    /// A date or a date with time.
    Timestamp,
    /// The merge key `<<`, not quoted.
    Merge,
    /// Base64 under the tag `!!binary`.
    Binary,
    /// Everything else.
    String,
}

/// The core tags of YAML carry this prefix when written out.
pub(crate) const CORE_TAG: &str = "tag:yaml.org,2002:";

/// Resolves a scalar from its content, its style and its tag (resolved, such as `tag:yaml.org,2002:str`; `None` if it has none).
/// Tags outside of the core schema are ignored, as kustomize drops them.
pub fn resolve(content: &str, style: Style, tag: Option<&str>) -> Type {
    match tag.and_then(|tag| tag.strip_prefix(CORE_TAG)) {
        Some("str") => Type::String,
        Some("binary") => Type::Binary,
        Some("null") => Type::Null,
        Some("bool") => Type::Bool,
        Some("int") => Type::Int,
        Some("float") => Type::Float,
        Some("timestamp") => Type::Timestamp,
        _ if tag == Some("!") || style != Style::Plain => Type::String,
        _ => resolve_plain(content),
    }
}

/// Resolves a plain scalar without a tag.
pub fn resolve_plain(content: &str) -> Type {
    let Some(&first) = content.as_bytes().first() else { return Type::Null };
    match first {
        b'~' | b'n' | b'N' if matches!(content, "~" | "null" | "Null" | "NULL") => Type::Null,
        b't' | b'T' if matches!(content, "true" | "True" | "TRUE") => Type::Bool,
        b'f' | b'F' if matches!(content, "false" | "False" | "FALSE") => Type::Bool,
        b'<' if content == "<<" => Type::Merge,
        b'.' | b'+' | b'-' | b'0'..=b'9' => resolve_number(content),
        _ => Type::String,
    }
}

fn resolve_number(content: &str) -> Type {
    if parse_int(content).is_some() {
        Type::Int
    } else if parse_float(content).is_some() {
        Type::Float
    } else if content.as_bytes()[0].is_ascii_digit() && parse_timestamp(content).is_some() {
        Type::Timestamp
    } else {
        Type::String
    }
}

/// Reads an integer as go-yaml v3 does: decimal, `0x`, `0o`, `0b`, and old octals with a leading zero, with underscores anywhere. `None` if the text is not
/// an integer or does not fit 64 bits (it may still be a float).
pub fn parse_int(content: &str) -> Option<i128> {
    let digits = without_underscores(content);
    let (negative, digits, most) = match (digits.strip_prefix('-'), digits.strip_prefix('+')) {
        (Some(rest), _) => (true, rest, u64::MAX),
        // Go reads what exceeds 63 bits as unsigned, and then knows no sign.
        (None, Some(rest)) => (false, rest, i64::MAX.unsigned_abs()),
        (None, None) => (false, &*digits, u64::MAX),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|digit| char::from(digit).is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(digits, radix).ok().filter(|&magnitude| magnitude <= most)?);
    let value = if negative { -magnitude } else { magnitude };
    (value >= i128::from(i64::MIN)).then_some(value)
}

/// Reads a float as go-yaml v3 does: decimal with an optional exponent and underscores anywhere, `.inf` and `.nan`; integers too large for 64 bits
/// become floats. `None` if the text is no float. The result may be infinite for a decimal beyond the range.
pub fn parse_float(content: &str) -> Option<f64> {
    match content {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    // What begins with a point goes to Go's own parser as it is, and that wants underscores between digits.
    if content.starts_with('.') && !underscores_separate_digits(content.as_bytes()) {
        return None;
    }
    let text = without_underscores(content);
    let value = is_decimal(text.as_bytes()).then(|| text.parse::<f64>().ok()).flatten()?;
    // Go's parser refuses what does not fit, and go-yaml then keeps a string.
    value.is_finite().then_some(value)
}

/// Whether the text has the form `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_decimal(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.iter().position(|&byte| byte == b'.') {
        Some(at) => (&mantissa[..at], Some(&mantissa[at + 1..])),
        None => (mantissa, None),
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    let has_digits = !whole.is_empty() || fraction.is_some_and(|part| !part.is_empty());
    has_digits
        && digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| {
            let part = part.strip_prefix(b"-").or_else(|| part.strip_prefix(b"+")).unwrap_or(part);
            !part.is_empty() && digits(part)
        })
}

fn underscores_separate_digits(text: &[u8]) -> bool {
    let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    text.iter().enumerate().all(|(at, &byte)| byte != b'_' || at > 0 && is_digit(at - 1) && is_digit(at + 1))
}

fn without_underscores(content: &str) -> std::borrow::Cow<'_, str> {
    if content.contains('_') { content.replace('_', "").into() } else { content.into() }
}

/// A point in time as go-yaml reads it from a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp<'a> {
    /// Year, month, day.
    pub date: (u16, u8, u8),
    /// Hour, minute, second and the digits of the fraction, if a time is given.
    pub time: Option<(u8, u8, u8, &'a str)>,
    /// Minutes east of UTC; 0 if none is given.
    pub offset: i16,
}

/// Reads a timestamp in one of the four forms that go-yaml v3 accepts: `2006-1-2`, `2006-1-2 15:4:5.9`, and with `T` or `t` and a zone
/// (`Z`, `+02:00`). `None` if the text is none, or names a day or time that does not exist.
pub fn parse_timestamp(content: &str) -> Option<Timestamp<'_>> {
    let (year, rest) = take_number(content, 4, 4)?;
    let (month, rest) = take_number(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = take_number(rest.strip_prefix('-')?, 1, 2)?;
    let date = (year, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    if !(1..=12).contains(&date.1) || date.2 == 0 || date.2 > days_in_month(year, date.1) {
        return None;
    }
    if rest.is_empty() {
        return Some(Timestamp { date, time: None, offset: 0 });
    }
    let zoned = rest.starts_with(['T', 't']);
    let (hour, rest) = take_number(rest.strip_prefix(['T', 't', ' '])?, 1, 2)?;
    let (minute, rest) = take_number(rest.strip_prefix(':')?, 1, 2)?;
    let (second, rest) = take_number(rest.strip_prefix(':')?, 1, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, rest) = take_fraction(rest)?;
    let offset = match (zoned, rest) {
        (false, "") => 0,
        (true, zone) => parse_zone(zone)?,
        _ => return None,
    };
    let part = |value: u16| u8::try_from(value).ok();
    Some(Timestamp { date, time: Some((part(hour)?, part(minute)?, part(second)?, fraction)), offset })
}

fn take_number(text: &str, least: usize, most: usize) -> Option<(u16, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}

fn take_fraction(text: &str) -> Option<(&str, &str)> {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return Some(("", text)) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| rest.split_at(digits))
}

fn parse_zone(zone: &str) -> Option<i16> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = take_number(zone.strip_prefix(['+', '-'])?, 2, 2)?;
    let (minutes, rest) = take_number(rest.strip_prefix(':')?, 2, 2)?;
    (rest.is_empty() && hours <= 24 && minutes < 60)
        .then(|| sign * i16::try_from(hours * 60 + minutes).unwrap_or_default())
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a word that YAML 1.1 takes for a boolean and YAML 1.2 for a string: kustomize's older reader does so in its own files, Kubernetes' in all. `None`
/// for every other text, `true` and `false` included.
pub fn parse_old_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

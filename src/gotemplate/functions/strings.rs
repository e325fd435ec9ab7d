//! Strings: cutting, trimming, quoting, repeating, joining.

use smol_str::SmolStr;

use super::{Arguments, Group, at_least, exactly};
use crate::gotemplate::{
    data::{Data, Dict},
    print,
};

pub(super) const FUNCTIONS: Group = &[
    exactly("hello", 0, |_| Ok("Hello!".into())),
    exactly("trim", 1, |arguments| Ok(arguments.string(0)?.trim().into())),
    exactly("upper", 1, |arguments| Ok(arguments.string(0)?.to_uppercase().into())),
    exactly("lower", 1, |arguments| Ok(arguments.string(0)?.to_lowercase().into())),
    exactly("trimall", 2, trim_all),
    exactly("trimAll", 2, trim_all),
    exactly("trimSuffix", 2, |arguments| {
        let (suffix, text) = (arguments.string(0)?, arguments.string(1)?);
        Ok(text.strip_suffix(suffix.as_str()).unwrap_or(&text).into())
    }),
    exactly("trimPrefix", 2, |arguments| {
        let (prefix, text) = (arguments.string(0)?, arguments.string(1)?);
        Ok(text.strip_prefix(prefix.as_str()).unwrap_or(&text).into())
    }),
    exactly("contains", 2, |arguments| Ok(arguments.string(1)?.contains(arguments.string(0)?.as_str()).into())),
    exactly("hasPrefix", 2, |arguments| Ok(arguments.string(1)?.starts_with(arguments.string(0)?.as_str()).into())),
    exactly("hasSuffix", 2, |arguments| Ok(arguments.string(1)?.ends_with(arguments.string(0)?.as_str()).into())),
    exactly("repeat", 2, |arguments| {
        let (count, text) = (arguments.int(0)?, arguments.string(1)?);
        let count = usize::try_from(count).map_err(|_| "the count is negative".to_owned())?;
        arguments.reserve(text.len().saturating_mul(count))?;
        Ok(text.repeat(count).into())
    }),
    exactly("replace", 3, replace),
    exactly("substr", 3, substring),
    exactly("trunc", 2, |arguments| {
        let (count, text) = (arguments.int(0)?, arguments.string(1)?);
        let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
        if count < 0 && length + count > 0 {
            cut(&text, length + count, length)
        } else if count >= 0 && length > count {
            cut(&text, 0, count)
        } else {
            Ok(Data::Str(text))
        }
    }),
    exactly("abbrev", 2, |arguments| abbreviate(&arguments.string(1)?, 0, arguments.int(0)?)),
    exactly("abbrevboth", 3, |arguments| {
        let (left, right, text) = (arguments.int(0)?, arguments.int(1)?, arguments.string(2)?);
        if right < 4 || left > 0 && right < 7 { Ok(Data::Str(text)) } else { abbreviate(&text, left, right) }
    }),
    at_least("quote", 0, |arguments| joined(arguments, print::quote)),
    at_least("squote", 0, |arguments| joined(arguments, |text| format!("'{text}'"))),
    at_least("cat", 0, |arguments| joined(arguments, str::to_owned)),
    exactly("indent", 2, |arguments| indent(arguments, "")),
    exactly("nindent", 2, |arguments| indent(arguments, "\n")),
    exactly("plural", 3, |arguments| Ok(if arguments.int(2)? == 1 { arguments.any(0) } else { arguments.any(1) })),
    exactly("toString", 1, |arguments| arguments.text_of(&arguments.any(0)).map(Data::Str)),
    exactly("join", 2, |arguments| {
        let texts = texts(arguments, &arguments.any(1))?;
        let separator = arguments.string(0)?;
        let total: usize = texts.iter().map(|text| text.len() + separator.len()).sum();
        arguments.reserve(total)?;
        Ok(texts.join(separator.as_str()).into())
    }),
    exactly("split", 2, |arguments| numbered(arguments, 0, 1, usize::MAX)),
    exactly("splitn", 3, |arguments| {
        let count = arguments.int(1)?;
        numbered(arguments, 0, 2, usize::try_from(count).unwrap_or(usize::MAX))
    }),
    exactly("splitList", 2, |arguments| paid_split(arguments, 0, 1, usize::MAX).map(Data::strings)),
    exactly("toStrings", 1, |arguments| texts(arguments, &arguments.any(0)).map(Data::strings)),
    exactly("sortAlpha", 1, |arguments| {
        let mut texts = texts(arguments, &arguments.any(0))?;
        texts.sort_unstable();
        Ok(Data::strings(texts))
    }),
];

fn trim_all(arguments: &mut Arguments) -> Result<Data, String> {
    let (cutset, text) = (arguments.string(0)?, arguments.string(1)?);
    Ok(text.trim_matches(|c| cutset.contains(c)).into())
}

fn replace(arguments: &mut Arguments) -> Result<Data, String> {
    let (old, new, text) = (arguments.string(0)?, arguments.string(1)?, arguments.string(2)?);
    let hits = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old.as_str()).count() };
    arguments.reserve(text.len().saturating_add(hits.saturating_mul(new.len())))?;
    Ok(text.replace(old.as_str(), &new).into())
}

/// The bytes between two places; what is left of a character that they cut is replaced.
fn cut(text: &str, start: i64, end: i64) -> Result<Data, String> {
    let part = usize::try_from(start).ok().zip(usize::try_from(end).ok()).and_then(|(start, end)| {
        let part = text.as_bytes().get(start..end)?;
        Some(String::from_utf8_lossy(part).into_owned())
    });
    part.map(Data::from).ok_or_else(|| format!("the places {start} and {end} are out of range"))
}

fn substring(arguments: &mut Arguments) -> Result<Data, String> {
    let (start, end, text) = (arguments.int(0)?, arguments.int(1)?, arguments.string(2)?);
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if start < 0 {
        cut(&text, 0, end)
    } else if end < 0 || end > length {
        cut(&text, start, length)
    } else {
        cut(&text, start, end)
    }
}

/// Shortens to `width` bytes with `...` at the end, and before what is left out in front.
fn abbreviate(text: &str, offset: i64, width: i64) -> Result<Data, String> {
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if width < 4 {
        return Ok(text.into());
    }
    if length <= width {
        return Ok(text.into());
    }
    let mut offset = offset.min(length);
    if length - offset < width - 3 {
        offset = length - (width - 3);
    }
    let with_dots = |before: &str, start: i64, end: i64, after: &str| {
        let Data::Str(part) = cut(text, start, end)? else { return Ok(Data::Nil) };
        Ok(Data::from(format!("{before}{part}{after}")))
    };
    if offset <= 4 {
        return with_dots("", 0, width - 3, "...");
    }
    if width < 7 {
        return Ok("".into());
    }
    if offset + width - 3 < length {
        return with_dots("...", offset, offset + width - 6, "...");
    }
    with_dots("...", length - (width - 3), length, "")
}

/// The arguments that are not nil, as texts with a space between them.
fn joined(arguments: &mut Arguments, form: fn(&str) -> String) -> Result<Data, String> {
    let mut parts = Vec::new();
    for value in arguments.all().iter().filter(|value| !value.is_nil()) {
        parts.push(form(&arguments.text_of(value)?));
    }
    Ok(parts.join(" ").into())
}

fn indent(arguments: &mut Arguments, before: &str) -> Result<Data, String> {
    let (spaces, text) = (arguments.int(0)?, arguments.string(1)?);
    let spaces = usize::try_from(spaces).map_err(|_| "the count is negative".to_owned())?;
    let lines = text.matches('\n').count() + 1;
    arguments.reserve(text.len().saturating_add(lines.saturating_mul(spaces)))?;
    let pad = " ".repeat(spaces);
    Ok(format!("{before}{pad}{}", text.replace('\n', &format!("\n{pad}"))).into())
}

/// The items of a list that are not nil, as texts; a single value is a list of one.
fn texts(arguments: &Arguments, value: &Data) -> Result<Vec<SmolStr>, String> {
    match value {
        Data::List(list) => {
            list.items().iter().filter(|item| !item.is_nil()).map(|item| arguments.text_of(item)).collect()
        }
        value if value.is_nil() => Ok(Vec::new()),
        value => Ok(vec![arguments.text_of(value)?]),
    }
}

/// Splits a text, after its parts are paid for.
fn paid_split(arguments: &mut Arguments, separator: usize, text: usize, most: usize) -> Result<Vec<SmolStr>, String> {
    let (separator, text) = (arguments.string(separator)?, arguments.string(text)?);
    let parts = if separator.is_empty() { text.len() } else { text.matches(separator.as_str()).count() };
    arguments.spend(parts.min(most))?;
    Ok(split(&separator, &text, most))
}

/// Splits as Go does: an empty separator splits into characters.
fn split(separator: &str, text: &str, most: usize) -> Vec<SmolStr> {
    if most == 0 {
        return Vec::new();
    }
    if !separator.is_empty() {
        return text.splitn(most, separator).map(SmolStr::from).collect();
    }
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some(c) = rest.chars().next() {
        if parts.len() + 1 == most {
            parts.push(SmolStr::from(rest));
            break;
        }
        let (one, others) = rest.split_at(c.len_utf8());
        parts.push(SmolStr::from(one));
        rest = others;
    }
    parts
}

/// The parts of a text under the keys `_0`, `_1` and so on.
fn numbered(arguments: &mut Arguments, separator: usize, text: usize, most: usize) -> Result<Data, String> {
    let parts = paid_split(arguments, separator, text, most)?;
    let entries = parts.into_iter().zip(0..).map(|(part, index)| (SmolStr::from(format!("_{index}")), Data::Str(part)));
    Ok(Data::Map(entries.collect::<Dict>()))
}

//! The functions of the language itself.

use std::cmp::Ordering;

use super::{Arguments, Group, at_least, between, exactly};
use crate::gotemplate::{data::Data, print};

pub(super) const FUNCTIONS: Group = &[
    // Evaluation knows these two: they look at no more arguments than they need.
    at_least("and", 1, |arguments| Ok(arguments.any(0))),
    at_least("or", 1, |arguments| Ok(arguments.any(0))),
    exactly("not", 1, |arguments| Ok(Data::Bool(!arguments.any(0).is_true()))),
    exactly("len", 1, |arguments| match arguments.any(0) {
        Data::Str(text) => count(text.len()),
        Data::List(list) => count(list.items().len()),
        Data::Map(dict) => count(dict.len()),
        other => Err(format!("a {} has no length", other.type_name())),
    }),
    at_least("index", 1, index),
    between("slice", 1, 4, slice),
    at_least("print", 0, |arguments| print::print(arguments.all(), arguments.max()).map(Data::from)),
    at_least("println", 0, |arguments| print::println(arguments.all(), arguments.max()).map(Data::from)),
    at_least("printf", 1, |arguments| {
        print::printf(&arguments.string(0)?, arguments.from(1), arguments.max()).map(Data::from)
    }),
    at_least("html", 0, |arguments| escaped(arguments, html)),
    at_least("js", 0, |arguments| escaped(arguments, js)),
    at_least("urlquery", 0, |arguments| escaped(arguments, url_query)),
    at_least("eq", 1, equal_any),
    exactly("ne", 2, |arguments| Ok(Data::Bool(!equal(&arguments.any(0), &arguments.any(1))?))),
    exactly("lt", 2, |arguments| compare(arguments, |order| order == Some(Ordering::Less))),
    exactly("le", 2, |arguments| compare(arguments, |order| matches!(order, Some(Ordering::Less | Ordering::Equal)))),
    // Go derives these two from the others, which shows with NaN.
    exactly("gt", 2, |arguments| compare(arguments, |order| !matches!(order, Some(Ordering::Less | Ordering::Equal)))),
    exactly("ge", 2, |arguments| compare(arguments, |order| order != Some(Ordering::Less))),
    at_least("call", 1, |_| Err("there are no functions among the values".to_owned())),
];

fn count(length: usize) -> Result<Data, String> {
    i64::try_from(length).map(Data::Int).map_err(|error| error.to_string())
}

fn position(index: &Data, most: usize) -> Result<usize, String> {
    let (Data::Int(at) | Data::Int64(at)) = index else {
        return Err(format!("the index must be an int, not {}", index.type_name()));
    };
    usize::try_from(*at).ok().filter(|at| *at <= most).ok_or_else(|| format!("the index {at} is out of range"))
}

fn index(arguments: &mut Arguments) -> Result<Data, String> {
    let mut item = arguments.any(0);
    if item.is_nil() {
        return Err("nil has no items".to_owned());
    }
    for key in arguments.from(1) {
        item = match (&item, key) {
            (Data::Map(dict), Data::Str(key)) => dict.get(key).unwrap_or(Data::Nil),
            (Data::Map(_), key) => return Err(format!("the key must be a string, not {}", key.type_name())),
            (Data::List(list), key) => {
                let at = position(key, list.items().len())?;
                list.items().get(at).cloned().ok_or_else(|| format!("the index {at} is out of range"))?
            }
            (Data::Str(text), key) => {
                let at = position(key, text.len())?;
                let byte = text.as_bytes().get(at).ok_or_else(|| format!("the index {at} is out of range"))?;
                Data::Int(i64::from(*byte))
            }
            (other, _) => return Err(format!("a {} has no items", other.type_name())),
        };
    }
    Ok(item)
}

/// Go's own `slice`, which sprig's replaces for lists.
fn slice(arguments: &mut Arguments) -> Result<Data, String> {
    let item = arguments.any(0);
    let length = match &item {
        Data::Str(_) if arguments.len() == 4 => return Err("a string takes two indexes at most".to_owned()),
        Data::Str(text) => text.len(),
        Data::List(list) => list.items().len(),
        other => return Err(format!("a {} cannot be sliced", other.type_name())),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(arguments.from(1)) {
        *bound = position(index, length)?;
    }
    let [start, end, capacity] = bounds;
    if start > end || end > capacity {
        return Err(format!("the indexes {start} and {end} are out of order"));
    }
    Ok(match item {
        Data::Str(text) => Data::from(String::from_utf8_lossy(&text.as_bytes()[start..end]).into_owned()),
        Data::List(list) => Data::list(list.items()[start..end].to_vec()),
        other => other,
    })
}

fn escaped(arguments: &mut Arguments, escape: fn(&str) -> String) -> Result<Data, String> {
    let text = match arguments.all() {
        [Data::Str(text)] => text.to_string(),
        [value] if value.is_nil() => "<no value>".to_owned(),
        values => print::print(values, arguments.max())?,
    };
    arguments.reserve(text.len())?;
    Ok(Data::from(escape(&text)))
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '"' => out.push_str("\\\""),
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c if c.is_control() && u32::from(c) < 0x80 && c != '\u{7f}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn url_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn equal_any(arguments: &mut Arguments) -> Result<Data, String> {
    let first = arguments.any(0);
    if arguments.len() < 2 {
        return Err("there is nothing to compare with".to_owned());
    }
    for other in arguments.from(1) {
        if equal(&first, other)? {
            return Ok(Data::Bool(true));
        }
    }
    Ok(Data::Bool(false))
}

#[expect(clippy::float_cmp, reason = "Go compares them so")]
fn equal(a: &Data, b: &Data) -> Result<bool, String> {
    let incomparable = || Err(format!("a {} cannot be compared with a {}", a.type_name(), b.type_name()));
    Ok(match (a, b) {
        (Data::Nil | Data::Missing, Data::Nil | Data::Missing) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a) | Data::Int64(a), Data::Int(b) | Data::Int64(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Str(a), Data::Str(b)) => a == b,
        (Data::Time(a), Data::Time(b)) => a == b,
        (Data::Duration(a), Data::Duration(b)) => a == b,
        (Data::Duration(a), Data::Int(b) | Data::Int64(b)) | (Data::Int(b) | Data::Int64(b), Data::Duration(a)) => {
            a.0 == *b
        }
        (Data::Nil | Data::Missing, _) | (_, Data::Nil | Data::Missing) => false,
        _ => return incomparable(),
    })
}

fn compare(arguments: &mut Arguments, wanted: fn(Option<Ordering>) -> bool) -> Result<Data, String> {
    let (a, b) = (arguments.any(0), arguments.any(1));
    let order = match (&a, &b) {
        (Data::Int(a) | Data::Int64(a), Data::Int(b) | Data::Int64(b)) => Some(a.cmp(b)),
        (Data::Float(a), Data::Float(b)) => a.partial_cmp(b),
        (Data::Str(a), Data::Str(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Data::Duration(a), Data::Duration(b)) => Some(a.0.cmp(&b.0)),
        (a, b) => return Err(format!("a {} has no order beside a {}", a.type_name(), b.type_name())),
    };
    Ok(Data::Bool(wanted(order)))
}

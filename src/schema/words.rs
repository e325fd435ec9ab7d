//! The words of messages: places, values and types as people call them.
//!
//! Must not know the validator.

use serde_json::Value;

use crate::yaml::{Route, Step};

/// How many allowed values a message lists before it only counts them.
const LISTED: usize = 12;

/// A route in words: `spec.ports[0].port`; keys with dots in them stand in brackets.
pub(super) fn path(route: &Route) -> String {
    let mut words = String::new();
    for step in route.steps() {
        match step {
            Step::Key(key) if key.is_empty() || key.contains(['.', '[', ' ']) => {
                words.push('[');
                words.push_str(key);
                words.push(']');
            }
            Step::Key(key) => {
                if !words.is_empty() {
                    words.push('.');
                }
                words.push_str(key);
            }
            Step::Index(index) => {
                words.push('[');
                words.push_str(&index.to_string());
                words.push(']');
            }
        }
    }
    words
}

/// The subject of a sentence about the value at a route: "`spec.interval` of `HelmRelease`".
pub(super) fn subject(route: &Route, kind: Option<&str>) -> String {
    match (route.steps().is_empty(), kind) {
        (true, None) => "the value".to_owned(),
        (true, Some(kind)) => format!("the {kind}"),
        (false, None) => format!("`{}`", path(route)),
        (false, Some(kind)) => format!("`{}` of {kind}", path(route)),
    }
}

/// "`name` is not a field of HelmRelease.spec", and of other values, "`name` is not a known key of `vault`".
pub(super) fn unknown(name: &str, parent: &Route, kind: Option<&str>) -> String {
    let place = path(parent);
    match (kind, place.is_empty()) {
        (Some(kind), true) => format!("`{name}` is not a field of {kind}"),
        (Some(kind), false) if place.starts_with('[') => format!("`{name}` is not a field of {kind}{place}"),
        (Some(kind), false) => format!("`{name}` is not a field of {kind}.{place}"),
        (None, true) => format!("`{name}` is not a known key"),
        (None, false) => format!("`{name}` is not a known key of `{place}`"),
    }
}

/// A value with its type: `the text "5"`, `the number 5`, `a list`.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

/// A value as it could stand in the text: `Always`, `5`, `""`.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => shortened(text),
        other => shortened(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    Value::String(shortened(text)).to_string()
}

/// Long texts are cut: a message is one line.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

/// A type of JSON Schema with its article.
pub(super) fn type_name(name: &str) -> &'static str {
    match name {
        "null" => "null",
        "boolean" => "`true` or `false`",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        _ => "a mapping",
    }
}

/// Alternatives joined by commas and "or".
pub(super) fn alternatives(words: &[impl AsRef<str>]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", first.join(", "), last.as_ref())
        }
    }
}

/// "`a`, `b` or `c`"; a long list is cut.
pub(super) fn allowed(values: &[String]) -> String {
    let mut words: Vec<String> = values.iter().take(LISTED).map(|value| format!("`{value}`")).collect();
    if values.len() > LISTED {
        words.push(format!("{} more", values.len() - LISTED));
    }
    alternatives(&words)
}

/// The end of a message that guesses what was meant; empty without a guess.
pub(super) fn guess(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}

/// What well-known patterns demand, completing "must …"; others are shown.
pub(super) fn pattern(pattern: &str) -> String {
    match pattern {
        r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$" => "be a duration such as `30s`, `10m` or `1h30m`".to_owned(),
        r"^([0-9]+(\.[0-9]+)?(ms|s|m))+$" => "be a duration such as `30s` or `10m`, without hours".to_owned(),
        r"^(http|https)://.*$" | "^https?://" => "start with `http://` or `https://`".to_owned(),
        r"^(http|https|ssh)://.*$" => "start with `http://`, `https://` or `ssh://`".to_owned(),
        r"^(http|https|oci)://.*$" => "start with `http://`, `https://` or `oci://`".to_owned(),
        r"^oci://.*$" => "start with `oci://`".to_owned(),
        _ => format!("match the pattern `{pattern}`"),
    }
}

/// A count with its noun: "1 item", "2 items".
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

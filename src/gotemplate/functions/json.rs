//! JSON and YAML.

use super::{Arguments, Call, Group, exactly};
use crate::{
    gotemplate::{Reader, data::Data, print},
    text::SourceText,
    yaml::{FileId, Stream, Value, print::kustomize},
};

pub(super) const FUNCTIONS: Group = &[
    exactly("toJson", 1, TO_JSON),
    exactly("mustToJson", 1, TO_JSON),
    exactly("toRawJson", 1, TO_RAW_JSON),
    exactly("mustToRawJson", 1, TO_RAW_JSON),
    exactly("toPrettyJson", 1, TO_PRETTY_JSON),
    exactly("mustToPrettyJson", 1, TO_PRETTY_JSON),
    exactly("fromJson", 1, |arguments| Ok(from_json(arguments).unwrap_or(Data::Nil))),
    exactly("mustFromJson", 1, from_json),
    exactly("toYaml", 1, |arguments| {
        let value = arguments.any(0).to_value(arguments.max())?;
        let mut text = String::new();
        kustomize::document(&value, &mut text).map_err(|error| error.to_string())?;
        arguments.reserve(text.len())?;
        Ok(text.strip_suffix('\n').unwrap_or(&text).into())
    }),
    exactly("fromYaml", 1, |arguments| {
        let data = from_yaml(arguments)?;
        match data {
            Data::Map(_) => Ok(data),
            Data::Nil => Ok(Data::Map(std::iter::empty().collect())),
            other => Err(format!("the text holds a {}, not a mapping", other.type_name())),
        }
    }),
    exactly("fromYamlArray", 1, |arguments| {
        let data = from_yaml(arguments)?;
        match data {
            Data::List(_) => Ok(data),
            Data::Nil => Ok(Data::list(Vec::new())),
            other => Err(format!("the text holds a {}, not a list", other.type_name())),
        }
    }),
];

const TO_JSON: Call = |arguments| json(arguments, Style { escapes_html: true, pretty: false });
const TO_RAW_JSON: Call = |arguments| json(arguments, Style { escapes_html: false, pretty: false });
const TO_PRETTY_JSON: Call = |arguments| json(arguments, Style { escapes_html: true, pretty: true });

#[derive(Clone, Copy)]
struct Style {
    escapes_html: bool,
    pretty: bool,
}

fn json(arguments: &mut Arguments, style: Style) -> Result<Data, String> {
    let mut out = String::new();
    write(&mut out, &arguments.any(0), style, 0, arguments.max())?;
    arguments.reserve(out.len())?;
    Ok(out.into())
}

fn write(out: &mut String, data: &Data, style: Style, depth: usize, max: usize) -> Result<(), String> {
    if depth > print::MAX_DEPTH || out.len() > max {
        return Err("the value is too deep or too large".to_owned());
    }
    let line = |out: &mut String, depth: usize| {
        if style.pretty {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    match data {
        Data::Missing | Data::Nil => out.push_str("null"),
        Data::Bool(_) | Data::Int(_) | Data::Int64(_) => out.push_str(&print::scalar(data)),
        Data::Duration(duration) => out.push_str(&duration.0.to_string()),
        Data::Float(float) if !float.is_finite() => return Err("JSON has no such number".to_owned()),
        Data::Float(float) => out.push_str(&print::json_float(*float)),
        Data::Str(text) => string(out, text, style.escapes_html),
        Data::Time(time) => string(out, &time.format("2006-01-02T15:04:05.999999999Z07:00"), style.escapes_html),
        Data::Version(version) => string(out, &version.to_string(), style.escapes_html),
        Data::List(list) if list.items().is_empty() => out.push_str("[]"),
        Data::List(list) => {
            out.push('[');
            for (index, item) in list.items().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                write(out, item, style, depth + 1, max)?;
            }
            line(out, depth);
            out.push(']');
        }
        Data::Map(dict) if dict.is_empty() => out.push_str("{}"),
        Data::Map(dict) => {
            out.push('{');
            for (index, (key, value)) in dict.entries().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                string(out, key, style.escapes_html);
                out.push_str(if style.pretty { ": " } else { ":" });
                write(out, value, style, depth + 1, max)?;
            }
            line(out, depth);
            out.push('}');
        }
    }
    Ok(())
}

fn string(out: &mut String, text: &str, escapes_html: bool) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if !escapes_html => out.push(c),
            '<' | '>' | '&' | '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn from_json(arguments: &mut Arguments) -> Result<Data, String> {
    let text = arguments.string(0)?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    arguments.spend(text.len() / 16)?;
    Ok(of_json(&value))
}

fn of_json(value: &serde_json::Value) -> Data {
    match value {
        serde_json::Value::Null => Data::Nil,
        serde_json::Value::Bool(truth) => Data::Bool(*truth),
        serde_json::Value::Number(number) => Data::Float(number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => Data::string(text.as_str()),
        serde_json::Value::Array(items) => Data::list(items.iter().map(of_json).collect()),
        serde_json::Value::Object(entries) => {
            Data::Map(entries.iter().map(|(key, value)| (key.as_str().into(), of_json(value))).collect())
        }
    }
}

/// The first document of a text; numbers are floats, as they went through JSON.
fn from_yaml(arguments: &mut Arguments) -> Result<Data, String> {
    let text = arguments.string(0)?;
    arguments.spend(text.len() / 8)?;
    let value = parse_yaml(&text)?;
    Ok(value.map_or(Data::Nil, |value| Data::read_by(&value, Reader::Text)))
}

/// Reads the first document; `None` if there is none.
fn parse_yaml(text: &str) -> Result<Option<Value>, String> {
    let stream = Stream::parse(SourceText::new(text)).map_err(|error| error.to_string())?;
    let Some(document) = stream.documents().next() else { return Ok(None) };
    document.root().to_value(FileId(u32::MAX)).map(Some).map_err(|error| error.to_string())
}

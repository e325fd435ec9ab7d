//! The hash at the end of generated names.
//!
//! The hash covers compact JSON as Go writes it: keys sorted by bytes, `<`, `>`, `&` and the line separators escaped. The name itself is left out. Must not know
//! transformers.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::{
    kustomize::resource::scalar_text,
    yaml::{Content, Scalar, Type, Value, scalar},
};

/// The ten characters that kustomize appends to the name of this object.
pub fn name_hash(object: &Value) -> String {
    let mut json = String::new();
    match scalar_text(object.get("kind")) {
        "ConfigMap" => write_fields(object, &["binaryData", "data", "kind", "name"], &mut json),
        "Secret" => write_fields(object, &["data", "kind", "name", "stringData", "type"], &mut json),
        _ => write_json(object, &mut json),
    }
    let digest = Sha256::digest(json.as_bytes());
    let hex = digest.iter().take(5).flat_map(|byte| [byte >> 4, byte & 15]);
    hex.map(|digit| char::from(b"gh2k456789mbcdtf"[usize::from(digit)])).collect()
}

/// Writes the parts of an object that count, in the order given, which must be sorted.
fn write_fields(object: &Value, fields: &[&str], json: &mut String) {
    json.push('{');
    for field in fields {
        // These two are left out where they are absent; all others are empty strings then.
        let optional = matches!(*field, "binaryData" | "stringData");
        let value = if *field == "name" { None } else { object.get(field) };
        if optional && value.is_none_or(|value| value.as_mapping().is_none()) {
            continue;
        }
        if json.len() > 1 {
            json.push(',');
        }
        write_string(field, json);
        json.push(':');
        match value {
            Some(Value { content: Content::Mapping(_), .. }) => write_json(object.get(field).unwrap_or(object), json),
            Some(Value { content: Content::Scalar(scalar), .. }) => write_string(&scalar.text, json),
            // A list does not decode into the map that kustomize wants, which leaves the map nil.
            Some(_) => json.push_str("null"),
            None => json.push_str("\"\""),
        }
    }
    json.push('}');
}

fn write_json(value: &Value, json: &mut String) {
    match &value.content {
        Content::Scalar(scalar) => write_scalar(scalar, json),
        Content::Sequence(items) => {
            json.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_json(item, json);
            }
            json.push(']');
        }
        Content::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping.iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
            json.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                write_string(key, json);
                json.push(':');
                write_json(value, json);
            }
            json.push('}');
        }
    }
}

fn write_scalar(scalar: &Scalar, json: &mut String) {
    match scalar.kind {
        Type::Null => json.push_str("null"),
        Type::Bool => json.push_str(if scalar.text.eq_ignore_ascii_case("true") { "true" } else { "false" }),
        Type::Int | Type::Float => match number(&scalar.text) {
            Some(number) => write_number(number, json),
            None => write_string(&scalar.text, json),
        },
        _ => write_string(&scalar.text, json),
    }
}

/// Numbers have gone through a double before they are hashed.
#[allow(clippy::cast_precision_loss, reason = "Go loses the same digits")]
fn number(text: &str) -> Option<f64> {
    scalar::parse_int(text).map(|number| number as f64).or_else(|| scalar::parse_float(text))
}

/// Go's JSON number: plain between 1e-6 and 1e21, else with an exponent of at least one digit.
fn write_number(number: f64, json: &mut String) {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{number:e}");
        let _ = write!(json, "{}", if text.contains("e-") { text } else { text.replacen('e', "e+", 1) });
    } else {
        let _ = write!(json, "{number}");
    }
}

fn write_string(text: &str, json: &mut String) {
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(letter));
            }
            letter => json.push(letter),
        }
    }
    json.push('"');
}

//! The filters that a blueprint author needs beside the engine's own.
//!
//! Must not know what the values are for.

use base64::Engine as _;
use minijinja::{Environment, Error, ErrorKind, Value};

/// What makes much of little: their results are not bounded by the steps that a template may take, and no blueprint needs them.
const UNBOUNDED: [&str; 5] = ["batch", "center", "format", "indent", "slice"];

/// Adds the filters to an engine, and takes those away that a hostile template could fill the memory with.
pub(super) fn install(environment: &mut Environment<'_>) {
    for name in UNBOUNDED {
        environment.remove_filter(name);
    }
    // Carries text from one turn of a loop to the next, doubled each time.
    environment.remove_global("namespace");
    environment.add_filter("replace", |value: &Value, from: &str, to: &str| {
        let text = super::as_text(value)?;
        bounded(text.len() + text.matches(from).count().saturating_mul(to.len()))?;
        Ok::<_, Error>(text.replace(from, to))
    });
    environment.add_filter("join", |value: &Value, separator: Option<&str>| {
        let separator = separator.unwrap_or_default();
        let mut joined = String::new();
        for (index, item) in value.try_iter()?.enumerate() {
            let item = super::as_text(&item)?;
            bounded(joined.len() + separator.len() + item.len())?;
            if index > 0 {
                joined.push_str(separator);
            }
            joined.push_str(&item);
        }
        Ok::<_, Error>(joined)
    });
    environment.add_filter("sh", |value: &Value| super::as_text(value).map(|text| shell(&text)));
    environment.add_filter("b64", |value: &Value| {
        super::as_text(value).map(|text| base64::engine::general_purpose::STANDARD.encode(text))
    });
    environment.add_filter("slug", |value: &Value| super::as_text(value).map(|text| slug(&text)));
    environment.add_filter("tojson", |value: &Value| {
        serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
    });
    environment.add_filter("quantity", |value: &Value| {
        let text = super::as_text(value)?;
        quantity(&text).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("`{text}` is not a quantity such as `500m` or `1Gi`"))
        })
    });
}

fn bounded(bytes: usize) -> Result<(), Error> {
    if bytes <= super::MAX_OUTPUT {
        return Ok(());
    }
    let message = format!("the filter gives more than {} bytes", super::MAX_OUTPUT);
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

/// Quotes a text for a POSIX shell where it must be.
pub(crate) fn shell(text: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !text.is_empty() && text.chars().all(safe) && !text.starts_with('-') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Reads a Kubernetes quantity, or a memory size as the JupyterHub chart writes it (the same letters). `None` if it is neither.
pub(crate) fn quantity(text: &str) -> Option<f64> {
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().ok()?;
    let factor = match unit {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        exponent => 10f64.powi(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    Some(number * factor)
}

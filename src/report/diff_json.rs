//! A diff of clusters as JSON, for programs and for the job that comments.
//!
//! The shape is [`Diff`] itself; `schemas/diff.schema.json` says it in JSON Schema. Must not know how anything was compared.

use crate::{
    diff::{Diff, VERSION},
    schema::Schema,
};

/// The JSON Schema of the document.
pub const DIFF_SCHEMA: &str = include_str!("../../schemas/diff.schema.json");

/// Larger documents are not read: no comment could show a part of them that matters.
pub const LONGEST_DIFF: usize = 64 * 1024 * 1024;

/// Writes one JSON document.
pub fn diff_json(diff: &Diff) -> String {
    // A document of maps, lists, strings and numbers can always be written.
    serde_json::to_string_pretty(diff).unwrap_or_default() + "\n"
}

/// Reads what [`diff_json`] wrote, from a source that is not trusted: anything that is not of its shape is an error.
pub fn read_diff(text: &str) -> Result<Diff, String> {
    if text.len() > LONGEST_DIFF {
        return Err(format!("it has more than {LONGEST_DIFF} bytes"));
    }
    // This alone refuses unknown and repeated fields, and nesting without end; the schema, what is missing or out of range.
    let diff: Diff = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if diff.version != VERSION {
        return Err(format!("it is of version {}, and this program reads version {VERSION}", diff.version));
    }
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
    let schema = Schema::from_json(&parsed(DIFF_SCHEMA)?).map_err(|error| error.to_string())?;
    match schema.check(&parsed(text)?).first() {
        Some(fault) => Err(format!("at `{}`: {}", fault.route, fault.message)),
        None => Ok(diff),
    }
}

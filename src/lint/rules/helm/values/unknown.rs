//! Values that a chart without a schema does not have in its `values.yaml`.
//!
//! Owns which maps are made to be filled freely. Must not know how anything is reported.

use super::{Part, parts};
use crate::{helm::Chart, text::nearest, yaml::Value};

/// A value that is given and that the chart does not have.
pub(in crate::lint::rules::helm) struct Unknown<'r> {
    /// Its key.
    pub key: &'r str,
    /// The keys above it, joined by dots.
    above: String,
    /// The value.
    pub value: &'r Value,
    /// A key of almost the same name that the chart has there and nobody sets.
    pub near: Option<&'r str>,
}

impl Unknown<'_> {
    /// All keys, joined by dots.
    pub(in crate::lint::rules::helm) fn path(&self) -> String {
        if self.above.is_empty() { self.key.to_owned() } else { format!("{}.{}", self.above, self.key) }
    }
}

/// The values that are given to a chart and to those inside of it, and that these do not have. A chart with a schema is left to its schema.
pub(in crate::lint::rules::helm) fn unknown_values<'r>(chart: &'r Chart, given: &'r Value) -> Vec<Unknown<'r>> {
    let mut found = Vec::new();
    for part in parts(chart, given) {
        // What a library reads stands nowhere.
        let has_library = part.chart.charts.iter().any(|inner| inner.metadata.kind == "library");
        if part.chart.schema.is_none() && !has_library {
            compare(&part, &part.chart.values, part.given, &part.path, &mut found);
        }
    }
    found
}

fn compare<'r>(part: &Part<'r>, defaults: &'r Value, given: &'r Value, above: &str, found: &mut Vec<Unknown<'r>>) {
    let (Some(defaults), Some(given)) = (defaults.as_mapping(), given.as_mapping()) else { return };
    // An empty map says nothing of what it may hold.
    if defaults.is_empty() {
        return;
    }
    for (key, value) in given {
        match defaults.get(key) {
            Some(default) if !is_free(key) => {
                let path = if above.is_empty() { key.to_string() } else { format!("{above}.{key}") };
                compare(part, default, value, &path, found);
            }
            Some(_) => {}
            None if above == part.path && is_of_helm(part.chart, key) => {}
            None => {
                let free =
                    defaults.keys().filter(|name| !given.contains_key(name.as_str()) && !differ_in_number(name, key));
                let free = free.map(smol_str::SmolStr::as_str);
                // Short names are near to too much.
                let near = nearest(key, free.filter(|name| key.len() > 3 || name.eq_ignore_ascii_case(key)));
                found.push(Unknown { key, above: above.to_owned(), value, near });
            }
        }
    }
}

/// Whether two names are members of one series, such as `worker1` and `worker2`.
fn differ_in_number(one: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(one) != digits(other)
}

/// Whether a key at the top of the values means something to Helm itself, or belongs to a chart inside.
fn is_of_helm(chart: &Chart, key: &str) -> bool {
    let mut dependencies = chart.metadata.dependencies.iter().flatten();
    matches!(key, "global" | "tags" | "enabled")
        || dependencies.any(|one| one.key() == key)
        || chart.charts.iter().any(|inner| inner.name() == key)
}

/// Whether what stands under a key is handed on as it is, so that it may hold anything.
fn is_free(key: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "affinity",
        "annotations",
        "args",
        "config",
        "configuration",
        "context",
        "data",
        "env",
        "envs",
        "environment",
        "files",
        "flags",
        "headers",
        "labels",
        "limits",
        "map",
        "mounts",
        "options",
        "parameters",
        "probe",
        "requests",
        "resources",
        "rules",
        "secrets",
        "selector",
        "settings",
        "strategy",
        "users",
        "values",
        "variables",
        "vars",
        "volumes",
    ];
    let key = key.to_lowercase();
    key.starts_with("extra") || ENDINGS.iter().any(|ending| key.ends_with(ending))
}

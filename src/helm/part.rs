//! A chart at its place among the charts of a release: under the name its parent gives it, with default values of its own.
//!
//! The same chart may stand at several places. Must not know how values are merged.

use std::sync::Arc;

use smol_str::SmolStr;

use super::chart::{Chart, Dependency};
use crate::yaml::{Mapping, Value};

/// What a chart without any values weighs, beside a value, which weighs one.
pub(super) const WEIGHT: usize = 100;

/// A chart at its place.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The key of its values in those of its parent: its name or alias.
    pub key: SmolStr,
    pub chart: Arc<Chart>,
    /// Its default values, together with what it imports.
    pub values: Mapping,
    /// What it depends on, as far as that is enabled; `None` if it says nothing about that.
    pub dependencies: Option<Vec<Dependency>>,
    /// The charts inside of it.
    pub parts: Vec<Part>,
}

impl Part {
    /// A chart with all charts inside of it, under their own names.
    pub fn new(chart: &Arc<Chart>, values: &Value) -> Self {
        Self {
            key: chart.metadata.name.clone(),
            chart: Arc::clone(chart),
            values: table(values).cloned().unwrap_or_default(),
            dependencies: chart.metadata.dependencies.clone(),
            parts: chart.charts.iter().map(|chart| Self::new(chart, &chart.values)).collect(),
        }
    }

    /// How much there is to copy of it.
    pub fn weight(&self) -> usize {
        WEIGHT + weight(&self.values) + self.parts.iter().map(Self::weight).sum::<usize>()
    }

    /// The same under another name.
    pub fn named(mut self, key: &SmolStr) -> Self {
        self.key = key.clone();
        self
    }
}

/// How much there is of a mapping.
pub(super) fn weight(mapping: &Mapping) -> usize {
    mapping.values().map(Value::weight).sum()
}

/// The mapping that a value is, if it is one.
pub(super) fn table(value: &Value) -> Option<&Mapping> {
    value.as_mapping()
}

/// The mapping at a path of keys joined by dots.
pub(super) fn table_at<'m>(root: &'m Mapping, path: &str) -> Option<&'m Mapping> {
    path.split('.').try_fold(root, |mapping, key| table(mapping.get(key)?))
}

/// The value at a path of keys joined by dots, if it is no mapping.
pub(super) fn value_at<'m>(root: &'m Mapping, path: &str) -> Option<&'m Value> {
    let (mapping, key) = match path.rsplit_once('.') {
        Some((parents, key)) => (table_at(root, parents)?, key),
        None => (root, path),
    };
    mapping.get(key).filter(|value| value.as_mapping().is_none())
}

/// A mapping as a value, written where its first entry is.
pub(super) fn as_value(mapping: Mapping) -> Value {
    let origin = mapping.values().map(|value| value.origin).find(|origin| origin.is_some());
    let value = Value::of_mapping(mapping);
    match origin {
        Some(origin) => value.at(origin),
        None => value,
    }
}

//! A chart: what it is called, what it depends on, its default values and its schema, and the charts inside of it.
//!
//! Owns the reading of charts from folders and archives. Templates are of no interest here. Must not know releases.

mod metadata;
mod read;
mod stored;

use std::sync::{Arc, OnceLock};

pub(super) use read::folder_files;
use serde_json::Value as Json;

pub use metadata::{Dependency, ImportValues, Metadata};

use crate::{
    path::RepoPath,
    schema::{Schema, SchemaError},
    yaml::{FileId, Value},
};

/// The name of the file that makes a folder a chart.
pub const CHART_FILE: &str = "Chart.yaml";
/// The names of the files with a chart's default values and with their schema.
pub(super) const VALUES_FILE: &str = "values.yaml";
pub(super) const SCHEMA_FILE: &str = "values.schema.json";

/// Gives a file of the repository its number in the table behind [`crate::yaml::Origin`]; `None` if it has none.
pub type NumberOf<'a> = &'a dyn Fn(&RepoPath) -> Option<FileId>;

/// A chart without its templates.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Name, version and dependencies.
    pub metadata: Metadata,
    /// The default values, a mapping. They carry origins if the chart is a folder of the repository, and none if it comes from an archive.
    pub values: Value,
    /// The schema of the values.
    pub schema: Option<Arc<ValuesSchema>>,
    /// The charts inside of it, sorted by name and version.
    pub charts: Vec<Arc<Chart>>,
    /// The files below `crds/`, sorted by path.
    pub crds: Vec<(RepoPath, Vec<u8>)>,
    /// Other YAML files beside `values.yaml`, which a release may name to take its place.
    values_files: Vec<(RepoPath, Value)>,
}

impl Chart {
    /// The name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// The values of another file of the chart, by its path in the chart; `None` if there is no such file.
    pub fn values_file(&self, path: &str) -> Option<&Value> {
        let path = RepoPath::new(path).ok()?;
        if path.as_str() == VALUES_FILE {
            return Some(&self.values);
        }
        self.values_files.iter().find(|(file, _)| *file == path).map(|(_, value)| value)
    }

    /// Whether it, or a chart inside of it, has a schema.
    pub fn has_schema(&self) -> bool {
        self.schema.is_some() || self.charts.iter().any(|chart| chart.has_schema())
    }
}

/// The schema of a chart's values, compiled when it is first needed.
#[derive(Debug)]
pub struct ValuesSchema {
    json: Json,
    compiled: OnceLock<Result<Schema, SchemaError>>,
}

impl ValuesSchema {
    /// A schema that is not compiled yet.
    pub fn new(json: Json) -> Self {
        Self { json, compiled: OnceLock::new() }
    }

    /// The schema as JSON.
    pub fn as_json(&self) -> &Json {
        &self.json
    }

    /// The compiled schema, or why there is none.
    pub fn compiled(&self) -> Result<&Schema, &SchemaError> {
        self.compiled.get_or_init(|| Schema::of_values(&self.json)).as_ref()
    }
}

/// Why there is no chart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// The archive is refused.
    #[error(transparent)]
    Archive(#[from] super::ArchiveError),
    /// There is no `Chart.yaml`.
    #[error("there is no Chart.yaml")]
    NoChart,
    /// A file of the chart is not what it should be.
    #[error("{file}: {reason}")]
    File {
        /// The file, by its path in the chart.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// Charts inside of charts inside of charts.
    #[error("its charts nest deeper than {0} levels")]
    TooDeep(usize),
    /// The view cannot be read.
    #[error("{0}")]
    Source(String),
}

impl ChartError {
    fn file(path: &RepoPath, reason: impl std::fmt::Display) -> Self {
        Self::File { file: path.to_string(), reason: reason.to_string() }
    }
}

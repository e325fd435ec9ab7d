//! The form in which a repository keeps what is worth knowing of a chart: one JSON text without templates.
//!
//! `{"apiVersion", "name", "version", "dependencies", "values", "schema", "charts": […]}`, the charts inside of it in the same form. JSON, because Flux reads every
//! YAML file it finds. Must not know where the text is kept.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Chart, ChartError, Metadata, ValuesSchema};
use crate::{
    path::RepoPath,
    schema::{to_json, value_to_json},
    text::SourceText,
    yaml::{Document, Node, Origin, Stream, Value},
};

/// As deep as charts are written.
const MAX_STORED_DEPTH: usize = 32;

impl Chart {
    /// What is worth keeping of the chart.
    pub fn to_stored(&self) -> Json {
        let mut stored = serde_json::to_value(&self.metadata).unwrap_or_else(|_| json!({}));
        stored["values"] = value_to_json(&self.values);
        if let Some(schema) = &self.schema {
            stored["schema"] = schema.as_json().clone();
        }
        if !self.charts.is_empty() {
            stored["charts"] = self.charts.iter().map(|chart| chart.to_stored()).collect();
        }
        stored
    }

    /// Reads what [`Chart::to_stored`] gave.
    pub fn from_stored(path: &RepoPath, text: &[u8]) -> Result<Self, ChartError> {
        let text = std::str::from_utf8(text).map_err(|error| ChartError::file(path, error))?;
        let stream = Stream::parse(SourceText::new(text)).map_err(|error| ChartError::file(path, error))?;
        let root = stream.documents().next().map(Document::root).filter(|root| root.is_mapping());
        read(path, root.ok_or(ChartError::NoChart)?, 0)
    }
}

fn read(path: &RepoPath, node: Node<'_>, depth: usize) -> Result<Chart, ChartError> {
    if depth > MAX_STORED_DEPTH {
        return Err(ChartError::TooDeep(MAX_STORED_DEPTH));
    }
    let json = |node: Node<'_>| to_json(node).map_err(|error| ChartError::file(path, error));
    let metadata: Metadata = serde_json::from_value(json(node)?).map_err(|error| ChartError::file(path, error))?;
    let values = match node.get("values") {
        Some(values) => {
            without_origins(values.to_value(Origin::NONE.file).map_err(|error| ChartError::file(path, error))?)
        }
        None => Value::mapping(),
    };
    let schema = node.get("schema").map(json).transpose()?;
    let inner = node.get("charts").into_iter().flat_map(Node::items);
    let charts = inner.map(|inner| read(path, inner, depth + 1).map(Arc::new)).collect::<Result<_, _>>()?;
    let schema = schema.map(|schema| Arc::new(ValuesSchema::new(schema)));
    Ok(Chart { metadata, values, schema, charts, crds: Vec::new(), values_files: Vec::new() })
}

/// These are a chart's defaults; where they are kept is no place to mend them.
fn without_origins(mut value: Value) -> Value {
    value.set_origins(Origin::NONE);
    value
}

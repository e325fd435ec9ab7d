//! The values that the templates of a release see: the chart's defaults, the defaults of the charts inside of it, and what the user gives.
//!
//! Must not know schemas.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{
    ChartValuesFiles, Release,
    chart::Chart,
    coalesce::{NotATable, Nulls, coalesce},
    enable::{Budget, enable},
    import::import,
    part::{Part, as_value, table},
    set_value::merge_values,
};
use crate::yaml::{Mapping, Origin, Value};

/// The values of a release.
#[derive(Clone, Debug)]
pub struct ComposedValues {
    /// The values at the root of the chart. What the repository says carries its origin, be it in the release or in the values file of a chart in a folder; what
    /// comes from elsewhere is a chart's default, and carries none.
    pub values: Value,
    /// The chart, and the charts inside of it that are enabled.
    pub chart: ComposedPart,
}

/// A chart that takes part in a release.
#[derive(Clone, Debug)]
pub struct ComposedPart {
    /// The key of its values in those of the chart around it: its name or its alias.
    pub key: SmolStr,
    /// The chart.
    pub chart: Arc<Chart>,
    /// The enabled charts inside of it.
    pub parts: Vec<ComposedPart>,
}

/// Why there are no values. Helm would refuse the release as well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The values for a chart inside are no mapping.
    #[error("`{path}` must be a mapping: it holds the values of a chart inside of the chart")]
    NotATable {
        /// The path of keys, joined by dots.
        path: String,
        /// Where the value is written, if it is.
        origin: Origin,
    },
    /// Aliases multiply the chart beyond all measure.
    #[error("the charts inside of the chart are too many, or too large")]
    TooLarge,
    /// The release names a values file that the chart does not have.
    #[error("the chart has no values file `{0}`")]
    NoValuesFile(SmolStr),
}

impl From<NotATable> for ComposeError {
    fn from(NotATable { path, origin }: NotATable) -> Self {
        Self::NotATable { path: path.join("."), origin }
    }
}

/// Composes the values of a release as Helm 3 does. What is unknown in the release's values is left out.
pub fn compose(chart: &Arc<Chart>, release: &Release) -> Result<ComposedValues, ComposeError> {
    let mut root = Part::new(chart, &defaults(chart, release)?);
    let given = table(&given(chart, release)?).cloned().unwrap_or_default();
    enable(&mut root, &given, "", &mut Budget::new())?;
    import(&mut root)?;
    let mut values = given;
    coalesce(&root, &mut values, Nulls::Remove)?;
    let values = Value::of_mapping(values).at(release.values.origin);
    Ok(ComposedValues { values, chart: root.into() })
}

/// The chart's defaults: its `values.yaml`, or the files that the release names in its place.
pub(super) fn defaults(chart: &Chart, release: &Release) -> Result<Value, ComposeError> {
    let files = &release.chart_values_files;
    if files.names.is_empty() || files.keep_defaults { Ok(chart.values.clone()) } else { merged(chart, files) }
}

/// What the user gives: the files of the chart that come on top of its `values.yaml`, and above them the values of the release.
pub(super) fn given(chart: &Chart, release: &Release) -> Result<Value, ComposeError> {
    let files = &release.chart_values_files;
    if files.names.is_empty() || !files.keep_defaults {
        return Ok(release.values.clone());
    }
    let mut values = merged(chart, files)?;
    merge_values(&mut values, release.values.clone());
    Ok(values.at(release.values.origin))
}

/// The files, later ones above earlier ones.
fn merged(chart: &Chart, files: &ChartValuesFiles) -> Result<Value, ComposeError> {
    let mut merged = Mapping::default();
    for file in &files.names {
        match chart.values_file(file) {
            Some(values) => lay_over(&mut merged, table(values).unwrap_or(&Mapping::default())),
            None if files.ignore_missing => {}
            None => return Err(ComposeError::NoValuesFile(file.clone())),
        }
    }
    Ok(as_value(merged))
}

/// Lays one mapping over another: mappings merge, everything else takes the place of what was there.
fn lay_over(below: &mut Mapping, above: &Mapping) {
    for (key, value) in above {
        match (below.get_mut(key).and_then(Value::as_mapping_mut), table(value)) {
            (Some(below), Some(above)) => lay_over(below, above),
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}

impl From<Part> for ComposedPart {
    fn from(part: Part) -> Self {
        Self { key: part.key, chart: part.chart, parts: part.parts.into_iter().map(Self::from).collect() }
    }
}

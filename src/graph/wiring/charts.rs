//! The charts of a release, as far as they are at hand, and what their schemas say of one value.
//!
//! Must not know where charts are found.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Break;
use crate::{
    helm::{
        Chart, ChartSource, ComposedValues, Expected, Release, SetPath, SetStep, ValuesFault, compose, expected,
        validate,
    },
    schema::FaultKind,
    yaml::{Origin, Step, Value},
};

/// Gives a chart, if it is at hand.
pub type Charts<'c> = dyn Fn(&ChartSource) -> Option<Arc<Chart>> + 'c;

/// A chart in a release: that of the release itself, or one that it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartAt {
    /// The key in the values under which the chart finds its own; empty for the release's chart.
    pub under: SmolStr,
    /// The name of the chart.
    pub name: SmolStr,
    /// The version, if one is known.
    pub version: Option<SmolStr>,
}

/// What is known of the charts of a release.
#[derive(Clone, Debug, Default)]
pub(in crate::graph) struct ReleaseCharts {
    /// The chart itself first, then what it depends on.
    pub charts: Vec<ChartAt>,
    schema: Schema,
}

/// What the schemas of the charts say of the values.
#[derive(Clone, Debug, Default)]
enum Schema {
    /// The chart is not at hand.
    #[default]
    Unknown,
    /// Nobody asks it.
    Skipped,
    /// Helm refuses the values before any schema is asked.
    Refused(String),
    /// The values, and what the schemas refuse.
    Asked(Box<ComposedValues>, Vec<ValuesFault>),
}

impl ReleaseCharts {
    pub(in crate::graph) fn of(release: &Release, find: &Charts<'_>) -> Self {
        let Some(source) = &release.chart else { return Self::default() };
        let Some(chart) = find(source) else {
            return Self { charts: vec![by_name(source)], schema: Schema::Unknown };
        };
        let charts = chart_and_dependencies(&chart);
        let schema = match compose(&chart, release) {
            _ if release.skip_schema => Schema::Skipped,
            Err(error) => Schema::Refused(error.to_string()),
            Ok(composed) => {
                let faults = validate(&composed, release).faults;
                Schema::Asked(Box::new(composed), faults)
            }
        };
        Self { charts, schema }
    }

    /// The values of a release, with the defaults of its chart where those stand in this repository.
    pub(in crate::graph) fn values<'v>(&'v self, release: &'v Release) -> &'v Value {
        match (&self.schema, &release.chart) {
            (Schema::Asked(composed, _), Some(ChartSource::Folder(_))) => &composed.values,
            _ => &release.values,
        }
    }

    /// The chart that a path in the values belongs to.
    pub(super) fn of_path(&self, path: &str) -> Option<&ChartAt> {
        let first = path.split(['.', '[']).next().unwrap_or_default();
        let inner = self.charts.iter().find(|chart| !chart.under.is_empty() && chart.under == first);
        inner.or_else(|| self.charts.first())
    }

    /// What the schemas say of the value at a path, or of values as a whole: a few words, and what they refuse.
    pub(super) fn verdict(&self, path: Option<&SetPath>) -> (String, Option<Break>) {
        let refused = |message: String, origin| {
            let place = Some(origin).filter(|origin: &Origin| origin.is_some());
            Some(Break { message, help: Some("Helm refuses the release".to_owned()), place, optional: false })
        };
        let (composed, faults) = match &self.schema {
            Schema::Unknown => return ("schema not known".to_owned(), None),
            Schema::Skipped => return ("the values schema is not asked".to_owned(), None),
            Schema::Refused(why) => return ("values ✘".to_owned(), refused(why.clone(), Origin::NONE)),
            Schema::Asked(composed, faults) => (composed, faults),
        };
        let steps = path.map(SetPath::steps).unwrap_or_default();
        let expected = if path.is_some() || composed.chart.chart.has_schema() {
            expected(&composed.chart, steps)
        } else {
            Expected::NoSchema
        };
        let types = match &expected {
            Expected::NoSchema => return ("no values schema".to_owned(), None),
            Expected::Types(types) if path.is_some() => format!(": {}", types.join(" or ")),
            _ => String::new(),
        };
        if let Some(fault) = faults.iter().find(|fault| concerns(fault, steps)) {
            return (format!("values schema{types} ✘"), refused(fault.message.clone(), fault.origin));
        }
        if let (Expected::Refused, Some(path)) = (&expected, path) {
            let message = format!("the values schema knows no `{path}`");
            return ("values schema ✘".to_owned(), refused(message, Origin::NONE));
        }
        (format!("values schema{types} ✔"), None)
    }
}

/// Whether a fault is about the value at a path, what is in it, or what it is in.
fn concerns(fault: &ValuesFault, path: &[SetStep]) -> bool {
    let missing = match &fault.kind {
        FaultKind::Missing { field } => Some(Step::Key(field.as_str().into())),
        _ => None,
    };
    let mut place = fault.route.steps().iter().chain(&missing).peekable();
    let is_somewhere = path.is_empty() || place.peek().is_some();
    is_somewhere
        && place.zip(path).all(|(step, wanted)| match (step, wanted) {
            (Step::Key(key), SetStep::Key(wanted)) => key == wanted,
            (Step::Index(index), SetStep::Index(wanted)) => index == wanted,
            _ => false,
        })
}

fn chart_and_dependencies(chart: &Chart) -> Vec<ChartAt> {
    let some = |text: &SmolStr| Some(text.clone()).filter(|text| !text.is_empty());
    let own = ChartAt { under: "".into(), name: chart.name().into(), version: some(&chart.metadata.version) };
    let dependencies = chart.metadata.dependencies.iter().flatten().map(|dependency| ChartAt {
        under: dependency.key().clone(),
        name: dependency.name.clone(),
        version: some(&dependency.version),
    });
    std::iter::once(own).chain(dependencies).collect()
}

/// What the source of a chart says of it.
fn by_name(source: &ChartSource) -> ChartAt {
    let last = |text: &str| SmolStr::from(text.trim_end_matches('/').rsplit('/').next().unwrap_or(text));
    let (name, version) = match source {
        ChartSource::Folder(folder) => (folder.file_name().into(), None),
        ChartSource::Repository { name, version, .. } => (name.clone(), version.clone()),
        ChartSource::Oci { url, version } => (last(url), version.clone()),
        ChartSource::Elsewhere { path, .. } => (last(path), None),
    };
    ChartAt { under: "".into(), name, version }
}

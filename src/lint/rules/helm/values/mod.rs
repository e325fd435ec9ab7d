//! What a release gives its chart, beside what the chart itself has, for the rules that compare the two.
//!
//! Must not know how anything is reported.

mod unknown;

use std::sync::Arc;

pub(super) use unknown::unknown_values;

use crate::{cluster::ComposedRelease, helm::Chart, project::Project, yaml::Value};

/// The chart of a release, if it is at hand.
pub(super) fn chart_of(project: &Project, release: &ComposedRelease) -> Option<Arc<Chart>> {
    project.chart(release.release.chart.as_ref()?).ok()
}

/// A chart, or a chart inside of it, with what it is given.
pub(super) struct Part<'r> {
    /// The chart.
    pub chart: &'r Chart,
    /// The keys that lead to its values, joined by dots; empty for the chart itself.
    pub path: String,
    /// The values.
    pub given: &'r Value,
}

/// The chart and the charts inside of it that are given something.
pub(super) fn parts<'r>(chart: &'r Chart, given: &'r Value) -> Vec<Part<'r>> {
    let mut parts = vec![Part { chart, path: String::new(), given }];
    let mut next = 0;
    while let Some(Part { chart, path, given }) = parts.get(next) {
        let (chart, given, path) = (*chart, *given, path.clone());
        for inner in &chart.charts {
            for key in keys_of(chart, inner) {
                let Some(given) = given.get(key).filter(|given| given.as_mapping().is_some()) else { continue };
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                parts.push(Part { chart: inner, path, given });
            }
        }
        next += 1;
    }
    parts
}

/// The keys under which a chart holds the values of one inside of it: its aliases, or its name.
fn keys_of<'c>(chart: &'c Chart, inner: &'c Chart) -> Vec<&'c str> {
    let dependencies = chart.metadata.dependencies.iter().flatten();
    let keys: Vec<&str> = dependencies.filter(|one| one.name == inner.name()).map(|one| one.key().as_str()).collect();
    if keys.is_empty() { vec![inner.name()] } else { keys }
}

//! Which charts inside of a chart take part: dependencies under their aliases, minus those that tags and conditions switch off.
//!
//! Learnt from helm.sh/helm/v3/pkg/chartutil, version 3.22. Must not know what the values are for.

use super::{
    chart::{Chart, Dependency},
    coalesce::{Nulls, coalesce},
    compose::ComposeError,
    part::{Part, WEIGHT, table, value_at, weight},
    version::{Version, VersionRange},
};
use crate::yaml::{Mapping, Value};

/// How much may still be copied. A chart under many aliases, which holds a chart under many aliases, and so on, would else grow beyond all measure.
pub(super) struct Budget(usize);

impl Budget {
    /// Enough for any chart that people write.
    pub fn new() -> Self {
        Self(20_000_000)
    }

    fn spend(&mut self, weight: usize) -> Result<(), ComposeError> {
        self.0 = self.0.checked_sub(weight).ok_or(ComposeError::TooLarge)?;
        Ok(())
    }
}

/// Leaves only what is enabled, at every depth. `path` is where the part's own values stand in `values`, with a dot behind it.
///
/// Conditions of charts further in are looked up from the root, with the path in front, as Helm does.
pub(super) fn enable(part: &mut Part, values: &Mapping, path: &str, budget: &mut Budget) -> Result<(), ComposeError> {
    let Some(dependencies) = part.dependencies.take() else { return Ok(()) };
    part.parts = under_aliases(part, &dependencies, budget)?;
    budget.spend(weight(values) + WEIGHT * dependencies.len())?;
    let mut composed = values.clone();
    coalesce(part, &mut composed, Nulls::Remove)?;
    let (enabled, disabled): (Vec<Dependency>, Vec<Dependency>) =
        dependencies.into_iter().partition(|dependency| is_enabled(dependency, &composed, path));
    part.parts.retain(|inner| !disabled.iter().any(|dependency| *dependency.key() == inner.key));
    for inner in &mut part.parts {
        let path = format!("{path}{}.", inner.key);
        enable(inner, &composed, &path, budget)?;
    }
    part.dependencies = Some(enabled);
    Ok(())
}

/// The charts inside of a chart: those that no dependency names as they are, then one for each dependency, under its alias.
fn under_aliases(part: &Part, dependencies: &[Dependency], budget: &mut Budget) -> Result<Vec<Part>, ComposeError> {
    let is_named = |inner: &&Part| dependencies.iter().any(|dependency| fits(dependency, &inner.chart));
    let mut parts: Vec<Part> = part.parts.iter().filter(|inner| !is_named(inner)).cloned().collect();
    for dependency in dependencies {
        if let Some(inner) = part.parts.iter().find(|inner| fits(dependency, &inner.chart)) {
            budget.spend(inner.weight())?;
            parts.push(inner.clone().named(dependency.key()));
        }
    }
    Ok(parts)
}

/// Whether a chart is what a dependency asks for.
fn fits(dependency: &Dependency, chart: &Chart) -> bool {
    let fits = || {
        let version = Version::parse(&chart.metadata.version)?;
        Some(VersionRange::parse(&dependency.version)?.fits(&version))
    };
    dependency.name == chart.metadata.name && fits().unwrap_or(false)
}

fn is_enabled(dependency: &Dependency, values: &Mapping, path: &str) -> bool {
    let mut conditions = dependency.condition.trim().split(',').filter(|condition| !condition.is_empty());
    let decided = conditions.find_map(|condition| value_at(values, &format!("{path}{condition}"))?.as_bool());
    decided.unwrap_or_else(|| is_tagged(dependency, values))
}

/// Whether one of the tags is on, or none of them is off.
fn is_tagged(dependency: &Dependency, values: &Mapping) -> bool {
    let Some(tags) = values.get("tags").and_then(table) else { return true };
    let states: Vec<bool> = dependency.tags.iter().filter_map(|tag| tags.get(tag).and_then(Value::as_bool)).collect();
    states.is_empty() || states.contains(&true)
}

//! Rules on the values of JupyterHub's chart, whichever controller asks for it, by itself or inside of another chart.
//!
//! Owns how the values of a hub are found among those of a release.

pub mod callback_host;
pub mod callback_url;
pub mod class_name;
pub mod dummy_authenticator;
pub mod existing_secret_key;
pub mod extra_config;
pub mod grant_sudo;
pub mod metadata_server_ambiguous;
pub mod nobody_allowed;
pub mod placeholders_without_priority;
pub mod profile_defaults;
pub mod profile_empty_override;
pub mod profile_misplaced_key;
pub mod profile_override_key;
pub mod profile_twice;
pub mod profile_without_name;
mod python;
pub mod removed_key;
pub mod secrets_not_pinned;
pub mod static_storage;
pub mod unpinned_image;
pub mod user_twice;

use crate::{cluster::ComposedRelease, helm::ChartSource, project::Project, yaml::Value};

/// The name of the chart.
const CHART: &str = "jupyterhub";

/// A hub that a release asks for.
struct Hub<'r> {
    /// The values that the repository gives it.
    values: &'r Value,
    /// The first number of the chart's version, if it is known.
    major: Option<u64>,
    /// Whether all of the values are known.
    is_complete: bool,
}

impl<'r> Hub<'r> {
    /// A value, if it is there and not null.
    fn get(&self, keys: &[&str]) -> Option<&'r Value> {
        self.values.pointer(keys).filter(|value| !value.is_null())
    }

    /// `singleuser.profileList`.
    fn profiles(&self) -> &'r [Value] {
        self.get(&["singleuser", "profileList"]).and_then(Value::as_sequence).unwrap_or_default()
    }

    /// The classes of `hub.config` with their options.
    fn classes(&self) -> impl Iterator<Item = (&'r str, &'r Value)> + use<'r> {
        let classes = self.get(&["hub", "config"]).and_then(Value::as_mapping);
        classes.into_iter().flatten().map(|(name, options)| (name.as_str(), options))
    }

    /// Whether code in `hub.extraConfig` mentions a word.
    fn code_mentions(&self, word: &str) -> bool {
        let code = ["extraConfig", "extraFiles"].into_iter().filter_map(|key| self.get(&["hub", key])?.as_mapping());
        code.flat_map(|all| all.values()).any(|code| holds(code, word))
    }
}

/// Whether a text anywhere in a value holds a word.
fn holds(value: &Value, word: &str) -> bool {
    match value.as_mapping() {
        Some(mapping) => mapping.values().any(|value| holds(value, word)),
        None => value.as_scalar().is_some_and(|scalar| scalar.text.contains(word)),
    }
}

/// The hubs of a release: the chart itself, or the charts inside of a chart in the repository.
fn hubs<'r>(project: &Project, release: &'r ComposedRelease) -> Vec<Hub<'r>> {
    let release = &release.release;
    let is_complete = release.unknown.is_empty();
    let hub = |values: &'r Value, version: Option<&str>| Hub { values, major: version.and_then(major), is_complete };
    match &release.chart {
        Some(ChartSource::Repository { name, version, .. }) if name == CHART => {
            vec![hub(&release.values, version.as_deref())]
        }
        Some(ChartSource::Oci { url, version }) if url.rsplit('/').next() == Some(CHART) => {
            vec![hub(&release.values, version.as_deref())]
        }
        Some(ChartSource::Folder(folder)) => {
            let chart = project.chart(&ChartSource::Folder(folder.clone())).ok();
            let inside = chart.iter().flat_map(|chart| chart.metadata.dependencies.iter().flatten());
            let found = inside.filter(|one| one.name == CHART).filter_map(|one| {
                let under = if one.alias.is_empty() { &one.name } else { &one.alias };
                // The values of the chart around it count as well, and are not at hand here.
                let version = major(&one.version);
                Some(Hub { values: release.values.get(under)?, major: version, is_complete: false })
            });
            found.collect()
        }
        _ => Vec::new(),
    }
}

/// The first number of a version that is no open range.
fn major(version: &str) -> Option<u64> {
    version.trim_start_matches(['v', '^', '~', '=']).split('.').next()?.parse().ok()
}

/// The text of a scalar under a path of keys, if it is not empty.
fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    let text = value.pointer(keys)?.as_scalar()?.text.as_str();
    (!text.is_empty()).then_some(text)
}

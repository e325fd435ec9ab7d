//! The release that a source asks Helm for.
//!
//! From `helmTemplate` in Argo CD's repository server. Must not know how values are composed.

use smol_str::SmolStr;

use super::{Renderer, Source, ToolBlock, value_files::Files, values::Composition};
use crate::{
    diagnostic::Diagnostic,
    helm::{ChartSource, ChartValuesFiles, Release},
    path::RepoPath,
};

/// The release of a source, and what is wrong with its values. `directory` is the chart's, if it is at hand.
pub(super) fn release(
    renderer: &Renderer<'_>,
    source: &Source,
    directory: Option<&RepoPath>,
) -> (Release, Vec<Diagnostic>) {
    let application = renderer.application;
    let helm =
        source.tools.iter().find_map(|tool| if let ToolBlock::Helm(helm) = tool { Some(helm.clone()) } else { None });
    let helm = helm.unwrap_or_default();
    let files = Files { renderer, source, directory, environment: renderer.environment(source) };
    let mut composition = Composition::new(source.origin);
    composition.compose(&files, &helm);
    let release = Release {
        sensitive: Vec::new(),
        name: helm.release_name.unwrap_or_else(|| application.id.name.clone()),
        namespace: helm.namespace.or_else(|| application.destination.namespace().map(SmolStr::from)),
        chart: chart(source, directory),
        chart_values_files: ChartValuesFiles {
            names: composition.chart_values_files,
            keep_defaults: true,
            ignore_missing: helm.ignore_missing_value_files,
        },
        values: composition.values,
        unknown: composition.unknown,
        include_crds: !helm.skip_crds,
        skip_tests: helm.skip_tests,
        skip_schema: helm.skip_schema_validation,
        kube_version: helm.kube_version,
        api_versions: helm.api_versions,
        origin: source.origin,
    };
    (release, composition.problems)
}

/// Where the chart of a source comes from. A repository without a scheme is a registry.
fn chart(source: &Source, directory: Option<&RepoPath>) -> Option<ChartSource> {
    if let Some(directory) = directory {
        return Some(ChartSource::Folder(directory.clone()));
    }
    let (url, version) = (source.repo_url.clone(), source.target_revision.clone());
    if let Some((name, _)) = &source.chart {
        let url = url.trim_end_matches('/');
        return Some(match url.split_once("://") {
            Some(("oci", _)) => ChartSource::Oci { url: format!("{url}/{name}").into(), version },
            Some(_) => ChartSource::Repository { url: url.into(), name: name.clone(), version },
            None => ChartSource::Oci { url: format!("oci://{url}/{name}").into(), version },
        });
    }
    let (path, _) = source.path.as_ref()?;
    if url.starts_with("oci://") {
        return Some(ChartSource::Oci { url, version });
    }
    Some(ChartSource::Elsewhere { source: url, path: path.clone() })
}

/// A chart in words.
pub(super) fn describe(release: &Release) -> String {
    match &release.chart {
        None => "a chart".to_owned(),
        Some(ChartSource::Folder(path)) => format!("the chart in `{path}`"),
        Some(ChartSource::Repository { url, name, .. }) => format!("the chart `{name}` of {url}"),
        Some(ChartSource::Oci { url, .. }) => format!("the chart {url}"),
        Some(ChartSource::Elsewhere { source, path }) => format!("the chart in `{path}` of {source}"),
    }
}

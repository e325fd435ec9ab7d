//! Sources: what Flux fetches, and whether it is the repository that is looked at.
//!
//! Facts from source-controller. Must not know who refers to a source.

use smol_str::SmolStr;

use super::{SourceRef, group};
use crate::{
    helm::ChartSource,
    manifest::ObjectId,
    path::RepoPath,
    yaml::{Origin, Value},
};

/// A part of another GitRepository that is copied into the artifact of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The name of the other one, in the same namespace.
    pub repository: SmolStr,
    /// The directory of it that is copied.
    pub from: RepoPath,
    /// Where it is put: by default a directory with the name of the other one.
    pub to: RepoPath,
    /// Where it is asked for.
    pub origin: Origin,
}

/// A `GitRepository`, `OCIRepository`, `Bucket`, `HelmRepository`, `HelmChart`, `ExternalArtifact` or `ArtifactGenerator`.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its identity.
    pub id: ObjectId,
    /// What it fetches: a URL, or the endpoint and name of a bucket; empty where something else makes the artifact.
    pub url: SmolStr,
    /// `spec.ignore`: what is left out of the artifact, in the form of `.sourceignore`.
    pub ignore: Option<SmolStr>,
    /// Parts of other GitRepositories in the artifact.
    pub includes: Vec<Include>,
    /// Whether it is a HelmRepository of type `oci`.
    pub is_oci: bool,
    /// `spec.ref` of a GitRepository or OCIRepository: branch, tag, version or digest, as far as one is written.
    pub reference: Option<SmolStr>,
    /// Whether its controller was told to leave it alone.
    pub suspended: bool,
    /// The chart, of a HelmChart.
    pub chart: Option<ChartTemplate>,
    /// Where it is written.
    pub origin: Origin,
}

/// A chart as a HelmChart or `spec.chart.spec` of a HelmRelease asks for it.
#[derive(Clone, Debug)]
pub struct ChartTemplate {
    /// The name of the chart, or its path in the source.
    pub chart: SmolStr,
    /// The version or range.
    pub version: Option<SmolStr>,
    /// Where it comes from.
    pub source: Option<SourceRef>,
    /// Values files of the chart, or of the source it lies in.
    pub values_files: Vec<SmolStr>,
    /// Whether values files that do not exist are passed over.
    pub ignore_missing_values_files: bool,
}

impl ChartTemplate {
    /// Reads a `spec` with `chart` and `sourceRef`.
    pub fn of(spec: &Value) -> Option<Self> {
        let text = |key: &str| text(spec, &[key]);
        let list = |key: &str| -> Vec<SmolStr> {
            let items = spec.get(key).and_then(Value::as_sequence).unwrap_or_default();
            items.iter().filter_map(|item| Some(item.as_scalar()?.text.clone())).collect()
        };
        let mut values_files = list("valuesFiles");
        if values_files.is_empty() {
            // The older field for one file.
            values_files.extend(text("valuesFile"));
        }
        Some(Self {
            chart: text("chart")?,
            version: text("version"),
            source: spec.get("sourceRef").and_then(SourceRef::of),
            values_files,
            ignore_missing_values_files: spec
                .get("ignoreMissingValuesFiles")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
        })
    }
}

impl Source {
    /// Reads a source; `None` for other objects.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        let is_source = id.group == group::SOURCE
            && matches!(
                id.kind.as_str(),
                "GitRepository" | "OCIRepository" | "Bucket" | "HelmRepository" | "HelmChart" | "ExternalArtifact"
            );
        if !is_source && !id.is(group::EXTENSIONS, "ArtifactGenerator") {
            return None;
        }
        let spec = |keys: &[&str]| text(value.get("spec")?, keys);
        let url =
            spec(&["url"]).or_else(|| Some(format!("{}/{}", spec(&["endpoint"])?, spec(&["bucketName"])?).into()));
        let references = ["commit", "digest", "name", "semver", "tag", "branch"];
        Some(Self {
            id: id.clone(),
            url: url.unwrap_or_default(),
            ignore: spec(&["ignore"]),
            includes: includes(value),
            is_oci: spec(&["type"]).as_deref() == Some("oci"),
            reference: references.iter().find_map(|key| spec(&["ref", key])),
            suspended: value.pointer(&["spec", "suspend"]).and_then(Value::as_bool).unwrap_or_default(),
            chart: value.get("spec").filter(|_| id.kind == "HelmChart").and_then(ChartTemplate::of),
            origin: value.origin,
        })
    }

    /// Whether two sources fetch the same repository, however they reach it.
    pub fn is_same_repository(&self, other: &Self) -> bool {
        !self.url.is_empty() && repository(&self.url) == repository(&other.url)
    }

    /// Where a chart comes from that is asked for in this source. `is_here` says that this source is the repository that is looked at.
    pub fn chart_source(&self, chart: &ChartTemplate, is_here: bool) -> ChartSource {
        let (url, version) = (self.url.trim_end_matches('/'), chart.version.clone());
        let is_oci = self.is_oci || url.starts_with("oci://");
        match self.id.kind.as_str() {
            "HelmRepository" if is_oci => ChartSource::Oci { url: format!("{url}/{}", chart.chart).into(), version },
            "HelmRepository" => ChartSource::Repository { url: url.into(), name: chart.chart.clone(), version },
            _ => match super::kustomization::clamp(&chart.chart) {
                path if is_here => ChartSource::Folder(path),
                _ => ChartSource::Elsewhere { source: self.label(), path: chart.chart.clone() },
            },
        }
    }

    /// Its URL, or its name where it has none.
    fn label(&self) -> SmolStr {
        if self.url.is_empty() { self.id.to_string().into() } else { self.url.clone() }
    }
}

fn includes(source: &Value) -> Vec<Include> {
    let entries = source.pointer(&["spec", "include"]).and_then(Value::as_sequence).unwrap_or_default();
    let read = |entry: &Value| {
        let repository = text(entry, &["repository", "name"])?;
        let path = |key: &str| text(entry, &[key]).map(|path| super::kustomization::clamp(&path));
        let to = path("toPath").or_else(|| RepoPath::new(&repository).ok())?;
        Some(Include { repository, from: path("fromPath").unwrap_or_else(RepoPath::root), to, origin: entry.origin })
    };
    entries.iter().filter_map(read).collect()
}

/// Owner and name of the repository at a URL, however it is reached.
pub fn repository(url: &str) -> String {
    let mut parts = url.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']);
    let name = parts.next().unwrap_or_default();
    format!("{}/{name}", parts.next().unwrap_or_default()).to_ascii_lowercase()
}

/// The text of a scalar below a value; `None` if it is empty.
pub(super) fn text(value: &Value, keys: &[&str]) -> Option<SmolStr> {
    Some(value.pointer(keys)?.as_scalar()?.text.clone()).filter(|text| !text.is_empty())
}

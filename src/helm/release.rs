//! A release: a chart with the values it gets, whichever controller asks for it.
//!
//! Must not know controllers.

use smol_str::SmolStr;

use super::SetPath;
use crate::{
    path::RepoPath,
    yaml::{Origin, Value},
};

/// Where a chart comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartSource {
    /// A folder of this repository.
    Folder(RepoPath),
    /// A chart of a repository with an index.
    Repository {
        /// The URL of the repository.
        url: SmolStr,
        /// The name of the chart.
        name: SmolStr,
        /// The version, or the range of versions, that is asked for.
        version: Option<SmolStr>,
    },
    /// A chart in an OCI registry.
    Oci {
        /// The URL of the chart, `oci://` and its name included.
        url: SmolStr,
        /// The tag, version or range that is asked for.
        version: Option<SmolStr>,
    },
    /// A chart in another Git repository or a bucket.
    Elsewhere {
        /// The URL of the source, or the name of the object that stands for it.
        source: SmolStr,
        /// The folder in it.
        path: SmolStr,
    },
}

/// Values files inside of a chart that a release names, later ones above earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartValuesFiles {
    /// Their paths in the chart.
    pub names: Vec<SmolStr>,
    /// Whether they come on top of the chart's `values.yaml`, as Helm has it, instead of taking its place, as with Flux.
    pub keep_defaults: bool,
    /// Whether those that do not exist are passed over.
    pub ignore_missing: bool,
}

/// A release of a chart, as a controller asks Helm for it.
#[derive(Clone, Debug)]
pub struct Release {
    /// The name of the release.
    pub name: SmolStr,
    /// The namespace it is installed in, if known.
    pub namespace: Option<SmolStr>,
    /// The chart; `None` if the object does not say which.
    pub chart: Option<ChartSource>,
    /// Values files inside of the chart.
    pub chart_values_files: ChartValuesFiles,
    /// The values that the user gives, composed; every part knows where it was written. What cannot be known is left out and named in `unknown`.
    pub values: Value,
    /// Values from Secrets and other places that nobody can know offline: the path in the values, empty for all of them, and what they come from.
    pub unknown: Vec<(String, String)>,
    /// The paths in `values` whose content comes from Secrets, be it known or not: no output may show it.
    pub sensitive: Vec<SetPath>,
    /// Whether the chart's CRDs are installed.
    pub include_crds: bool,
    /// Whether the chart's tests are left out.
    pub skip_tests: bool,
    /// Whether the chart's schema is not asked.
    pub skip_schema: bool,
    /// The version of Kubernetes that the chart is told.
    pub kube_version: Option<SmolStr>,
    /// The API versions that the chart is told of.
    pub api_versions: Vec<SmolStr>,
    /// Where the object that asks for the release is written.
    pub origin: Origin,
}

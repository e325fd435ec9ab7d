//! Where charts are found without a network: folders of the repository, archives in it, Helm's own cache, and charts that were added to the repository's schemas.
//!
//! Owns the choice among versions. Must not know the disk beyond the view: Helm's cache is handed in as an [`ArchiveStore`].

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{
    ChartSource, Version, VersionRange,
    chart::{Chart, NumberOf},
    render::ChartContent,
};
use crate::{
    path::RepoPath,
    source::{SourceError, SourceView},
};

/// Where charts are kept that were added to the repository's schemas: `<name>/<version>.json`.
pub const ADDED_CHARTS: &str = ".treewright/schemas/charts";

/// A folder of chart archives outside of the repository.
pub trait ArchiveStore: Send + Sync {
    /// The names of its files.
    fn names(&self) -> Vec<String>;

    /// The bytes of a file, or why it cannot be read.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}

/// Why a chart is not at hand, half a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoChart(pub String);

/// Where a chart lies, the most trusted first: of two with the same version the first is taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Location {
    Vendored(RepoPath),
    Added(RepoPath),
    Cached(String),
}

/// The charts that can be had for one view.
pub struct Charts {
    view: Arc<dyn SourceView>,
    cache: Option<Arc<dyn ArchiveStore>>,
    locations: OnceLock<Vec<Location>>,
    read: Mutex<HashMap<String, Result<Arc<Chart>, NoChart>>>,
}

impl Charts {
    /// The charts of a view, and of Helm's cache if it is given.
    pub fn new(view: Arc<dyn SourceView>, cache: Option<Arc<dyn ArchiveStore>>) -> Self {
        Self { view, cache, locations: OnceLock::new(), read: Mutex::default() }
    }

    /// The chart of a release, read once; of a range, the newest version that fits. Default values in folders of the view carry origins in the files that
    /// `number_of` knows.
    pub fn find(&self, source: &ChartSource, number_of: NumberOf<'_>) -> Result<Arc<Chart>, NoChart> {
        let key = format!("{source:?}");
        if let Some(known) = self.lock().get(&key) {
            return known.clone();
        }
        let found = match source {
            ChartSource::Folder(folder) => Chart::from_folder(self.view.as_ref(), folder, number_of)
                .map_err(|error| NoChart(format!("the chart in `{folder}` cannot be read: {error}"))),
            _ => self.locate(source, &|_| true).and_then(|location| self.read(&location)),
        };
        let found = found.map(Arc::new);
        self.lock().entry(key).or_insert(found).clone()
    }

    pub(super) fn view(&self) -> &dyn SourceView {
        self.view.as_ref()
    }

    /// All files of a chart with the charts that it depends on, for those who run its templates.
    pub fn content(&self, source: &ChartSource) -> Result<ChartContent, NoChart> {
        if let ChartSource::Folder(folder) = source {
            return self.folder_with_dependencies(folder, 0).map(ChartContent::Files);
        }
        match self.locate(source, &|location| !matches!(location, Location::Added(_)))? {
            Location::Cached(name) => self.cached(&name).map(ChartContent::Archive),
            Location::Vendored(path) | Location::Added(path) => self.bytes(&path).map(ChartContent::Archive),
        }
    }

    fn read(&self, location: &Location) -> Result<Chart, NoChart> {
        let (place, chart) = match location {
            Location::Vendored(path) => (path.to_string(), Chart::from_archive(&self.bytes(path)?)),
            Location::Added(path) => (path.to_string(), Chart::from_stored(path, &self.bytes(path)?)),
            Location::Cached(name) => (format!("{name} in Helm's cache"), Chart::from_archive(&self.cached(name)?)),
        };
        chart.map_err(|error| NoChart(format!("the chart {place} is refused: {error}")))
    }

    fn bytes(&self, path: &RepoPath) -> Result<Vec<u8>, NoChart> {
        let content = self.view.read_file(path).map_err(|error| NoChart(error.to_string()))?;
        content.ok_or_else(|| NoChart(format!("{path} is not there any more")))
    }

    fn cached(&self, name: &str) -> Result<Vec<u8>, NoChart> {
        let cache = self.cache.as_ref().ok_or_else(|| NoChart("there is no cache".to_owned()))?;
        cache.read(name).map_err(|error| NoChart(format!("{name} in Helm's cache cannot be read: {error}")))
    }

    /// The newest version that fits.
    fn locate(&self, source: &ChartSource, wanted: &dyn Fn(&Location) -> bool) -> Result<Location, NoChart> {
        let (name, version) = match source {
            ChartSource::Repository { name, version, .. } => (name.as_str(), version.as_deref()),
            ChartSource::Oci { url, version } => {
                (url.trim_end_matches('/').rsplit('/').next().unwrap_or_default(), version.as_deref())
            }
            ChartSource::Folder(_) => ("", None),
            ChartSource::Elsewhere { source, path } => {
                return Err(NoChart(format!(
                    "its chart is `{path}` in {source}, which is not part of this repository"
                )));
            }
        };
        let text = version.unwrap_or_default().trim();
        let exact = |version: &Version| version.to_string() == text;
        let range = VersionRange::parse(text);
        let fits = |version: &Version| exact(version) || range.as_ref().is_some_and(|range| range.fits(version));
        let locations = self.locations().map_err(|error| NoChart(error.to_string()))?;
        let candidates = locations.iter().filter(|location| wanted(location)).filter_map(|location| {
            let version = Version::parse(version_of(name, location)?)?;
            fits(&version).then_some((exact(&version), version, std::cmp::Reverse(location)))
        });
        candidates.max().map(|(_, _, std::cmp::Reverse(location))| location.clone()).ok_or_else(|| {
            let version = if text.is_empty() { String::new() } else { format!(" {text}") };
            NoChart(format!("chart {name}{version} is neither in this repository nor in Helm's cache"))
        })
    }

    /// Every chart that is kept as a file.
    fn locations(&self) -> Result<&[Location], SourceError> {
        if let Some(known) = self.locations.get() {
            return Ok(known);
        }
        let mut locations = Vec::new();
        for entry in self.view.list()? {
            let path = entry.path;
            if path.as_str().strip_prefix(ADDED_CHARTS).is_some_and(|rest| rest.starts_with('/')) {
                locations.push(Location::Added(path));
            } else if path.extension() == Some("tgz") {
                locations.push(Location::Vendored(path));
            }
        }
        let cached = self.cache.iter().flat_map(|cache| cache.names());
        locations.extend(cached.map(Location::Cached));
        locations.sort();
        Ok(self.locations.get_or_init(|| locations))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Result<Arc<Chart>, NoChart>>> {
        // Entries are only ever inserted whole.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Charts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charts").field("locations", &self.locations).finish_non_exhaustive()
    }
}

/// Charts, and the files that hold none, with the reason.
type Added = (Vec<Chart>, Vec<(RepoPath, String)>);

/// The charts that were added to a view, sorted by name and version; and the files among them that cannot be read.
pub fn added_charts(view: &dyn SourceView) -> Result<Added, SourceError> {
    let (mut charts, mut unread) = (Vec::new(), Vec::new());
    if let Ok(folder) = RepoPath::new(ADDED_CHARTS) {
        for named in view.children(&folder)? {
            for entry in view.children(&named.path)? {
                let content = view.read_file(&entry.path)?.unwrap_or_default();
                match Chart::from_stored(&entry.path, &content) {
                    Ok(chart) => charts.push(chart),
                    Err(error) => unread.push((entry.path, error.to_string())),
                }
            }
        }
    }
    charts.sort_by(|a, b| {
        let version = |chart: &Chart| Version::parse(&chart.metadata.version);
        (a.name(), version(a)).cmp(&(b.name(), version(b)))
    });
    Ok((charts, unread))
}

/// The version that the name of a file says, if it is that of the chart with this name.
fn version_of<'l>(name: &str, location: &'l Location) -> Option<&'l str> {
    let in_archive = |file: &'l str| file.strip_suffix(".tgz")?.strip_prefix(name)?.strip_prefix('-');
    match location {
        Location::Vendored(path) => in_archive(path.file_name()),
        Location::Cached(file) => in_archive(file),
        Location::Added(path) => {
            let (folder, file) = path.as_str().strip_prefix(ADDED_CHARTS)?.strip_prefix('/')?.rsplit_once('/')?;
            (folder == name).then_some(file)?.strip_suffix(".json")
        }
    }
}

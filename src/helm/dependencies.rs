//! What a chart in a folder depends on and does not bring along: taken from where charts are found, as `helm dependency build` would fetch it.
//!
//! Owns the choice of what is missing. Must not know how a chart is found.

use super::{
    Chart, ChartSource, Charts, Dependency, NoChart,
    archive::ChartFile,
    chart::{Metadata, folder_files},
    render::ChartContent,
};
use crate::{path::RepoPath, schema, text::SourceText, yaml::Stream};

/// So deep may charts in folders depend on charts in folders.
const MAX_DEPTH: usize = 8;

impl Charts {
    /// All files of the chart in a folder, with the charts that it depends on.
    pub(super) fn folder_with_dependencies(&self, folder: &RepoPath, depth: usize) -> Result<Vec<ChartFile>, NoChart> {
        let unreadable = |reason: String| NoChart(format!("the chart in `{folder}` cannot be read: {reason}"));
        if depth > MAX_DEPTH {
            return Err(NoChart(format!("the chart in `{folder}` depends on charts that depend on each other")));
        }
        let mut files = folder_files(self.view(), folder, &|_| true).map_err(|error| unreadable(error.to_string()))?;
        if files.is_empty() {
            return Err(NoChart(format!("there is no chart in `{folder}`")));
        }
        let chart = Chart::from_files(files.clone()).map_err(|error| unreadable(error.to_string()))?;
        let locked = locked(&files);
        for dependency in chart.metadata.dependencies.iter().flatten() {
            // Helm asks for nothing but the name.
            if chart.charts.iter().any(|inner| inner.name() == dependency.name) {
                continue;
            }
            let found = self.dependency(folder, dependency, &locked, depth).map_err(|NoChart(reason)| {
                NoChart(format!(
                    "it depends on the chart `{}`, which is not in its `charts`: {reason}",
                    dependency.name
                ))
            })?;
            files.extend(found);
        }
        files.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(files)
    }

    fn dependency(
        &self,
        folder: &RepoPath,
        dependency: &Dependency,
        locked: &[Dependency],
        depth: usize,
    ) -> Result<Vec<ChartFile>, NoChart> {
        let name = &dependency.name;
        let outside = || NoChart(format!("`{}` leads out of the repository", dependency.repository));
        let inner = |path: &str| RepoPath::new(&format!("charts/{path}")).map_err(|_| outside());
        if let Some(path) = dependency.repository.strip_prefix("file://") {
            let other = folder.join(path).map_err(|_| outside())?;
            let files = self.folder_with_dependencies(&other, depth + 1)?;
            return files.into_iter().map(|(path, content)| Ok((inner(&format!("{name}/{path}"))?, content))).collect();
        }
        let version = locked.iter().find(|one| one.name == *name).map_or(&dependency.version, |one| &one.version);
        let source = ChartSource::Repository {
            url: dependency.repository.clone(),
            name: name.clone(),
            version: Some(version.clone()),
        };
        match self.content(&source)? {
            ChartContent::Archive(bytes) => Ok(vec![(inner(&format!("{name}.tgz"))?, bytes)]),
            ChartContent::Files(_) => Err(NoChart("it is no archive".to_owned())),
        }
    }
}

/// What `Chart.lock` says about versions.
fn locked(files: &[ChartFile]) -> Vec<Dependency> {
    let of = |(_, content): &ChartFile| {
        let text = std::str::from_utf8(content).ok()?;
        let stream = Stream::parse(SourceText::new(text)).ok()?;
        let json = schema::to_json(stream.documents().next()?.root()).ok()?;
        serde_json::from_value::<Metadata>(json).ok()?.dependencies
    };
    let is_lock = |path: &RepoPath| matches!(path.as_str(), "Chart.lock" | "requirements.lock");
    files.iter().filter(|(path, _)| is_lock(path)).filter_map(of).flatten().collect()
}

//! The objects of a release, as somebody who runs templates gives them.
//!
//! Owns the seam between the model and whoever runs templates: without such a [`Renderer`] a release is listed as not rendered. Must not know programs.

use smol_str::SmolStr;

use super::{
    Chart, Charts, ComposeError, Release,
    archive::{ChartFile, unpack},
    chart::VALUES_FILE,
    compose::{defaults, given},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    manifest::{NotRendered, ObjectId, Rendered, RenderedObject},
    path::RepoPath,
    schema::value_to_json,
    text::SourceText,
    yaml::{Origin, Stream, Value},
};

/// The id under which a chart that cannot be rendered is reported.
const RULE: &str = "helm/template-failed";

/// All files of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartContent {
    /// The files of a folder, by their paths in it.
    Files(Vec<ChartFile>),
    /// An archive.
    Archive(Vec<u8>),
}

/// Why templates gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The chart refuses the values, or is broken; what was said about it.
    #[error("{0}")]
    Refused(String),
    /// The program could not be run to its end.
    #[error("{0}")]
    NotRun(String),
}

/// Somebody who runs the templates of charts.
pub trait Renderer: Send + Sync {
    /// Runs the templates of a chart for a release: YAML documents. `chart` is the whole chart, with the charts inside of it.
    fn render(&self, chart: &ChartContent, release: &Release) -> Result<String, RenderError>;
}

/// Renders a release. The objects count as written where the release is, which `place` labels; so does everything that is left out or wrong.
pub fn render(renderer: Option<&dyn Renderer>, charts: &Charts, release: &Release, place: &Label) -> Rendered {
    let mut rendered = Rendered::default();
    let left_out = |reason: String| NotRendered {
        place: place.clone(),
        what: format!("Helm release {}", release.name),
        reason: reason.into(),
    };
    match documents(renderer, charts, release) {
        Err(Missing::LeftOut(reason)) => rendered.not_rendered.push(left_out(reason)),
        Err(Missing::Wrong(reason)) => {
            let (first, rest) = reason.split_once('\n').unwrap_or((&reason, ""));
            let message = format!("Helm refuses release {}: {first}", release.name);
            let found = Diagnostic::new(RULE, Severity::Error, message, place.clone());
            rendered.problems.push(if rest.is_empty() { found } else { found.with_help(rest) });
        }
        Ok(text) => match objects(&text, release.origin) {
            Ok(values) => rendered.objects.extend(values.into_iter().filter_map(|value| {
                let id = ObjectId::of_value(&value)?;
                let name_before_hash: Option<SmolStr> = None;
                Some(RenderedObject { id, value: value.into(), path: place.path.clone(), name_before_hash })
            })),
            Err(reason) => rendered.not_rendered.push(left_out(reason)),
        },
    }
    rendered
}

/// Why there are no documents.
enum Missing {
    LeftOut(String),
    Wrong(String),
}

fn documents(renderer: Option<&dyn Renderer>, charts: &Charts, release: &Release) -> Result<String, Missing> {
    let left_out = |reason: &str| Missing::LeftOut(reason.to_owned());
    let source = release.chart.as_ref().ok_or_else(|| left_out("it does not say which chart"))?;
    let renderer = renderer.ok_or_else(|| left_out("charts are only templated by `helm`, with `--helm`"))?;
    let chart = charts.content(source).map_err(|error| Missing::LeftOut(error.to_string()))?;
    let told = |error: RenderError| match error {
        RenderError::Refused(reason) => Missing::Wrong(reason),
        RenderError::NotRun(reason) => Missing::LeftOut(reason),
    };
    if release.chart_values_files.names.is_empty() {
        return renderer.render(&chart, release).map_err(told);
    }
    let (chart, values) = with_values_files(chart, release)?;
    renderer.render(&chart, &Release { values, ..release.clone() }).map_err(told)
}

/// The chart and the values of a release that names values files in it, which whoever runs templates is not told of.
fn with_values_files(chart: ChartContent, release: &Release) -> Result<(ChartContent, Value), Missing> {
    let mut files = match chart {
        ChartContent::Files(files) => files,
        ChartContent::Archive(bytes) => unpack(&bytes).map_err(|error| Missing::LeftOut(error.to_string()))?,
    };
    let chart = Chart::from_files(files.clone()).map_err(|error| Missing::LeftOut(error.to_string()))?;
    let wrong = |error: ComposeError| Missing::Wrong(error.to_string());
    let (defaults, values) = (defaults(&chart, release).map_err(wrong)?, given(&chart, release).map_err(wrong)?);
    files.retain(|(path, _)| path.as_str() != VALUES_FILE);
    if let Ok(path) = RepoPath::new(VALUES_FILE) {
        files.push((path, value_to_json(&defaults).to_string().into_bytes()));
    }
    Ok((ChartContent::Files(files), values))
}

/// The objects of a text, all of them written at `origin`.
fn objects(text: &str, origin: Origin) -> Result<Vec<Value>, String> {
    let stream = Stream::parse(SourceText::new(text))
        .map_err(|error| format!("what helm printed is not YAML: {}", error.message))?;
    let mut objects = Vec::new();
    for document in stream.documents().filter(|document| !document.root().is_null()) {
        let mut value = document
            .root()
            .to_value(Origin::NONE.file)
            .map_err(|error| format!("what helm printed cannot be read: {error}"))?;
        value.set_origins(origin);
        objects.push(value);
    }
    Ok(objects)
}

//! The objects of a release, as somebody who runs templates gives them.
//!
//! Owns the seam between the model and whoever runs templates: without such a [`Renderer`] a release is listed as not rendered. No value of a Secret crosses it. Must
//! not know programs.

use smol_str::SmolStr;

use super::{
    Chart, Charts, ComposeError, Release,
    archive::{ChartFile, unpack},
    chart::VALUES_FILE,
    compose::{defaults, given},
    stand_in::{StoodIn, stand_in},
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
/// The id under which is told what helm said beside rendering.
const SAID: &str = "helm/template-warning";

/// All files of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartContent {
    /// The files of a folder, by their paths in it.
    Files(Vec<ChartFile>),
    /// An archive.
    Archive(Vec<u8>),
}

/// What running templates gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// YAML documents.
    pub documents: String,
    /// What was said beside them, such as warnings.
    pub messages: String,
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
    /// Runs the templates of a chart for a release. `chart` is the whole chart, with the charts inside of it.
    fn render(&self, chart: &ChartContent, release: &Release) -> Result<Printed, RenderError>;
}

/// Renders a release. The objects count as written where the release is, which `place` labels; so does everything that is left out or wrong. In the place of values
/// from Secrets stand their names; other values that nobody knows are listed.
pub fn render(renderer: Option<&dyn Renderer>, charts: &Charts, release: &Release, place: &Label) -> Rendered {
    let mut rendered = Rendered::default();
    let left_out = |what: String, reason: String| NotRendered { place: place.clone(), what, reason: reason.into() };
    let whole = format!("Helm release {}", release.name);
    let StoodIn { release, differs, lacks } = stand_in(release);
    let printed = documents(renderer, charts, &release);
    if !matches!(printed, Err(Missing::LeftOut(_))) {
        rendered.not_rendered.extend(differs.into_iter().map(|(what, reason)| left_out(what, reason)));
    }
    let told = |rule: &'static str, severity: Severity, first: &str, text: &str| {
        let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
        let found = Diagnostic::new(rule, severity, format!("{first}: {line}"), place.clone());
        if rest.is_empty() { found } else { found.with_help(rest) }
    };
    match printed {
        Err(Missing::LeftOut(reason)) => rendered.not_rendered.push(left_out(whole, reason)),
        // What the chart misses may be what nobody knows here.
        Err(Missing::Wrong(reason)) if lacks => {
            rendered
                .not_rendered
                .push(left_out(whole, format!("Helm refuses it, maybe for want of these values: {reason}")));
        }
        Err(Missing::Wrong(reason)) => {
            let first = format!("Helm refuses release {}", release.name);
            rendered.problems.push(told(RULE, Severity::Error, &first, &reason));
        }
        Ok(Printed { documents, messages }) => {
            if !messages.is_empty() {
                let first = format!("Helm says about release {}", release.name);
                rendered.problems.push(told(SAID, Severity::Warning, &first, &messages));
            }
            match objects(&documents, release.origin) {
                Ok(values) => rendered.objects.extend(values.into_iter().filter_map(|value| {
                    let id = ObjectId::of_value(&value)?;
                    let name_before_hash: Option<SmolStr> = None;
                    Some(RenderedObject { id, value: value.into(), path: place.path.clone(), name_before_hash })
                })),
                Err(reason) => rendered.not_rendered.push(left_out(whole, reason)),
            }
        }
    }
    rendered
}

/// Why there are no documents.
enum Missing {
    LeftOut(String),
    Wrong(String),
}

fn documents(renderer: Option<&dyn Renderer>, charts: &Charts, release: &Release) -> Result<Printed, Missing> {
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

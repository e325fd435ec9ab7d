//! Rendering an Application: each source with its tool, then all of them together.
//!
//! From `GenerateManifests` in Argo CD's repository server and the comparison in its controller. A source that cannot be rendered stops the whole Application, as it does
//! there; what would need the network or a program is named. Must not know `ApplicationSets`.

mod directory;
mod helm;
mod image;
mod kustomize;
mod labels;
mod overrides;
mod settle;
mod value_files;
mod values;

use std::borrow::Cow;

use smol_str::SmolStr;

use super::{Application, BuildOptions, Directory, Repository, Source, ToolBlock, environment::Environment};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    helm::Release,
    kustomize::{BuildError, Session, is_kustomization_name},
    manifest::{NotRendered, Rendered, RenderedObject},
    path::RepoPath,
    source::{EntryKind, SourceView},
    yaml::Origin,
};

/// Renders the chart of a release, where somebody can.
pub type Charts<'a> = &'a (dyn Fn(&Release) -> Rendered + Sync);

/// What rendering depends on beside the Application.
#[derive(Clone)]
pub struct ArgoOptions<'a> {
    /// The addresses of the repository at hand.
    pub repository: Repository,
    /// The namespace that Argo CD runs in.
    pub controller_namespace: SmolStr,
    /// The commit that is deployed, for `$ARGOCD_APP_REVISION`.
    pub revision: Option<SmolStr>,
    /// What `argocd-cm` says about builds, if it is in the repository.
    pub build_options: Option<BuildOptions>,
    /// What renders charts; without it they are named as not rendered.
    pub charts: Option<Charts<'a>>,
}

impl Default for ArgoOptions<'_> {
    fn default() -> Self {
        Self {
            repository: Repository::default(),
            controller_namespace: "argocd".into(),
            revision: None,
            build_options: None,
            charts: None,
        }
    }
}

/// A release that a source asks for.
#[derive(Clone, Debug)]
pub struct Templated {
    /// The source, as a place in the Application's list.
    pub source: usize,
    /// The release with its values.
    pub release: Release,
    /// What is wrong with its values.
    pub problems: Vec<Diagnostic>,
}

/// What an Application gives.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Its objects.
    pub rendered: Rendered,
    /// The releases of its sources, in order, whether their charts were rendered or not.
    pub releases: Vec<Templated>,
    /// The directories of the repository at hand that its sources apply, in order.
    pub directories: Vec<RepoPath>,
}

/// Renders an Application. Kustomizations are built under the session's options; Argo CD's own are the default ones with the restriction of [`BuildOptions`].
pub fn render(
    session: &Session,
    view: &dyn SourceView,
    application: &Application,
    options: &ArgoOptions<'_>,
) -> Output {
    let mut output = Output::default();
    let mut parts = Vec::new();
    let mut stopped = false;
    for (index, source) in application.sources.iter().enumerate() {
        if application.has_several_sources && source.is_only_reference() {
            continue;
        }
        let renderer = Renderer { session, view, application, options, index };
        match renderer.source(source, &mut output) {
            Ok(objects) => parts.push(objects),
            Err(problem) => {
                stopped = true;
                output.rendered.problems.push(*problem);
            }
        }
    }
    let references = value_files::check_references(session, application);
    stopped |= !references.is_empty();
    output.rendered.problems.extend(references);
    if !stopped {
        let (objects, problems) = settle::settle(session, application, parts.into_iter().flatten().collect());
        output.rendered.objects = objects;
        output.rendered.problems.extend(problems);
    }
    output.rendered.not_rendered.sort();
    output.rendered.not_rendered.dedup();
    output.rendered.problems.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    output
}

/// Why a source gives nothing.
type Fault = Box<Diagnostic>;

/// Renders one source.
struct Renderer<'r> {
    session: &'r Session,
    view: &'r dyn SourceView,
    application: &'r Application,
    options: &'r ArgoOptions<'r>,
    /// The place of the source in the Application's list.
    index: usize,
}

/// What a source is rendered with.
enum Tool {
    Helm,
    Kustomize,
    Directory(Directory),
    Plugin(Option<SmolStr>),
}

impl Renderer<'_> {
    fn source(&self, source: &Source, output: &mut Output) -> Result<Vec<RenderedObject>, Fault> {
        if source.is_chart() {
            return self.chart(source, None, output);
        }
        let Some((path, origin)) = &source.path else {
            let message = "a source needs a `path`, a `chart` or a `ref`";
            return Err(self.fault("argo/invalid-source", source.origin, message));
        };
        if !self.options.repository.is_here(&source.repo_url) {
            return self.elsewhere(source, output);
        }
        let directory = self.directory(path, *origin)?;
        output.directories.push(directory.clone());
        let source = overrides::merged(self, source, &directory)?;
        match self.tool(&source, &directory)? {
            Tool::Helm => self.chart(&source, Some(&directory), output),
            Tool::Kustomize => {
                let rendered = self.kustomization(&source, &directory, &mut output.rendered)?;
                Ok(Self::take(rendered, output))
            }
            Tool::Directory(options) => {
                let rendered = self.plain_directory(&directory, &options)?;
                Ok(Self::take(rendered, output))
            }
            Tool::Plugin(name) => {
                let what = name.map_or_else(|| "a plugin".to_owned(), |name| format!("the plugin `{name}`"));
                self.leave_out(output, source.origin, what, "plugins are programs, and only run in Argo CD");
                Ok(Vec::new())
            }
        }
    }

    /// The directory of a source.
    fn directory(&self, path: &str, origin: Origin) -> Result<RepoPath, Fault> {
        let wrong = |message: String| self.fault("argo/missing-path", origin, message);
        let directory = RepoPath::new(path).map_err(|error| wrong(error.to_string()))?;
        let found = self.view.resolve(&directory).map_err(|error| wrong(error.to_string()))?;
        match found {
            Some(found) if found.kind == EntryKind::Directory => Ok(found.path),
            Some(_) => Err(wrong(format!("`{directory}` is not a directory"))),
            None => Err(wrong(format!("`{directory}` does not exist"))),
        }
    }

    /// The tool of a source: the one whose options are given, else the one whose file lies in the directory.
    fn tool(&self, source: &Source, directory: &RepoPath) -> Result<Tool, Fault> {
        match source.tools.as_slice() {
            [] => {}
            [ToolBlock::Kustomize(_)] => return Ok(Tool::Kustomize),
            [ToolBlock::Helm(_)] => return Ok(Tool::Helm),
            [ToolBlock::Directory(options)] => return Ok(Tool::Directory(options.clone())),
            [ToolBlock::Plugin(name)] => return Ok(Tool::Plugin(name.clone())),
            several => {
                let keys: Vec<String> = several.iter().map(|block| format!("`{}`", block.key())).collect();
                let message = format!("a source takes the options of one tool, not of {}", keys.join(" and "));
                return Err(self.fault("argo/invalid-source", source.origin, message));
            }
        }
        let children = self.view.children(directory).unwrap_or_default();
        let names =
            || children.iter().filter(|child| child.kind != EntryKind::Directory).map(|child| child.path.file_name());
        // Argo CD looks at the files in order of their names and keeps the last that tells; capitals come first.
        let mut told = names().filter_map(|name| match name {
            name if name.ends_with("Chart.yaml") => Some(Tool::Helm),
            name if is_kustomization_name(name) => Some(Tool::Kustomize),
            _ => None,
        });
        Ok(told.next_back().unwrap_or_else(|| Tool::Directory(Directory::default())))
    }

    /// A source in another repository: a release if the Application says that it is a chart, else nobody knows what it is.
    fn elsewhere(&self, source: &Source, output: &mut Output) -> Result<Vec<RenderedObject>, Fault> {
        if matches!(source.tools.as_slice(), [ToolBlock::Helm(_)]) {
            return self.chart(source, None, output);
        }
        let path = source.path.as_ref().map_or("", |(path, _)| path.as_str());
        let what = format!("`{path}` of {}", source.repo_url);
        self.leave_out(output, source.origin, what, "it lies in another repository");
        Ok(Vec::new())
    }

    /// A chart: the release that is asked for, and its objects where somebody can render charts.
    fn chart(
        &self,
        source: &Source,
        directory: Option<&RepoPath>,
        output: &mut Output,
    ) -> Result<Vec<RenderedObject>, Fault> {
        let (release, problems) = helm::release(self, source, directory);
        let fatal = problems.iter().any(|problem| problem.severity == Severity::Error);
        output.rendered.problems.extend(problems.iter().filter(|problem| problem.severity != Severity::Error).cloned());
        let first = problems.iter().find(|problem| problem.severity == Severity::Error).cloned();
        output.releases.push(Templated { source: self.index, release: release.clone(), problems });
        if let Some(first) = first.filter(|_| fatal) {
            return Err(Box::new(first));
        }
        let Some(charts) = self.options.charts else {
            let what = helm::describe(&release);
            self.leave_out(output, source.origin, what, "charts are rendered by Helm only");
            return Ok(Vec::new());
        };
        let rendered = charts(&release);
        Ok(Self::take(rendered, output))
    }

    /// Keeps what was left out and what is wrong, and hands on the objects.
    fn take(rendered: Rendered, output: &mut Output) -> Vec<RenderedObject> {
        output.rendered.not_rendered.extend(rendered.not_rendered);
        output.rendered.problems.extend(rendered.problems);
        rendered.objects
    }

    fn environment(&self, source: &Source) -> Environment {
        let instance = self.application.instance_name(&self.options.controller_namespace);
        Environment::of(self.application, source, &instance, self.options.revision.as_deref())
    }

    fn leave_out(&self, output: &mut Output, origin: Origin, what: String, reason: &'static str) {
        let entry = NotRendered { place: self.label(origin), what, reason: Cow::Borrowed(reason) };
        output.rendered.not_rendered.push(entry);
    }

    /// Labels a place, or the Application if it stands nowhere.
    fn label(&self, origin: Origin) -> Label {
        let label = self.session.label(origin, "").or_else(|| self.session.label(self.application.origin, ""));
        label.unwrap_or_else(|| Label::file(&RepoPath::root(), ""))
    }

    fn diagnostic(
        &self,
        rule: &'static str,
        severity: Severity,
        origin: Origin,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(rule, severity, message, self.label(origin))
    }

    fn fault(&self, rule: &'static str, origin: Origin, message: impl Into<String>) -> Fault {
        Box::new(self.diagnostic(rule, Severity::Error, origin, message))
    }

    fn build_fault(error: &BuildError) -> Fault {
        Box::new(error.problem().diagnostic())
    }
}

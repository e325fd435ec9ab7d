//! Units on the command line: the list of them, and the objects of those that are named.
//!
//! Must not know how they are found or rendered.

use std::{path::Path, sync::Arc};

use super::{
    error::CliError,
    facts::Facts,
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    cluster::{ComposedRelease, Options, Unit, UnitId, UnitKind},
    diagnostic::Severity,
    flux::helm_release::is_helm_release,
    manifest::RenderedObject,
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::WorkTree,
    yaml::print,
};

/// What is to be rendered, with the name that it was asked for by.
pub(super) struct Selected {
    pub(super) name: String,
    pub(super) text: String,
}

/// The repository at `root` with everything that its clusters are given.
pub(super) fn open(root: &Path, facts: &Facts, start: &Path, terminal: &Terminal) -> Result<Project, CliError> {
    open_for(root, facts, Vec::new(), start, terminal)
}

/// The same with directories that are looked at on their own.
fn open_for(
    root: &Path,
    facts: &Facts,
    asked: Vec<RepoPath>,
    start: &Path,
    terminal: &Terminal,
) -> Result<Project, CliError> {
    let view =
        WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    let known = facts.options(&view, workspace::repository(start)?.as_ref(), start, terminal)?;
    Ok(Project::open_with(Arc::new(view), &Options { asked, ..known })?)
}

/// Whether an argument names a unit rather than a path.
pub(super) fn is_unit(argument: &Path, start: &Path) -> bool {
    let text = argument.to_string_lossy();
    ["flux:", "argo:", "resourceset:"].iter().any(|kind| text.starts_with(kind))
        || (!text.contains(['/', '\\', '.']) && !start.join(argument).exists())
}

/// Lists the units: cluster, name, number of objects, what was not rendered.
pub(super) fn list(project: &Project, facts: &Facts) -> Result<(), CliError> {
    let model = project.model();
    let mut rows = vec![["CLUSTER", "UNIT", "OBJECTS", "NOT RENDERED"].map(str::to_owned)];
    for (index, unit) in model.units.iter().enumerate().filter(|(_, unit)| unit.kind != UnitKind::Loose) {
        let cluster = unit.cluster.and_then(|cluster| model.clusters.get(cluster));
        let cluster = cluster.map_or_else(|| "-".to_owned(), |cluster| cluster.name.to_string());
        let releases = if facts.helm { 0 } else { releases_of(project, index).count() };
        rows.push([cluster, unit.id.to_string(), unit.objects.len().to_string(), left_out(unit, releases)]);
    }
    for cluster in &model.clusters {
        let parts = cluster.not_rendered.iter().map(|part| format!("{}: {}", part.what, part.reason));
        let errors = cluster.problems.iter().filter(|problem| problem.severity == Severity::Error);
        for why in errors.map(|problem| problem.message.clone()).chain(parts) {
            rows.push([cluster.name.to_string(), "-".to_owned(), "-".to_owned(), why]);
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for [cluster, unit, objects, why] in &rows {
        let line =
            format!("{cluster:a$}  {unit:b$}  {objects:>c$}  {why}", a = widths[0], b = widths[1], c = widths[2]);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    terminal::print(&text)
}

/// One cell for all that a unit leaves out.
fn left_out(unit: &Unit, releases: usize) -> String {
    let errors =
        unit.problems.iter().filter(|problem| problem.severity == Severity::Error).map(|one| one.message.clone());
    let parts = unit.not_rendered.iter().map(|part| format!("{}: {}", part.what, part.reason));
    let suspended = unit.suspended.then(|| "suspended".to_owned());
    let releases = match releases {
        0 => None,
        1 => Some("the chart of 1 Helm release".to_owned()),
        many => Some(format!("the charts of {many} Helm releases")),
    };
    let all: Vec<String> = suspended.into_iter().chain(errors).chain(parts).chain(releases).collect();
    match all.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

/// The HelmReleases of a unit, whose charts only Helm can render.
fn releases_of(project: &Project, unit: usize) -> impl Iterator<Item = &ComposedRelease> {
    let all = project.model().releases.iter();
    all.filter(move |release| release.unit == unit && is_helm_release(&release.declared))
}

/// The objects of the units with these names, or of a whole cluster if none is named.
pub(super) fn render(
    project: &Project,
    names: &[String],
    cluster: Option<&str>,
    what: Wanted,
    terminal: &Terminal,
) -> Result<Vec<Selected>, CliError> {
    let model = project.model();
    let cluster = find_cluster(project, cluster)?;
    let chosen: Vec<usize> = match (names, cluster.and_then(|cluster| model.clusters.get(cluster))) {
        ([], Some(cluster)) => cluster.units.clone(),
        _ => names
            .iter()
            .map(|name| model.find_unit(name, cluster))
            .collect::<Result<_, _>>()
            .map_err(|error| unknown(&error))?,
    };
    let mut selected = Vec::new();
    let mut left_out = Vec::new();
    for index in chosen {
        let Some(unit) = model.units.get(index) else { continue };
        left_out.extend(tell(project, unit, terminal));
        if !what.helm {
            tell_releases(project, index);
        }
        selected.push(Selected { name: unit.id.to_string(), text: print(model.objects_of(unit))? });
    }
    if names.is_empty() {
        let whole = cluster.and_then(|cluster| model.clusters.get(cluster));
        left_out.extend(whole.into_iter().flat_map(|cluster| &cluster.not_rendered).map(ToString::to_string));
    }
    what.judge(&left_out)?;
    Ok(selected)
}

/// What a rendering has to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// Whether something may be left out.
    pub(super) allow_missing: bool,
    /// Whether Helm renders charts.
    pub(super) helm: bool,
}

impl Wanted {
    /// Tells what was left out, and fails unless that is allowed.
    fn judge(self, left_out: &[String]) -> Result<(), CliError> {
        if left_out.is_empty() || self.allow_missing {
            for line in left_out {
                terminal::say(line);
            }
            return Ok(());
        }
        let lines = left_out.join("\n  ");
        let hint = "--allow-missing renders the rest";
        let helm = if self.helm { "" } else { "; --helm renders charts that are at hand" };
        Err(CliError::new(format!("not everything can be rendered offline\n  {lines}")).hint(format!("{hint}{helm}")))
    }
}

/// Shows what is wrong with a unit, and gives what was left out of it.
fn tell(project: &Project, unit: &Unit, terminal: &Terminal) -> Vec<String> {
    let texts = |path: &RepoPath| project.shown_text(path);
    let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
    let mut problems = unit.problems.clone();
    problems.extend(project.missing_variables(unit));
    if !problems.is_empty() {
        terminal::say(report::text(&problems, &texts, options).trim_end());
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let errors = errors.map(|problem| format!("{}: {}", unit.id, problem.message));
    errors.chain(unit.not_rendered.iter().map(|part| format!("{}: {part}", unit.id))).collect()
}

/// Names the releases of a unit whose charts are not rendered. The unit itself is whole: Flux applies the HelmRelease.
fn tell_releases(project: &Project, unit: usize) {
    for one in releases_of(project, unit) {
        let path = project.place_of(one.release.origin).map_or_else(RepoPath::root, |(path, _)| path);
        let name = &one.release.name;
        terminal::say(&format!("{path}: not rendered: Helm release {name}: charts are only rendered with --helm"));
    }
}

/// What the charts of the releases in kustomizations bring, directory by directory, for builds of paths.
pub(super) fn charts(
    directories: &[RepoPath],
    args: (&Facts, Wanted),
    start: &Path,
    terminal: &Terminal,
) -> Result<Vec<String>, CliError> {
    let (facts, wanted) = args;
    let project = open_for(&root(start)?, facts, directories.to_vec(), start, terminal)?;
    let model = project.model();
    let (mut texts, mut left_out) = (Vec::new(), Vec::new());
    for directory in directories {
        let id = UnitId::Directory(directory.clone());
        let Some(index) = model.units.iter().position(|unit| unit.id == id) else {
            texts.push(String::new());
            continue;
        };
        let releases = releases_of(&project, index).filter_map(|one| model.objects.get(one.objects.clone()));
        let objects: Vec<&RenderedObject> = releases.flatten().collect();
        texts.push(print(objects)?);
        left_out.extend(model.units.get(index).into_iter().flat_map(|unit| tell(&project, unit, terminal)));
    }
    wanted.judge(&left_out)?;
    Ok(texts)
}

/// A cluster by its name or directory, as a place in the model's list.
pub(super) fn find_cluster(project: &Project, name: Option<&str>) -> Result<Option<usize>, CliError> {
    name.map(|name| project.model().find_cluster(name)).transpose().map_err(|error| unknown(&error))
}

fn unknown(error: &crate::cluster::SelectError) -> CliError {
    CliError::new(error.to_string()).hint("`treewright build --list` lists clusters and units")
}

/// Objects as kustomize prints them.
fn print<'o>(objects: impl IntoIterator<Item = &'o RenderedObject>) -> Result<String, CliError> {
    let mut text = String::new();
    for object in objects {
        if !text.is_empty() {
            text.push_str("---\n");
        }
        print::kustomize::document(&object.value, &mut text)
            .map_err(|error| CliError::new(format!("{}: {} cannot be printed: {error}", object.path, object.id)))?;
    }
    Ok(text)
}

/// The root of the repository that holds `start`, or `start` itself.
pub(super) fn root(start: &Path) -> Result<std::path::PathBuf, CliError> {
    let root =
        workspace::repository(start)?.map_or_else(|| start.to_owned(), |repository| repository.root().to_owned());
    Ok(root.canonicalize().unwrap_or(root))
}

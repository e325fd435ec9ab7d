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
    cluster::{Unit, UnitKind},
    diagnostic::Severity,
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
    let view =
        WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    let known = facts.options(&view, workspace::repository(start)?.as_ref(), start, terminal)?;
    Ok(Project::open_with(Arc::new(view), &known)?)
}

/// Whether an argument names a unit rather than a path.
pub(super) fn is_unit(argument: &Path, start: &Path) -> bool {
    let text = argument.to_string_lossy();
    ["flux:", "argo:", "resourceset:"].iter().any(|kind| text.starts_with(kind))
        || (!text.contains(['/', '\\', '.']) && !start.join(argument).exists())
}

/// Lists the units: cluster, name, number of objects, what was not rendered.
pub(super) fn list(project: &Project) -> Result<(), CliError> {
    let model = project.model();
    let mut rows = vec![["CLUSTER", "UNIT", "OBJECTS", "NOT RENDERED"].map(str::to_owned)];
    for unit in model.units.iter().filter(|unit| unit.kind != UnitKind::Loose) {
        let cluster = unit.cluster.and_then(|cluster| model.clusters.get(cluster));
        let cluster = cluster.map_or_else(|| "-".to_owned(), |cluster| cluster.name.to_string());
        rows.push([cluster, unit.id.to_string(), unit.objects.len().to_string(), left_out(unit)]);
    }
    for cluster in &model.clusters {
        for part in &cluster.not_rendered {
            let why = format!("{}: {}", part.what, part.reason);
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
fn left_out(unit: &Unit) -> String {
    let errors =
        unit.problems.iter().filter(|problem| problem.severity == Severity::Error).map(|one| one.message.clone());
    let parts = unit.not_rendered.iter().map(|part| format!("{}: {}", part.what, part.reason));
    let suspended = unit.suspended.then(|| "suspended".to_owned());
    let all: Vec<String> = suspended.into_iter().chain(errors).chain(parts).collect();
    match all.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

/// The objects of the units with these names, or of a whole cluster if none is named.
pub(super) fn render(
    project: &Project,
    names: &[String],
    cluster: Option<&str>,
    allow_missing: bool,
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
    for unit in chosen.into_iter().filter_map(|index| model.units.get(index)) {
        let texts = |path: &RepoPath| project.text(path);
        let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
        if !unit.problems.is_empty() {
            terminal::say(report::text(&unit.problems, &texts, options).trim_end());
        }
        let errors = unit.problems.iter().filter(|problem| problem.severity == Severity::Error);
        left_out.extend(errors.map(|problem| format!("{}: {}", unit.id, problem.message)));
        left_out.extend(unit.not_rendered.iter().map(|part| format!("{}: {part}", unit.id)));
        selected.push(Selected { name: unit.id.to_string(), text: print_unit(project, unit)? });
    }
    if names.is_empty() {
        let whole = cluster.and_then(|cluster| model.clusters.get(cluster));
        left_out.extend(whole.into_iter().flat_map(|cluster| &cluster.not_rendered).map(ToString::to_string));
    }
    if !left_out.is_empty() && !allow_missing {
        let lines = left_out.join("\n  ");
        return Err(CliError::new(format!("not everything can be rendered offline\n  {lines}"))
            .hint("--allow-missing renders the rest"));
    }
    for line in &left_out {
        terminal::say(line);
    }
    Ok(selected)
}

/// A cluster by its name or directory, as a place in the model's list.
pub(super) fn find_cluster(project: &Project, name: Option<&str>) -> Result<Option<usize>, CliError> {
    name.map(|name| project.model().find_cluster(name)).transpose().map_err(|error| unknown(&error))
}

fn unknown(error: &crate::cluster::SelectError) -> CliError {
    CliError::new(error.to_string()).hint("`treewright build --list` lists clusters and units")
}

/// The objects of a unit as kustomize prints them.
fn print_unit(project: &Project, unit: &Unit) -> Result<String, CliError> {
    let mut text = String::new();
    for object in project.model().objects_of(unit) {
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

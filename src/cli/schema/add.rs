//! `treewright schema add`: from files to schemas that the repository keeps.
//!
//! Must not know how schemas are read.
#![expect(clippy::disallowed_methods, reason = "the command line reads what a user names, wherever it lies")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args as ClapArgs;

use crate::{
    change::ChangeSet,
    cli::{
        error::{CliError, Exit},
        terminal, workspace,
    },
    helm::{ADDED_CHARTS, CHART_FILE, Chart},
    manifest::added_schema_path,
    path::RepoPath,
    schema::{kinds_in, to_json},
    source::{MAX_FILE_BYTES, Plan, WorkTree, write},
    text::SourceText,
    yaml::Stream,
};

#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// A file with CustomResourceDefinitions or a JSON schema, a folder of them, or a chart: its folder or its archive
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// What is to be kept, and its name for people.
#[derive(Default)]
struct Found {
    changes: ChangeSet,
    names: Vec<(RepoPath, String)>,
}

pub(super) fn run(args: &Args, start: &Path) -> Result<Exit, CliError> {
    let repository = workspace::repository(start)?;
    let root = repository.as_ref().map_or(start, |repository| repository.root());
    let view =
        WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    let mut found = Found::default();
    for path in &args.paths {
        if path.to_string_lossy().contains("://") {
            return Err(CliError::new(format!("`{}` would need the network", path.display()))
                .hint("download it first, then add the file"));
        }
        collect(&start.join(path), path, &mut found)?;
    }
    let plan = Plan::new(&found.changes, &view)?;
    write::apply(root, &plan)?;
    found.names.sort();
    found.names.dedup_by(|(a, _), (b, _)| a == b);
    let mut out = String::new();
    for (path, name) in &found.names {
        let is_new = plan.paths().any(|planned| planned == path);
        out.push_str(&format!("{name}: {} {path}\n", if is_new { "wrote" } else { "unchanged" }));
    }
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

/// Finds what a path brings. `shown` is the path as it was typed.
fn collect(path: &Path, shown: &Path, found: &mut Found) -> Result<(), CliError> {
    if path.is_dir() && path.join(CHART_FILE).is_file() {
        let view = WorkTree::new(path).map_err(|error| refused(shown, &error))?;
        let chart = Chart::from_folder(&view, &RepoPath::root(), &|_| None).map_err(|error| refused(shown, &error))?;
        found.chart(&chart, shown)
    } else if path.is_dir() {
        collect_folder(path, shown, found)
    } else if has_extension(path, &["tgz"]) {
        let chart = Chart::from_archive(&read(path, shown)?).map_err(|error| refused(shown, &error))?;
        found.chart(&chart, shown)
    } else {
        match found.documents(&read(path, shown)?, shown)? {
            0 => Err(CliError::new(format!("`{}` holds no schema", shown.display())).hint(WANTED)),
            _ => Ok(()),
        }
    }
}

const WANTED: &str = "a CustomResourceDefinition, a JSON schema with `x-kubernetes-group-version-kind`, or a chart is wanted; \
                      of a chart, name the folder with its Chart.yaml, or its archive";

/// Everything in a folder that is a schema; what is none is passed over, as long as there is one.
fn collect_folder(folder: &Path, shown: &Path, found: &mut Found) -> Result<(), CliError> {
    let mut count = 0;
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| refused(shown, &error))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            let name = shown.join(path.strip_prefix(&folder).unwrap_or(&path));
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if path.is_file() && has_extension(&path, &["yaml", "yml", "json"]) {
                count += found.documents(&read(&path, &name)?, &name)?;
            }
        }
    }
    if count == 0 {
        return Err(CliError::new(format!("nothing in `{}` is a schema", shown.display())).hint(WANTED));
    }
    Ok(())
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| wanted.contains(&extension))
}

fn read(path: &Path, shown: &Path) -> Result<Vec<u8>, CliError> {
    let length = fs::metadata(path).map_err(|error| refused(shown, &error))?.len();
    if length > MAX_FILE_BYTES {
        return Err(refused(shown, &format!("it has more than {MAX_FILE_BYTES} bytes")));
    }
    fs::read(path).map_err(|error| refused(shown, &error))
}

fn refused(shown: &Path, reason: &dyn std::fmt::Display) -> CliError {
    CliError::new(format!("cannot add `{}`: {reason}", shown.display()))
}

impl Found {
    /// Takes the schemas of a text in, and counts them. Objects that are no schemas are none of them; a broken schema is an error.
    fn documents(&mut self, content: &[u8], shown: &Path) -> Result<usize, CliError> {
        let text = std::str::from_utf8(content).map_err(|_| refused(shown, &"it is not valid UTF-8"))?;
        let text = SourceText::new(text);
        let stream = Stream::parse(text.clone()).map_err(|error| {
            let position = text.position(error.span.start);
            let place = format!("{}:{}:{}", shown.display(), position.line, position.column);
            CliError::new(format!("{place}: {}", error.message)).hint(error.help.unwrap_or_else(|| WANTED.to_owned()))
        })?;
        let mut count = 0;
        for document in stream.documents().filter(|document| !document.root().is_null()) {
            let place = || format!("{}:{}", shown.display(), text.position(document.root().span().start).line);
            let json = to_json(document.root()).map_err(|error| CliError::new(format!("{}: {error}", place())))?;
            match kinds_in(&json) {
                Ok(kinds) => {
                    for kind in kinds {
                        let path = added_schema_path(&kind.row).map_err(|error| refused(shown, &error))?;
                        let name = format!("{}/{}", kind.row.api_version(), kind.row.kind);
                        self.keep(path, name, kind.schema.as_json())?;
                        count += 1;
                    }
                }
                Err(crate::schema::NotASchema::SomethingElse) => {}
                Err(error) => return Err(CliError::new(format!("{}: {error}", place())).hint(WANTED)),
            }
        }
        Ok(count)
    }

    fn chart(&mut self, chart: &Chart, shown: &Path) -> Result<(), CliError> {
        if !chart.has_schema() {
            return Err(CliError::new(format!("the chart in `{}` has no values.schema.json", shown.display()))
                .hint("its values cannot be checked; nothing was added"));
        }
        let (name, version) = (chart.name(), &chart.metadata.version);
        let is_name = |text: &str| !text.is_empty() && !text.starts_with('.') && !text.contains(['/', '\\']);
        if !is_name(name) || !is_name(version) {
            return Err(refused(shown, &format!("`{name}` `{version}` is no name and version of a chart")));
        }
        let path = RepoPath::new(&format!("{ADDED_CHARTS}/{name}/{version}.json"));
        let path = path.map_err(|error| refused(shown, &error))?;
        self.keep(path, format!("chart {name} {version}"), &chart.to_stored())
    }

    fn keep(&mut self, path: RepoPath, name: String, json: &serde_json::Value) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(json).map_err(|error| CliError::new(error.to_string()))?;
        self.changes.write(path.clone(), format!("{text}\n"));
        self.names.push((path, name));
        Ok(())
    }
}

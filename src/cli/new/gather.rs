//! What `new` starts from: the blueprint, and the answers from example, file and arguments.
//!
//! Must not ask anybody.
#![expect(clippy::disallowed_methods, reason = "an answers file lies anywhere, in no view")]

use std::{io::Read, path::Path, sync::Arc};

use super::{Args, show};
use crate::{
    blueprint::{
        Blueprint, Engine, Problems, catalogue,
        parameters::{Answers, asked},
    },
    cli::{error::CliError, terminal::Terminal, workspace},
    path::RepoPath,
    source::{GitView, MAX_FILE_BYTES, SourceView, WorkTree},
    text::{SourceText, nearest},
};

/// The blueprint of a name: one below `blueprints/` of the repository, a bundled one, the folder at a path, which is relative to `start`, or `REVISION:PATH`, a folder of an earlier
/// state of the repository. Components may be named as they are listed: `components/namespace`.
pub(in crate::cli) fn blueprint(
    name: &str,
    view: Option<&dyn SourceView>,
    start: &Path,
    terminal: &Terminal,
) -> Result<Blueprint, CliError> {
    let is_path = name.contains(['/', '\\']) || name.starts_with('.');
    let component = name.strip_prefix("components/").filter(|_| !start.join(name).exists());
    let found = match (name.split_once(':'), component) {
        (Some((revision, path)), _) if !start.join(name).exists() => Some(in_revision(revision, path, start)?),
        (_, None) if is_path => Some(in_folder(&start.join(name))?),
        (_, component) => match in_repository(name, view)? {
            Some(found) => Some(found),
            None => catalogue::bundled(component.unwrap_or(name)),
        },
    };
    match found {
        Some(Ok(blueprint)) => Ok(blueprint),
        Some(Err(problems)) => {
            show(&problems, terminal);
            Err(CliError::new(format!("the blueprint `{name}` has faults")))
        }
        None => {
            let names = catalogue::bundled_names();
            let near = nearest(name, names.iter().map(String::as_str));
            let hint = near.map_or_else(
                || "`treewright blueprint list` lists all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Err(CliError::new(format!("there is no blueprint `{name}`")).hint(hint))
        }
    }
}

fn in_repository(name: &str, view: Option<&dyn SourceView>) -> Result<Option<Result<Blueprint, Problems>>, CliError> {
    let (Some(view), Ok(folder)) = (view, RepoPath::new(&format!("blueprints/{name}"))) else { return Ok(None) };
    let manifest = folder.join("blueprint.yaml").map_err(|error| CliError::new(error.to_string()))?;
    match view.kind(&manifest)? {
        Some(_) => Ok(Some(catalogue::read(view, &folder)?)),
        None => Ok(None),
    }
}

/// The blueprint in a folder of a revision of the repository around `start`.
fn in_revision(revision: &str, path: &str, start: &Path) -> Result<Result<Blueprint, Problems>, CliError> {
    let Some(repository) = workspace::repository(start)? else {
        return Err(CliError::new(format!("`{revision}:{path}` is a revision, and this is no Git repository")));
    };
    let repository = Arc::new(repository);
    let view = GitView::revision(Arc::clone(&repository), &repository.resolve(revision)?)?;
    let folder = RepoPath::new(path.trim_end_matches('/')).map_err(|error| CliError::new(error.to_string()))?;
    let manifest = folder.join("blueprint.yaml").map_err(|error| CliError::new(error.to_string()))?;
    if view.kind(&manifest)?.is_none() {
        return Err(CliError::new(format!("there is no {manifest} in `{revision}`"))
            .hint("the form is REVISION:FOLDER, such as v1.2.0:blueprints/my-site"));
    }
    Ok(catalogue::read(&view, &folder)?)
}

/// The blueprint in a folder on disk. The view is rooted above it, because the folder's own name is part of the blueprint.
fn in_folder(folder: &Path) -> Result<Result<Blueprint, Problems>, CliError> {
    let missing = |error: std::io::Error| CliError::new(format!("cannot read `{}`: {error}", folder.display()));
    let folder = folder.canonicalize().map_err(missing)?;
    let parent = folder.parent().unwrap_or(&folder);
    let view = WorkTree::new(parent).map_err(missing)?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = RepoPath::new(&name).map_err(|error| CliError::new(error.to_string()))?;
    Ok(catalogue::read(&view, &name)?)
}

/// The answers of the example or the file, with those of the arguments over them.
pub(super) fn answers(
    args: &Args,
    blueprint: &Blueprint,
    engine: Engine,
    start: &Path,
    terminal: &Terminal,
) -> Result<Answers, CliError> {
    let refused = |problems: Problems| {
        show(&problems, terminal);
        CliError::new("nothing was written")
            .hint(format!("`treewright blueprint show {}` lists what can be answered", args.blueprint))
    };
    let mut answers = match &args.example {
        Some(name) => example(blueprint, name)?.map_err(refused)?,
        None => Answers::new(),
    };
    let given = read_answers(args.answers.as_deref(), &args.set, (blueprint, engine), start, answers)?;
    answers = given.map_err(refused)?;
    Ok(answers)
}

/// Lays the answers of a file, or else those that are there already, under those of arguments.
pub(in crate::cli) fn read_answers(
    file: Option<&Path>,
    set: &[String],
    (blueprint, engine): (&Blueprint, Engine),
    start: &Path,
    mut answers: Answers,
) -> Result<Result<Answers, Problems>, CliError> {
    if let Some(file) = file {
        let text = read(&start.join(file))
            .map_err(|error| CliError::new(format!("cannot read the answers file `{}`: {error}", file.display())))?;
        let shown = RepoPath::new(file.to_string_lossy().replace("../", "").trim_start_matches('/'));
        let shown = shown.unwrap_or_else(|_| RepoPath::root());
        answers = match Answers::from_file(&shown, &SourceText::new(text)) {
            Ok(answers) => answers,
            Err(problems) => return Ok(Err(problems)),
        };
    }
    let parameters = asked(blueprint, Some(engine));
    for argument in set {
        if let Err(problems) = answers.set(argument, &parameters) {
            return Ok(Err(problems));
        }
    }
    Ok(Ok(answers))
}

/// Answers a parameter with a text, if there is one and it is not answered.
pub(super) fn add(answers: &mut Answers, route: &[&str], text: Option<String>) {
    if let (Some(text), None) = (text, answers.get(route)) {
        answers.insert(route, text.into());
    }
}

/// Reads a file or pipe, up to a size that no answers have.
fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)? as u64;
    if read > MAX_FILE_BYTES {
        return Err(std::io::Error::other(format!("it has more than {MAX_FILE_BYTES} bytes")));
    }
    Ok(text)
}

fn example(blueprint: &Blueprint, name: &str) -> Result<Result<Answers, Problems>, CliError> {
    blueprint.example(name).ok_or_else(|| {
        let names = blueprint.examples();
        let hint = if names.is_empty() {
            "the blueprint has no examples".to_owned()
        } else {
            format!("its examples: {}", names.join(", "))
        };
        CliError::new(format!("{} has no example `{name}`", blueprint.manifest.name.name)).hint(hint)
    })
}

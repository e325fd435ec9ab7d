//! `treewright build`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args as ClapArgs, ValueEnum};

use super::{
    error::{CliError, Exit},
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    kustomize::{BuildError, LoadRestriction, Missing, Options, Session},
    path::RepoPath,
    report::{self, TextOptions},
    source::{SourceView, WorkTree},
};

/// Render kustomizations, exactly as `kubectl kustomize` does
///
/// Nothing is fetched and no program is run: what would need either makes the build fail and is named.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright build apps/production
  treewright build apps/staging apps/production   one after the other, as one stream")]
pub(super) struct Args {
    /// Directories with a kustomization
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Which files a kustomization may load
    #[arg(long, value_enum, default_value_t = Restrictor::LoadRestrictionsRootOnly, value_name = "WHICH")]
    load_restrictor: Restrictor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Restrictor {
    /// Only files in or below its own directory
    #[value(name = "LoadRestrictionsRootOnly")]
    LoadRestrictionsRootOnly,
    /// Any file of the repository, as Flux allows
    #[value(name = "LoadRestrictionsNone")]
    LoadRestrictionsNone,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let root = root(start, &args.paths)?;
    let view =
        WorkTree::new(&root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    let view: Arc<dyn SourceView> = Arc::new(view);
    let restriction = match args.load_restrictor {
        Restrictor::LoadRestrictionsRootOnly => LoadRestriction::RootOnly,
        Restrictor::LoadRestrictionsNone => LoadRestriction::None,
    };
    let session = Session::new(view, Options { restriction, missing: Missing::Fail });
    let mut out = String::new();
    for path in &args.paths {
        let directory = workspace::inside(&root, start, path)?;
        let build = session.build(&directory).map_err(|error| failed(&session, &error, path, terminal))?;
        if !build.not_rendered.is_empty() {
            let lines: Vec<String> = build.not_rendered.iter().map(|one| format!("  {one}")).collect();
            return Err(CliError::new(format!(
                "`{}` cannot be rendered offline\n{}",
                path.display(),
                lines.join("\n")
            )));
        }
        if !out.is_empty() {
            out.push_str("---\n");
        }
        let text = build.to_yaml().map_err(|error| {
            let place =
                session.label(error.error.origin, "").map(|label| format!("{}: ", label.path)).unwrap_or_default();
            CliError::new(format!("{place}{error}"))
        })?;
        out.push_str(&text);
    }
    terminal::print(&out)?;
    // The process ends here: to give back every node one by one would only take time.
    std::mem::forget(session);
    Ok(Exit::Clean)
}

/// The directory that holds everything a build may reach: the repository, or the whole disk where there is none, as bases may lie anywhere.
fn root(start: &Path, paths: &[PathBuf]) -> Result<PathBuf, CliError> {
    let first = paths.first().map_or_else(|| start.to_owned(), |path| start.join(path));
    let inside = if first.is_dir() { first } else { start.to_owned() };
    let root = match workspace::repository(&inside)? {
        Some(repository) => repository.root().to_owned(),
        None => inside.ancestors().last().map(Path::to_owned).unwrap_or(inside),
    };
    Ok(root.canonicalize().unwrap_or(root))
}

/// Shows the problem with its source lines, and sums it up.
fn failed(session: &Session, error: &BuildError, path: &Path, terminal: &Terminal) -> CliError {
    let texts = |path: &RepoPath| session.file(path).ok().flatten()?.text();
    let options = TextOptions { colour: terminal.colour, width: terminal.width };
    let finding = error.problem().diagnostic();
    terminal::say(report::text(&[finding], &texts, options).trim_end());
    CliError::new(format!("`{}` cannot be built", path.display()))
}

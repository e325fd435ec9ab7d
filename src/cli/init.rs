//! `treewright init`.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use super::{
    error::{CliError, Exit},
    new, terminal, workspace,
};
use crate::{
    blueprint::flux_skeleton,
    git::{Commit, Environment, Repository},
    path::RepoPath,
    source::{Memory, Plan, SourceView, WorkTree, write},
};

/// Make the skeleton of a new repository
///
/// For Flux: what the cluster reconciles in `clusters/<cluster>`, and the directories `infrastructure` and `apps`, ready for `treewright new`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright init --commit                       in this directory
  treewright init sites --cluster production     in the directory sites")]
pub(super) struct Args {
    /// The directory; this one by default
    #[arg(value_name = "DIR")]
    target: Option<PathBuf>,

    /// The tool that reconciles the repository
    #[arg(long, value_enum, default_value_t = EngineChoice::Flux, value_name = "ENGINE")]
    engine: EngineChoice,

    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,

    /// The name of the cluster
    #[arg(long, default_value = "production", value_name = "NAME")]
    cluster: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EngineChoice {
    Flux,
}

pub(super) fn run(args: &Args, start: &Path) -> Result<Exit, CliError> {
    check_name(&args.cluster)?;
    let EngineChoice::Flux = args.engine;
    let wanted = args.target.as_ref().map_or_else(|| start.to_owned(), |directory| start.join(directory));
    let existing = wanted.ancestors().find(|path| path.is_dir()).unwrap_or(start);
    let repository = workspace::repository(existing)?;
    let root = repository.as_ref().map_or(wanted, |repository| repository.root().to_owned());
    let view: Box<dyn SourceView> = if root.is_dir() {
        Box::new(
            WorkTree::new(&root)
                .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?,
        )
    } else {
        Box::new(Memory::new())
    };
    let changes = flux_skeleton(&args.cluster).map_err(|error| CliError::new(error.to_string()))?;
    for (path, _) in changes.files() {
        if view.kind(path)?.is_some() {
            return Err(CliError::new(format!("{path} is there already"))
                .hint("init only makes new files; `treewright new` works in any repository"));
        }
    }
    let plan = Plan::new(&changes, view.as_ref())?;
    write::apply(&root, &plan)?;
    let committed = match finish(args, repository, &root, &plan) {
        Ok(committed) => committed,
        Err(error) => {
            write::apply(&root, &plan.reversed())?;
            return Err(error);
        }
    };
    terminal::print(&summary(args, &root, &plan, committed))?;
    Ok(Exit::Clean)
}

/// Makes the repository if there is none, and the commit if it is wanted; says whether there is one. A repository made in vain is taken away again.
fn finish(args: &Args, repository: Option<Repository>, root: &Path, plan: &Plan) -> Result<bool, CliError> {
    let (repository, made) = match repository {
        Some(repository) => (repository, false),
        None => (Repository::init(root, &Environment::process())?, true),
    };
    if !args.commit {
        return Ok(false);
    }
    let paths: Vec<RepoPath> = plan.paths().cloned().collect();
    let message = format!("Add the skeleton for cluster {}", args.cluster);
    let committed = repository.commit(&Commit { message: &message, trailers: &[], paths: &paths, branch: None });
    if committed.is_err() && made {
        new::unmake(&repository);
    }
    committed.map(|_| true).map_err(CliError::from)
}

fn summary(args: &Args, root: &Path, plan: &Plan, committed: bool) -> String {
    let mut out = format!("Wrote to {}:\n", root.display());
    for path in plan.paths() {
        out.push_str(&format!("  {path}\n"));
    }
    let commit = if committed { "" } else { "git add . && git commit -m 'Begin'\n  2. " };
    let (second, cluster) = (if committed { 2 } else { 3 }, &args.cluster);
    out.push_str(&format!(
        "\nNext steps:\n  1. {commit}treewright new jupyterhub-espsrc notebook --commit\n  {second}. Push, then let Flux take over: \
         flux bootstrap git --url=<url> --path=clusters/{cluster}\n"
    ));
    out
}

/// A cluster's name becomes a directory.
fn check_name(name: &str) -> Result<(), CliError> {
    let is_name = !name.is_empty()
        && name.len() <= 63
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if is_name {
        return Ok(());
    }
    Err(CliError::new(format!("`{name}` is no name for a cluster"))
        .hint("use lower case letters, digits and `-`, at most 63, a letter or digit first and last"))
}

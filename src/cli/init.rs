//! `treewright init`.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::{
    error::{CliError, Exit},
    new, terminal, workspace,
};
use crate::{
    blueprint::{BASE, Engine, Skeleton, skeleton},
    git::{Commit, Environment, Repository},
    path::RepoPath,
    source::{Memory, Plan, SourceView, WorkTree, write},
};

/// Make the skeleton of a new repository
///
/// What each cluster reconciles in `clusters/<cluster>`, and the directories `infrastructure/controllers`, `infrastructure/configs` and `apps`, applied in this
/// order and ready for `treewright new`. With several clusters these have a `base` and an overlay for each cluster.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright init --commit                       in this directory
  treewright init sites --cluster production     in the directory sites
  treewright init --cluster staging --cluster production
  treewright init --engine argocd --repository https://git.example.org/group/tree.git")]
pub(super) struct Args {
    /// The directory; this one by default
    #[arg(value_name = "DIR")]
    target: Option<PathBuf>,

    /// The tool that reconciles the repository
    #[arg(long, default_value = "flux", value_name = "ENGINE", value_parser = new::engine)]
    engine: Engine,

    /// The URL under which Argo CD reads the repository
    #[arg(long, value_name = "URL", required_if_eq("engine", "argocd"))]
    repository: Option<String>,

    /// The branch that is followed
    #[arg(long, default_value = "main", value_name = "BRANCH")]
    follow: String,

    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,

    /// The name of a cluster; can be given several times
    #[arg(long = "cluster", default_value = "production", value_name = "NAME", value_delimiter = ',')]
    clusters: Vec<String>,
}

pub(super) fn run(args: &Args, start: &Path) -> Result<Exit, CliError> {
    args.clusters.iter().try_for_each(|cluster| check_name(cluster))?;
    let wanted = args.target.as_ref().map_or_else(|| start.to_owned(), |directory| start.join(directory));
    let existing = wanted.ancestors().find(|path| path.is_dir()).unwrap_or(start);
    let repository = workspace::repository(existing)?;
    if let Some(repository) = repository.as_ref().filter(|_| args.target.is_some()) {
        refuse_below(&wanted, repository.root())?;
    }
    let root = repository.as_ref().map_or(wanted, |repository| repository.root().to_owned());
    let view: Box<dyn SourceView> = if root.is_dir() {
        Box::new(
            WorkTree::new(&root)
                .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?,
        )
    } else {
        Box::new(Memory::new())
    };
    let wanted = Skeleton {
        engine: args.engine,
        clusters: args.clusters.clone(),
        repository: args.repository.clone().unwrap_or_default(),
        branch: args.follow.clone(),
    };
    let changes = skeleton(&wanted).map_err(|error| CliError::new(error.to_string()))?;
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

/// Refuses a directory inside of a repository: the skeleton would come to lie at its root, where nobody asked for it.
fn refuse_below(wanted: &Path, root: &Path) -> Result<(), CliError> {
    let is_root = wanted.canonicalize().is_ok_and(|wanted| root.canonicalize().is_ok_and(|root| wanted == root));
    if is_root {
        return Ok(());
    }
    let message = format!("`{}` lies in the repository `{}`", wanted.display(), root.display());
    Err(CliError::new(message)
        .hint("the skeleton belongs to the root of a repository: choose a directory outside of any, or leave DIR out"))
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
    let noun = if args.clusters.len() == 1 { "cluster" } else { "clusters" };
    let message = format!("Add the skeleton for {noun} {}", args.clusters.join(", "));
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
    let second = if committed { 2 } else { 3 };
    let clusters = args.clusters.join(",");
    let option = if args.clusters.len() == 1 { String::new() } else { format!(" --cluster {clusters}") };
    out.push_str(&format!("\nNext steps:\n  1. {commit}treewright new jupyterhub-espsrc notebook{option} --commit\n"));
    for (number, cluster) in args.clusters.iter().enumerate() {
        let begin = match args.engine {
            Engine::Flux => {
                format!("let Flux take over: flux bootstrap git --url=<url> --path=clusters/{cluster}")
            }
            Engine::ArgoCd => format!("let Argo CD take over: kubectl apply -k clusters/{cluster}"),
        };
        let of = if args.clusters.len() == 1 { String::new() } else { format!(" in {cluster}") };
        out.push_str(&format!("  {}. Push, then{of} {begin}\n", second + number));
    }
    out
}

/// A cluster's name becomes a directory.
fn check_name(name: &str) -> Result<(), CliError> {
    let is_name = !name.is_empty()
        && name.len() <= 63
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name != BASE;
    if is_name {
        return Ok(());
    }
    Err(CliError::new(format!("`{name}` is no name for a cluster"))
        .hint("use lower case letters, digits and `-`, at most 63, a letter or digit first and last; `base` is what clusters share"))
}

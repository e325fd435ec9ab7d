//! `treewright build`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args as ClapArgs, ValueEnum};
use rayon::prelude::*;

use super::{
    error::{CliError, Exit},
    facts::Facts,
    terminal::{self, Terminal},
    units::{self, Selected, Wanted},
    workspace,
};
use crate::{
    change::ChangeSet,
    kustomize::{BuildError, LoadRestriction, Missing, Options, Session, Unprintable},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::{Memory, Plan, SourceView, WorkTree, write},
};

/// Render kustomizations exactly as `kubectl kustomize` does, and what Flux and Argo CD make of them
///
/// Nothing is fetched and no program is run: what would need either makes the build fail and is named. The one exception is --helm: then the helm on the
/// PATH renders the charts of HelmReleases and Applications.
#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags")]
#[command(after_help = "\
Examples:
  treewright build apps/production
  treewright build apps/staging apps/production   one after the other, as one stream
  treewright build --provenance apps/production   with comments that say what set each value
  treewright build --all --output rendered        every kustomization that no other names, a file each
  treewright build --list                         the clusters of the repository and their units
  treewright build flux:flux-system/apps          what one Flux Kustomization applies
  treewright build --cluster production           everything that one cluster is given
  treewright build --cluster production --helm    with its charts, rendered by helm")]
pub(super) struct Args {
    /// Directories with a kustomization, or units: flux:namespace/name, argo:namespace/name, or the name alone
    #[arg(value_name = "PATH|UNIT", required_unless_present_any = ["all", "list", "cluster"], conflicts_with_all = ["all", "list"])]
    paths: Vec<PathBuf>,

    /// Render every kustomization that no other names
    #[arg(long)]
    all: bool,

    /// List the clusters of the repository and what is applied to each
    #[arg(long, conflicts_with_all = ["all", "output"])]
    list: bool,

    /// Render units of this cluster only; all of them if none is named
    #[arg(long, value_name = "NAME|DIR", conflicts_with_all = ["all", "list"])]
    cluster: Option<String>,

    #[command(flatten)]
    facts: Facts,

    /// Write one file for each kustomization into this directory; - is the standard output
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Render the rest where something is remote or missing, and list what was left out on stderr
    #[arg(long)]
    allow_missing: bool,

    /// Say in comments where each object comes from, and where each value was set that does not stand there
    #[arg(long)]
    provenance: bool,

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
    let is_unit = |path: &PathBuf| units::is_unit(path, start);
    if args.list || args.cluster.is_some() || args.paths.iter().any(is_unit) {
        return run_units(args, start, terminal);
    }
    let root = root(args, start)?;
    let view =
        WorkTree::new(&root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    let view: Arc<dyn SourceView> = Arc::new(view);
    let directories = if args.all {
        roots(&view, &workspace::inside(&root, start, Path::new("."))?)?
    } else {
        args.paths.iter().map(|path| workspace::inside(&root, start, path)).collect::<Result<_, _>>()?
    };
    let restriction = match args.load_restrictor {
        Restrictor::LoadRestrictionsRootOnly => LoadRestriction::RootOnly,
        Restrictor::LoadRestrictionsNone => LoadRestriction::None,
    };
    let missing = if args.allow_missing { Missing::Collect } else { Missing::Fail };
    let session = Session::new(view, Options { restriction, missing });
    // In parallel, but the first one that fails is the first in order.
    let rendered: Vec<_> =
        directories.par_iter().map(|directory| render(&session, directory, args.provenance)).collect();
    let mut texts = Vec::new();
    for (position, (directory, result)) in directories.iter().zip(rendered).enumerate() {
        // As it was typed, if it was.
        let name = args.paths.get(position).map_or_else(|| directory.to_string(), |path| path.display().to_string());
        let (text, left_out) = result.map_err(|failure| failure.told(&session, &name, terminal))?;
        if !left_out.is_empty() && !args.allow_missing {
            let lines = left_out.join("\n  ");
            return Err(CliError::new(format!("`{name}` cannot be rendered offline\n  {lines}"))
                .hint("--allow-missing renders the rest"));
        }
        for line in &left_out {
            terminal::say(line);
        }
        let name = if directory.is_root() { "root".to_owned() } else { directory.to_string() };
        texts.push(Selected { name, text });
    }
    if args.facts.helm {
        add_charts(args, &root, &directories, start, &mut texts, terminal)?;
    }
    write_out(args, start, &texts)?;
    // The process ends here: to give back every node one by one would only take time.
    std::mem::forget(session);
    Ok(Exit::Clean)
}

fn wanted(args: &Args) -> Wanted {
    Wanted { allow_missing: args.allow_missing, helm: args.facts.helm }
}

/// Adds what the charts of the releases bring. They are looked for in the repository, even where a build may reach farther.
fn add_charts(
    args: &Args,
    root: &Path,
    directories: &[RepoPath],
    start: &Path,
    texts: &mut [Selected],
    terminal: &Terminal,
) -> Result<(), CliError> {
    let repository = units::root(start)?;
    let inside =
        directories.iter().map(|directory| workspace::inside(&repository, root, Path::new(directory.as_str())));
    let inside = inside.collect::<Result<Vec<_>, _>>()?;
    let charts = units::charts(&inside, (&args.facts, wanted(args)), start, terminal)?;
    for (one, charts) in texts.iter_mut().zip(charts) {
        if !charts.is_empty() && !one.text.is_empty() {
            one.text.push_str("---\n");
        }
        one.text.push_str(&charts);
    }
    Ok(())
}

/// Lists or renders units.
fn run_units(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    if let Some(path) = args.paths.iter().find(|path| args.cluster.is_none() && !units::is_unit(path, start)) {
        return Err(CliError::new(format!(
            "`{}` is a path: build paths and units one after the other",
            path.display()
        )));
    }
    let project = units::open(&units::root(start)?, &args.facts, start, terminal)?;
    if args.list {
        units::list(&project, &args.facts)?;
    } else {
        let names: Vec<String> = args.paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let texts = units::render(&project, &names, args.cluster.as_deref(), wanted(args), terminal)?;
        write_out(args, start, &texts)?;
    }
    std::mem::forget(project);
    Ok(Exit::Clean)
}

/// What keeps a kustomization from being rendered.
enum Failure {
    Build(BuildError),
    Print(Box<Unprintable>),
}

/// Renders one kustomization; gives its text, and what was left out of it.
fn render(session: &Session, directory: &RepoPath, provenance: bool) -> Result<(String, Vec<String>), Failure> {
    let build = session.build(directory).map_err(Failure::Build)?;
    let text = if provenance { session.to_yaml_with_provenance(&build) } else { build.to_yaml() };
    let text = text.map_err(|error| Failure::Print(Box::new(error)))?;
    let missing = build.problems.iter().map(ToString::to_string);
    Ok((text, build.not_rendered.iter().map(ToString::to_string).chain(missing).collect()))
}

impl Failure {
    /// Shows the problem with its source lines, and sums it up.
    fn told(self, session: &Session, name: &str, terminal: &Terminal) -> CliError {
        match self {
            Self::Build(error) => failed(session, &error, name, terminal),
            Self::Print(error) => {
                let label = session.label(error.error.origin, "");
                let place = label.map(|label| format!("{}: ", label.path)).unwrap_or_default();
                CliError::new(format!("{place}{error}"))
            }
        }
    }
}

/// The kustomizations below a directory that no other names.
fn roots(view: &Arc<dyn SourceView>, below: &RepoPath) -> Result<Vec<RepoPath>, CliError> {
    let project = Project::open(Arc::clone(view))?;
    let applied = project.units().iter().flat_map(|unit| &unit.directories);
    let found: BTreeSet<&RepoPath> =
        applied.filter(|directory| directory.is_under(below) && project.kustomization(directory).is_some()).collect();
    let found: Vec<RepoPath> = found.into_iter().cloned().collect();
    if found.is_empty() {
        return Err(CliError::new(format!("there is no kustomization below `{below}`")));
    }
    Ok(found)
}

/// Prints the texts as one stream, or writes each into a file of its own; `apps/production` becomes `apps__production.yaml`.
fn write_out(args: &Args, start: &Path, texts: &[Selected]) -> Result<(), CliError> {
    let Some(output) = args.output.as_ref().filter(|output| output.as_os_str() != "-") else {
        let all: Vec<&str> = texts.iter().map(|one| one.text.as_str()).filter(|text| !text.is_empty()).collect();
        return terminal::print(&all.join("---\n"));
    };
    let output = start.join(output);
    let view: Box<dyn SourceView> = if output.is_dir() {
        Box::new(
            WorkTree::new(&output)
                .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", output.display())))?,
        )
    } else {
        Box::new(Memory::new())
    };
    let mut changes = ChangeSet::new();
    for Selected { name, text } in texts {
        let name = name.replace(['/', ':'], "__");
        let path = RepoPath::new(&format!("{name}.yaml")).map_err(|error| CliError::new(error.to_string()))?;
        changes.write(path, text.as_str());
    }
    write::apply(&output, &Plan::new(&changes, view.as_ref())?)?;
    terminal::say(&format!("wrote {} files to {}", texts.len(), output.display()));
    Ok(())
}

/// The directory that holds everything a build may reach: the repository, or the whole disk where there is none, as bases may lie anywhere. To find
/// every kustomization the whole disk is too much.
fn root(args: &Args, start: &Path) -> Result<PathBuf, CliError> {
    let first = args.paths.first().map_or_else(|| start.to_owned(), |path| start.join(path));
    let inside = if first.is_dir() { first } else { start.to_owned() };
    let root = match workspace::repository(&inside)? {
        Some(repository) => repository.root().to_owned(),
        None if args.all => inside,
        None => inside.ancestors().last().map(Path::to_owned).unwrap_or(inside),
    };
    Ok(root.canonicalize().unwrap_or(root))
}

fn failed(session: &Session, error: &BuildError, name: &str, terminal: &Terminal) -> CliError {
    let texts = |path: &RepoPath| session.file(path).ok().flatten()?.text();
    let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
    let finding = error.problem().diagnostic();
    terminal::say(report::text(&[finding], &texts, options).trim_end());
    CliError::new(format!("`{name}` cannot be built"))
}

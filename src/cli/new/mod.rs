//! `treewright new`.

mod ask;
mod gather;
mod place;
mod write;

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::{
    error::{CliError, Exit},
    terminal::{self, Terminal},
};
use crate::{
    blueprint::{
        Blueprint, Engine, Instance, Locked, New, NewError, Order, Problems, argocd_root, new, parameters::Facts,
    },
    path::RepoPath,
    report::{self, TextOptions},
};

pub(super) use gather::{blueprint, read_answers};
pub(super) use place::{Place, unmake};
pub(super) use write::fresh_findings;

/// Write an instance of a blueprint into this repository
///
/// Everything is worked out, checked against schemas and linted before the first byte is written; then all of it is written or nothing.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright new jupyterhub-espsrc notebook --init --example notebook --commit
  treewright new jupyterhub-espsrc notebook --answers site.yaml --set host=hub.example.org
  treewright new jupyterhub-espsrc notebook --cluster staging,production --answers site.yaml
  treewright new jupyterhub-espsrc notebook --dry-run
  treewright blueprint show jupyterhub-espsrc        what can be answered")]
pub(super) struct Args {
    /// A bundled blueprint, one of `blueprints/`, a folder that holds one, or `REVISION:FOLDER`
    #[arg(value_name = "BLUEPRINT")]
    blueprint: String,

    /// The name of the instance; that of the blueprint by default
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// A file with answers
    #[arg(long, value_name = "FILE", conflicts_with = "example")]
    answers: Option<PathBuf>,

    /// Take the answers of an example that comes with the blueprint
    #[arg(long, value_name = "EXAMPLE")]
    example: Option<String>,

    /// Answer one parameter; overrules files
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    /// Ask for every parameter that has no answer, not only for the required ones
    #[arg(long, conflicts_with = "no_input")]
    ask: bool,

    /// Never ask; a missing answer is an error
    #[arg(long)]
    no_input: bool,

    /// The tool that reconciles the instance: flux or argocd
    #[arg(long, value_name = "ENGINE", value_parser = engine)]
    engine: Option<Engine>,

    /// The clusters that the instance is for: what they share goes to `base`, the rest to the directory of each
    ///
    /// Answers for one cluster stand below `clusters.NAME`, in the answers file as on the command line: `--set clusters.staging.host=hub.staging.example.org`.
    #[arg(long = "cluster", value_name = "NAME", value_delimiter = ',')]
    clusters: Vec<String>,

    /// The directory of the instance, from the root of the repository
    #[arg(long, value_name = "DIR")]
    path: Option<String>,

    /// Make a Git repository in this directory first
    #[arg(long)]
    init: bool,

    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,

    /// Commit on a new branch
    #[arg(long, value_name = "BRANCH", requires = "commit")]
    branch: Option<String>,
}

/// Reads the argument of `--engine`.
pub(super) fn engine(word: &str) -> Result<Engine, String> {
    Engine::from_word(word).ok_or_else(|| "the engines are flux and argocd".to_owned())
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let place = Place::open(start, args.init)?;
    let blueprint = gather::blueprint(&args.blueprint, Some(place.view().as_ref()), start, terminal)?;
    let followed = argocd_root(place.view().as_ref())?;
    let facts = facts(args, &blueprint, followed.is_some())?;
    let mut answers = gather::answers(args, &blueprint, facts.engine, start, terminal)?;
    if facts.engine == Engine::ArgoCd {
        let (repository, revision) = match followed {
            Some((repository, revision)) => (Some(repository), Some(revision)),
            None => (place.address(), None),
        };
        gather::add(&mut answers, &["gitops", "repository"], repository);
        gather::add(&mut answers, &["gitops", "revision"], revision);
    }
    let mut has_asked = false;
    if !args.no_input && (terminal.interactive || args.ask) {
        has_asked = ask::ask(&blueprint, &mut answers, &facts, &args.clusters, args.ask)?;
    }
    let is_dirty = |path: &RepoPath| place.is_dirty(path);
    let order = Order {
        view: place.view().as_ref(),
        blueprint: &blueprint,
        answers: &answers,
        facts: &facts,
        clusters: &args.clusters,
        is_dirty: &is_dirty,
    };
    let new = new(order).map_err(|error| refused(error, &args.blueprint, terminal))?;
    if !new.instance.warnings.diagnostics.is_empty() {
        show(&new.instance.warnings, terminal);
    }
    write::refuse_what_lint_would(&place, &new, terminal)?;
    if args.dry_run {
        terminal::print(&write::preview(&place, &new)?)?;
        return Ok(Exit::Clean);
    }
    if has_asked {
        terminal::say(&write::preview(&place, &new)?);
        if !ask::confirm(&format!("Write {} files to {}?", new.written.len(), directories(&new.instance)))? {
            return Err(CliError::new("nothing was written"));
        }
    }
    let committed = write::write(place, &new, &blueprint, args)?;
    terminal::print(&summary(&new, &blueprint, committed.as_deref(), terminal))?;
    Ok(Exit::Clean)
}

fn facts(args: &Args, blueprint: &Blueprint, is_argocd: bool) -> Result<Facts, CliError> {
    let manifest = &blueprint.manifest;
    let path = args.path.as_deref().map(RepoPath::new).transpose().map_err(|error| {
        CliError::new(format!("--path: {error}"))
            .hint("give a directory from the root of the repository, such as apps/notebook")
    })?;
    // What the repository is made for, if the blueprint can be rendered for it.
    let present = Some(Engine::ArgoCd).filter(|engine| is_argocd && manifest.engines.contains(engine));
    let engine = args.engine.or(present).or_else(|| manifest.engines.first().copied()).unwrap_or(Engine::Flux);
    Ok(Facts { instance: args.name.clone().unwrap_or_else(|| manifest.name.name.clone()), engine, path })
}

/// Shows why nothing is written.
fn refused(error: NewError, blueprint: &str, terminal: &Terminal) -> CliError {
    let hint = error.hint();
    let refused = match error {
        NewError::Refused(problems) => {
            show(&problems, terminal);
            CliError::new("nothing was written").hint(format!(
                "answer with --set or --answers, or be asked for everything with --ask; `treewright blueprint show {blueprint}` lists all parameters"
            ))
        }
        error => CliError::new(error.to_string()),
    };
    hint.into_iter().fold(refused, CliError::hint)
}

/// Shows faults with the lines they point to, on stderr.
pub(super) fn show(problems: &Problems, terminal: &Terminal) {
    let texts =
        |path: &RepoPath| problems.sources.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
    let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
    terminal::say(report::text(&problems.diagnostics, &texts, options).trim_end());
}

/// The directories of an instance, as a sentence has them.
fn directories(instance: &Instance) -> String {
    let all: Vec<String> = instance.layout().directories().into_iter().map(|(_, path)| path.to_string()).collect();
    match all.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => all.concat(),
    }
}

/// What was written, and what comes next.
fn summary(new: &New, blueprint: &Blueprint, committed: Option<&str>, terminal: &Terminal) -> String {
    let manifest = &blueprint.manifest;
    let instance = &new.instance;
    let head = format!("{} from {} {}", instance.name, manifest.name.name, manifest.version);
    let mut out = format!("{}\n", terminal.bold(&format!("Wrote {head} to {}:", directories(instance))));
    for path in &new.written {
        out.push_str(&format!("  {path}\n"));
    }
    for registration in &new.registered {
        let verb = if registration.edits.is_some() { "registered in" } else { "made" };
        out.push_str(&format!("  {} ({verb}: {})\n", registration.path, registration.entry));
    }
    out.push_str(&format!("  {}\n", Locked::path_in(&instance.path)));
    if let Some(committed) = committed {
        out.push_str(&format!("{committed}\n"));
    }
    if !instance.next_steps.is_empty() {
        out.push_str(&format!("\n{}\n", terminal.bold("Next steps:")));
        for (number, step) in instance.next_steps.iter().enumerate() {
            out.push_str(&format!("  {}. {}\n", number + 1, step.trim()));
        }
    }
    out
}

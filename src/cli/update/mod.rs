//! `treewright update`.

mod bulk;
mod select;
mod undo;
mod write;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, ValueEnum};
use rayon::prelude::*;

use super::{
    error::{CliError, Exit},
    new::{self, Place},
    terminal::{self, Terminal},
};
use crate::{
    blueprint::{
        Locked,
        parameters::Answers,
        update::{self, Request, Update, UpdateError},
    },
    change::ChangeSet,
    path::RepoPath,
    report,
    source::{Plan, SourceView},
    yaml::merge3::Favour,
};
pub(super) use select::Selection;

/// Bring instances to the current version of their blueprints, or to new answers
///
/// What was edited in the tree stays: what the blueprint wrote last time, what is there now and what the blueprint writes now are merged by object and by key, lists by
/// what identifies their items, with comments and styles apart. Exits with 1 if something could not be merged, and with 2 if an instance could not be updated at all; the
/// others are.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright update --dry-run                       what would change, everywhere
  treewright update notebook --commit
  treewright update notebook --set host=hub.example.org
  treewright update --all --branch-per-instance     one branch and commit for each, for bots
  treewright update --undo                          what was before the last update")]
pub(super) struct Args {
    /// Instances, by name or directory; all of them by default
    #[arg(value_name = "INSTANCE")]
    instances: Vec<String>,

    /// A file with answers that overrule those of the lock
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,

    /// Answer one parameter anew
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    /// The folder of the blueprint, or `REVISION:FOLDER`, if it is neither bundled nor below `blueprints/`
    #[arg(long, value_name = "FOLDER")]
    blueprint: Option<String>,

    /// What becomes of places that both the blueprint and you changed; markers, if nothing is committed
    #[arg(long, value_name = "WHAT", value_enum)]
    on_conflict: Option<OnConflict>,

    /// Show what would be written as a diff, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Commit what was written, and nothing else
    #[arg(long)]
    commit: bool,

    /// Commit on a new branch
    #[arg(long, value_name = "BRANCH", requires = "commit")]
    branch: Option<String>,

    /// Every instance of the repository
    #[arg(long, conflicts_with = "instances")]
    all: bool,

    /// Commit each instance on a branch of its own, from HEAD; the work tree stays as it is
    #[arg(long, conflicts_with_all = ["commit", "dry_run"])]
    branch_per_instance: bool,

    /// Bring back what was before the last update
    #[arg(long, conflicts_with_all = ["instances", "answers", "set", "commit", "all", "branch_per_instance"])]
    undo: bool,

    /// How to report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// What becomes of conflicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OnConflict {
    /// Yours stays, and a comment shows the other side
    #[default]
    Markers,
    /// Yours stays
    Ours,
    /// The blueprint's is taken
    Theirs,
    /// Nothing is written
    Fail,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

impl OnConflict {
    fn favour(self) -> Favour {
        match self {
            Self::Markers => Favour::Markers,
            Self::Ours | Self::Fail => Favour::Ours,
            Self::Theirs => Favour::Theirs,
        }
    }
}

impl Args {
    fn on_conflict(&self) -> OnConflict {
        self.on_conflict.unwrap_or_default()
    }

    /// Whether conflicts keep a commit from being made: markers are committed only for who asks for them.
    fn commits_no_conflicts(&self) -> bool {
        self.on_conflict.is_none_or(|on_conflict| on_conflict == OnConflict::Fail)
    }
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let place = Place::open(start, false)?;
    if args.undo {
        return undo::run(&place, args.dry_run);
    }
    if args.branch_per_instance {
        return bulk::run(args, place, start, terminal);
    }
    let selection = Selection::of(place.view().as_ref(), &args.instances, args.blueprint.as_deref(), start, terminal)?;
    let Worked { updates, failed } = updates(args, &selection, place.view().as_ref(), start, terminal)?;
    let changed: Vec<&Update> = updates.iter().filter(|update| !update.changes.is_empty()).collect();
    let conflicts: usize = changed.iter().flat_map(|update| &update.conflicts).map(|file| file.places.len()).sum();
    let exit = if conflicts > 0 { Exit::Findings } else { Exit::Clean };
    let shown = show(args, &changed, &failed, place.view().as_ref(), updates.len());
    let mut changes = ChangeSet::new();
    for update in &changed {
        changes.merge(&update.changes).map_err(|error| CliError::new(error.to_string()))?;
    }
    if args.dry_run {
        let patch = report::patch(&Plan::new(&changes, place.view().as_ref())?);
        terminal::print(&if args.format == Format::Json { shown } else { format!("{shown}{patch}") })?;
        return ended(&failed, exit);
    }
    if conflicts > 0 && (args.on_conflict() == OnConflict::Fail || args.commit && args.commits_no_conflicts()) {
        terminal::print(&shown)?;
        let why = if args.commit { "conflicts are not committed" } else { "there are conflicts" };
        return Err(CliError::new(format!("nothing was written: {why}"))
            .hint("choose with --on-conflict=ours or theirs, or leave --commit out and resolve them by hand"));
    }
    write::write(args, place, &changed, &changes, terminal)?;
    terminal::print(&shown)?;
    ended(&failed, exit)
}

/// What was worked out.
struct Worked {
    updates: Vec<Update>,
    failed: Vec<Failed>,
}

/// An instance that stays as it is, while the others are brought up to date.
struct Failed {
    name: String,
    path: RepoPath,
    why: String,
}

/// The end of a run in which instances may have failed.
fn ended(failed: &[Failed], exit: Exit) -> Result<Exit, CliError> {
    if failed.is_empty() {
        return Ok(exit);
    }
    let names: Vec<String> = failed.iter().map(|failed| format!("`{}`: {}", failed.name, failed.why)).collect();
    Err(CliError::new(format!("left as it is, {}", names.join("; ")))
        .hint("missing answers are given with --set; `treewright blueprint show` lists all"))
}

/// Works out the updates of all instances. One that fails is no reason to leave the others.
fn updates(
    args: &Args,
    selection: &Selection,
    view: &dyn SourceView,
    start: &Path,
    terminal: &Terminal,
) -> Result<Worked, CliError> {
    let mut given: BTreeMap<(&str, &str), Answers> = BTreeMap::new();
    for locked in &selection.instances {
        let key = (locked.blueprint.as_str(), locked.engine.as_str());
        let Some(blueprint) = selection.blueprint(locked).filter(|_| !given.contains_key(&key)) else { continue };
        let asked = (blueprint, locked.engine);
        match new::read_answers(args.answers.as_deref(), &args.set, asked, start, Answers::new())? {
            Ok(answers) => drop(given.insert(key, answers)),
            Err(problems) => {
                new::show(&problems, terminal);
                return Err(CliError::new(format!("nothing was written: {} has no such answers", locked.blueprint)));
            }
        }
    }
    let work = |locked: &Locked| -> Option<Result<Update, UpdateError>> {
        let blueprint = selection.blueprint(locked)?;
        let answers = given.get(&(locked.blueprint.as_str(), locked.engine.as_str()))?;
        let others = selection.others(locked);
        let favour = args.on_conflict().favour();
        Some(update::update(Request { view, locked, others: &others, blueprint, answers, favour }))
    };
    let results: Vec<_> = selection.instances.par_iter().map(work).collect();
    let mut worked = Worked { updates: Vec::new(), failed: Vec::new() };
    for (locked, result) in selection.instances.iter().zip(results) {
        let why = match result {
            Some(Ok(update)) => {
                worked.updates.push(update);
                continue;
            }
            Some(Err(UpdateError::Refused(problems))) => {
                new::show(&problems, terminal);
                "it cannot be rendered with its answers".to_owned()
            }
            Some(Err(UpdateError::Place(error))) => error.to_string(),
            None => format!("the blueprint {} cannot be used", locked.blueprint),
        };
        worked.failed.push(Failed { name: locked.name.clone(), path: locked.path.clone(), why });
    }
    Ok(worked)
}

fn show(args: &Args, changed: &[&Update], failed: &[Failed], view: &dyn SourceView, all: usize) -> String {
    if args.format == Format::Json {
        let mut instances: Vec<_> = changed.iter().map(|update| report::update_json(view, update)).collect();
        instances.extend(failed.iter().map(
            |failed| serde_json::json!({"instance": failed.name, "path": failed.path.as_str(), "error": failed.why}),
        ));
        let report = serde_json::json!({"format": 1, "instances": instances});
        return format!("{report:#}\n");
    }
    if all == 0 && !failed.is_empty() {
        return String::new();
    }
    if changed.is_empty() {
        let noun = if all == 1 { "instance is" } else { "instances are" };
        return format!("{all} {noun} up to date\n");
    }
    changed.iter().map(|update| report::update_text(view, update)).collect()
}

//! `treewright adopt`.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::{
    error::{CliError, Exit},
    new::{self, Place},
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    blueprint::{
        Engine, Locked, Locks,
        parameters::Answers,
        update::{AdoptError, Adoption, Tree, adopt},
    },
    change::ChangeSet,
    report,
    source::{Plan, write},
};

/// Take a tree under management that is there already
///
/// Finds answers with which the blueprint writes what is there, shows what still differs, and writes the lock. The tree itself stays as it is: what differs from the
/// blueprint is from now on your edit, and `update` keeps it. Exits with 1 if the tree is none of this blueprint.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright adopt apps/notebook --blueprint jupyterhub-espsrc --dry-run
  treewright adopt apps/notebook --blueprint jupyterhub-espsrc --set host=hub.example.org")]
pub(super) struct Args {
    /// The directory of the tree
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// A bundled blueprint, or a folder that holds one
    #[arg(long, value_name = "BLUEPRINT")]
    blueprint: String,

    /// The name of the instance; that of the directory by default
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// A file with answers that are known
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,

    /// Answer one parameter
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,

    /// The tool that reconciles the tree: flux or argocd
    #[arg(long, value_name = "ENGINE", value_parser = new::engine)]
    engine: Option<Engine>,

    /// Write the lock even if the tree hardly fits
    #[arg(long)]
    anyway: bool,

    /// Show what was found, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let place = Place::open(start, false)?;
    let view = place.view().as_ref();
    let path = workspace::inside(place.root(), start, &args.path)?;
    let blueprint = new::blueprint(&args.blueprint, Some(view), start, terminal)?;
    let locks = Locks::read(view).map_err(|error| CliError::new(error.to_string()))?;
    let name = args.name.clone().unwrap_or_else(|| path.file_name().to_owned());
    let taken = locks.instances.values().find(|locked| locked.path == path || locked.name == name);
    if let Some(locked) = taken {
        return Err(CliError::new(format!("there is an instance `{}` already, in {}", locked.name, locked.path))
            .hint("choose another name with --name"));
    }
    let engine = args.engine.or_else(|| blueprint.manifest.engines.first().copied()).unwrap_or(Engine::Flux);
    let asked = (&blueprint, engine);
    let given = new::read_answers(args.answers.as_deref(), &args.set, asked, start, Answers::new())?;
    let given = given.map_err(|problems| {
        new::show(&problems, terminal);
        CliError::new("nothing was written")
    })?;
    let others: Vec<_> =
        locks.instances.values().flat_map(|locked| locked.layout().directories()).map(|(_, of)| of).collect();
    let tree = Tree { view, path: &path, others: &others, blueprint: &blueprint, name: &name, engine, given: &given };
    let adoption = adopt(tree).map_err(|error| match error {
        AdoptError::Refused(problems) => {
            new::show(&problems, terminal);
            CliError::new("no answers were found with which the blueprint gives a tree").hint(format!(
                "give what you know with --set; `treewright blueprint show {}` lists all",
                args.blueprint
            ))
        }
        error => CliError::new(error.to_string()),
    })?;
    terminal::print(&summary(&adoption, &place)?)?;
    if !adoption.fits() && !args.anyway {
        terminal::say(
            "Nothing was written: most of what the blueprint writes is not there. Take it in all the same with --anyway.",
        );
        return Ok(Exit::Findings);
    }
    if args.dry_run {
        return Ok(Exit::Clean);
    }
    let mut changes = ChangeSet::new();
    let lock = Locked::path_in(&path);
    changes.write(lock.clone(), adoption.locked.print());
    write::apply(place.root(), &Plan::new(&changes, view)?)?;
    terminal::say(&format!("Wrote {lock}"));
    Ok(Exit::Clean)
}

/// The answers, and how the tree differs from what the blueprint writes with them.
fn summary(adoption: &Adoption, place: &Place) -> Result<String, CliError> {
    let locked = &adoption.locked;
    let mut out = format!(
        "{} ({}): {} of the {} values that {} {} writes are there\n",
        locked.name, locked.path, adoption.agreeing, adoption.values, locked.blueprint, locked.version
    );
    let answers = serde_json::to_string_pretty(&locked.answers).unwrap_or_default();
    out.push_str(&format!("answers: {answers}\n"));
    for (word, paths) in [("differs", &adoption.differing), ("missing", &adoption.missing), ("your own", &adoption.own)]
    {
        out.push_str(&paths.iter().map(|path| format!("  {word:<9} {path}\n")).collect::<String>());
    }
    let mut changes = ChangeSet::new();
    for path in &adoption.differing {
        if let (Some(text), Ok(path)) = (adoption.instance.files.get(path), locked.path.join(path.as_str())) {
            changes.write(path, text.as_bytes());
        }
    }
    // From the blueprint's text to the one that is there: what will count as an edit.
    let plan = Plan::new(&changes, place.view().as_ref())?;
    out.push_str(&report::patch(&plan.reversed()));
    Ok(out)
}

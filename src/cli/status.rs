//! `treewright status`.

use std::path::Path;

use clap::Args as ClapArgs;
use rayon::prelude::*;

use super::{
    error::{CliError, Exit},
    new::Place,
    terminal::{self, Terminal},
    update::{Format, Selection},
};
use crate::{
    blueprint::{
        Locked,
        parameters::Answers,
        update::{Fault, Request, State, state},
    },
    report,
    yaml::merge3::Favour,
};

/// Show the instances of this repository: versions, edits, what `update` would do
///
/// Exits with 1 if an instance is out of date, is not registered, or has a conflict that nobody resolved.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright status
  treewright status notebook --format json")]
pub(super) struct Args {
    /// Instances, by name or directory; all of them by default
    #[arg(value_name = "INSTANCE")]
    instances: Vec<String>,

    /// The folder of the blueprint, or `REVISION:FOLDER`, if it is neither bundled nor below `blueprints/`
    #[arg(long, value_name = "FOLDER")]
    blueprint: Option<String>,

    /// How to report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let place = Place::open(start, false)?;
    let view = place.view().as_ref();
    let selection = Selection::of(view, &args.instances, args.blueprint.as_deref(), start, terminal)?;
    let look = |locked: &Locked| -> Option<Result<State, Fault>> {
        let blueprint = selection.blueprint(locked)?;
        let (others, answers) = (selection.others(locked), Answers::new());
        Some(state(Request { view, locked, others: &others, blueprint, answers: &answers, favour: Favour::Ours }))
    };
    let states: Vec<_> = selection.instances.par_iter().map(|locked| (locked, look(locked))).collect();
    let mut exit = Exit::Clean;
    let mut text = String::new();
    let mut data = Vec::new();
    for (locked, state) in &states {
        let fault = match state {
            Some(Ok(state)) => {
                text.push_str(&report::state_text(locked, state));
                data.push(report::state_json(locked, state));
                if state.needs_attention() {
                    exit = Exit::Findings;
                }
                continue;
            }
            Some(Err(fault)) => fault.to_string(),
            None => format!("there is no blueprint `{}`", locked.blueprint),
        };
        exit = Exit::Findings;
        text.push_str(&format!(
            "{} ({}): {} {}, {fault}\n",
            locked.name, locked.path, locked.blueprint, locked.version
        ));
        data.push(serde_json::json!({"instance": locked.name, "path": locked.path.as_str(), "error": fault}));
    }
    if states.is_empty() {
        text.push_str("there are no instances; `treewright new` makes one\n");
    }
    let json = serde_json::json!({"format": 1, "instances": data});
    terminal::print(&if args.format == Format::Json { format!("{json:#}\n") } else { text })?;
    Ok(exit)
}

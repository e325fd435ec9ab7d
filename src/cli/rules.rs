//! `treewright rules`.

use std::fmt::Write;

use clap::Args as ClapArgs;

use super::{
    error::{CliError, Exit},
    terminal::{self, Terminal},
};
use crate::{diagnostic::Safety, lint::RULES};

/// List all rules
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  treewright rules\n  treewright rules flux\n  treewright explain flux/source-missing"
)]
pub(super) struct Args {
    /// Only the rules of this group
    #[arg(value_name = "GROUP")]
    group: Option<String>,
}

pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Exit, CliError> {
    let in_group = |id: &str| args.group.as_deref().is_none_or(|group| id.split('/').next() == Some(group));
    let rules: Vec<_> = RULES.iter().filter(|rule| in_group(rule.id)).collect();
    if let (true, Some(group)) = (rules.is_empty(), &args.group) {
        return Err(CliError::new(format!("there is no group `{group}`")).hint("`treewright rules` lists all rules"));
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    for rule in rules {
        let fix = match rule.fix {
            Some(Safety::Safe) => "fix",
            Some(Safety::Unsafe) => "fix?",
            None => "",
        };
        let id = terminal.bold(&format!("{:width$}", rule.id));
        // Writing to a string cannot fail.
        let _ =
            writeln!(out, "{}", format!("{id}  {:7}  {fix:4}  {}", rule.severity.as_str(), rule.summary).trim_end());
    }
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

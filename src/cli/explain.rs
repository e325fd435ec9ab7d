//! `treewright explain`.

use clap::Args as ClapArgs;

use super::{
    error::{CliError, Exit},
    terminal,
};
use crate::lint;

/// Show what a rule finds, why it matters, and what is right instead
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  treewright explain helm/target-path-shadowed")]
pub(super) struct Args {
    /// The id of a rule, as findings show it
    #[arg(value_name = "RULE")]
    rule: String,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let Some(rule) = lint::find(&args.rule) else {
        let hint = lint::nearest_id(&args.rule)
            .map_or_else(|| "`treewright rules` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(CliError::new(format!("there is no rule `{}`", args.rule)).hint(hint));
    };
    terminal::print(&lint::page(rule))?;
    Ok(Exit::Clean)
}

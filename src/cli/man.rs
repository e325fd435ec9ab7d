//! `treewright man`.

use clap::Args as ClapArgs;

use super::{
    error::{CliError, Exit},
    terminal,
};

/// Print the manual page
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  treewright man > treewright.1\n  treewright man lint | man -l -")]
pub(super) struct Args {
    /// The page of one command
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let mut whole = super::command();
    whole.build();
    let page = match &args.command {
        None => whole,
        Some(name) => {
            let found = whole.find_subcommand(name).cloned();
            found.ok_or_else(|| CliError::new(format!("there is no command `{name}`")))?
        }
    };
    let mut out = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut out)
        .map_err(|error| CliError::new(format!("cannot write the manual page: {error}")))?;
    terminal::print(&String::from_utf8_lossy(&out))?;
    Ok(Exit::Clean)
}

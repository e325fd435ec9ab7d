//! `treewright completions`.

use clap::Args as ClapArgs;
use clap_complete::Shell;

use super::{
    error::{CliError, Exit},
    terminal,
};

/// Print completions for a shell
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  treewright completions bash > ~/.local/share/bash-completion/completions/treewright"
)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "treewright", &mut out);
    terminal::print(&String::from_utf8_lossy(&out))?;
    Ok(Exit::Clean)
}

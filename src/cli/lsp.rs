//! `treewright lsp`.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use lsp_server::Connection;

use super::{
    error::{CliError, Exit},
    terminal, workspace,
};
use crate::lsp::{self, Host, Left};

/// Serve an editor: findings as you type, mends, hovers, go to definition
///
/// Speaks the Language Server Protocol over the standard input and output; editors start it. Messages for people go to the standard error.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright lsp           what an editor runs; see docs/editors.md
  treewright lsp --stdio   the same, for editors that always say so")]
pub(super) struct Args {
    /// Speak over the standard input and output, which is the only way there is
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(_: &Args, start: &Path) -> Result<Exit, CliError> {
    let (connection, threads) = Connection::stdio();
    let host = Host { start: start.to_owned(), root_of: root, log: terminal::say };
    let left = lsp::serve(&connection, &host);
    drop(connection);
    // What was sent last must have reached the editor.
    threads.join().map_err(|error| CliError::new(format!("the editor cannot be understood: {error}")))?;
    Ok(match left {
        Left::InOrder => Exit::Clean,
        Left::Abruptly => Exit::LeftAlone,
    })
}

/// The root of the repository around a directory, or the directory itself where none can be read.
fn root(directory: &Path) -> PathBuf {
    let repository = workspace::repository(directory).ok().flatten();
    repository.map_or_else(|| directory.to_owned(), |repository| repository.root().to_owned())
}

//! How a command ends: exit codes and messages of errors.
//!
//! The only file that knows exit codes. Must not know commands.

use std::process::ExitCode;

use super::terminal::Terminal;
use crate::{git::GitError, source::SourceError, source::write::WriteError};

/// How a command ended that did its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Nothing to complain about.
    Clean,
    /// There are findings at the failing level.
    Findings,
    /// The editor went away without asking the server to shut down, for which the protocol has this code.
    LeftAlone,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings | Exit::LeftAlone => 1,
        })
    }
}

/// The job could not be done.
#[derive(Debug)]
pub(super) struct CliError {
    message: String,
    hint: Option<String>,
}

const COULD_NOT: u8 = 2;

impl CliError {
    /// Says what could not be done, without a final full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Says what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Prints the error and gives its exit code.
    pub fn report(&self, terminal: &Terminal) -> ExitCode {
        terminal.complain("error", &self.message);
        if let Some(hint) = &self.hint {
            terminal.complain("hint", hint);
        }
        ExitCode::from(COULD_NOT)
    }
}

/// Prints what clap says about the arguments: help and version on stdout, faults on stderr.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe behind `--help` is nobody's fault.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(COULD_NOT) } else { ExitCode::SUCCESS }
}

impl From<SourceError> for CliError {
    fn from(error: SourceError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<GitError> for CliError {
    fn from(error: GitError) -> Self {
        Self { message: error.message, hint: error.hint }
    }
}

impl From<WriteError> for CliError {
    fn from(error: WriteError) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}

//! The terminal: colour, width, and the only places that print.
//!
//! Must not know what is printed.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use clap::ValueEnum;

use super::error::CliError;
use crate::{
    diagnostic::Diagnostic,
    path::RepoPath,
    report::{self, TextOptions},
    source::SourceView,
    text::{SourceText, visible_lines},
};

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColourChoice {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl fmt::Display for ColourChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        })
    }
}

/// What is known about where output goes. Decided once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terminal {
    /// Whether results may be coloured.
    pub colour: bool,
    /// Whether messages may be coloured.
    pub colour_messages: bool,
    /// The columns of a line.
    pub width: usize,
    /// Whether a person can be asked.
    pub interactive: bool,
}

/// The width where nobody says another; also the widest that text is set.
const DEFAULT_WIDTH: usize = 100;

impl Terminal {
    /// Looks at the process's streams and environment.
    #[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
    pub fn detect(choice: ColourChoice) -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let coloured = |is_terminal: bool| match choice {
            ColourChoice::Auto => is_terminal && !no_colour && !dumb,
            ColourChoice::Always => true,
            ColourChoice::Never => false,
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
        let size = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns.or_else(size).unwrap_or(DEFAULT_WIDTH).clamp(40, 160);
        Self {
            colour: coloured(io::stdout().is_terminal()),
            colour_messages: coloured(io::stderr().is_terminal()),
            width,
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
        }
    }

    /// Writes an error or a hint.
    pub fn complain(&self, word: &str, text: &str) {
        let colour = if word == "error" { "1;31" } else { "36" };
        let word = if self.colour_messages { format!("\u{1b}[{colour}m{word}\u{1b}[0m") } else { word.to_owned() };
        say(&format!("{word}: {}", visible_lines(text)));
    }

    /// A text in bold, where results may be coloured.
    pub fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Writes a result. A reader that closed the pipe has had enough; that is no error.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::new(format!("cannot write the result: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a message beside the result.
pub(super) fn say(text: &str) {
    // Nobody could be told that messages cannot be written.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Shows a finding that ends the command, with its source lines, and sums it up.
pub(super) fn refuse(finding: &Diagnostic, view: &dyn SourceView, summary: &str, terminal: &Terminal) -> CliError {
    let texts = |path: &RepoPath| {
        let bytes = view.read_file(path).ok().flatten()?;
        Some(SourceText::new(String::from_utf8_lossy(&bytes).into_owned()))
    };
    let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
    say(report::text(std::slice::from_ref(finding), &texts, options).trim_end());
    CliError::new(summary)
}

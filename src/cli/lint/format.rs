//! The formats in which `lint` shows findings, and where they go.
//!
//! Must not know how findings are found.
#![expect(clippy::disallowed_methods, reason = "the command line writes where it is told to")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use crate::cli::{
    error::CliError,
    terminal::{self, Terminal},
};
use crate::report::{self, Findings, TextOptions};

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Source lines with labels and help
    Text,
    /// One line for each finding: path:line:column: level[rule]: message
    Concise,
    /// One JSON document
    Json,
    /// A JSON object on each line
    JsonLines,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A Code Quality report of GitLab
    Gitlab,
    /// Annotations of GitHub Actions, and the summary of the step
    Github,
    /// A JUnit report
    Junit,
    /// Markdown, for summaries and comments
    Markdown,
}

/// The variable in which GitHub Actions names the file for the summary of a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The most that GitHub takes of a summary, in bytes.
const MAX_SUMMARY: usize = 1024 * 1024;

impl Format {
    /// Whether people read it, for whom the run is summed up.
    pub(in crate::cli) fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Github)
    }

    /// Writes findings to a file, else to the standard output.
    pub(in crate::cli) fn write(
        self,
        found: &Findings<'_>,
        output: Option<&Path>,
        start: &Path,
        terminal: &Terminal,
    ) -> Result<(), CliError> {
        // In a file there are no colours.
        let colour = terminal.colour && output.is_none();
        let text = self.text(found, TextOptions { colour, width: terminal.width });
        if self == Self::Github {
            summarise(found)?;
        }
        match output.filter(|path| *path != Path::new("-")) {
            None => terminal::print(&text),
            Some(path) => {
                let path = start.join(path);
                let failed = |error| CliError::new(format!("cannot write `{}`: {error}", path.display()));
                fs::write(&path, text).map_err(failed)
            }
        }
    }

    fn text(self, found: &Findings<'_>, options: TextOptions) -> String {
        match self {
            Self::Text => report::text(found.shown, found.texts, options),
            Self::Concise => report::concise(found.shown, found.texts),
            Self::Json => report::json(found),
            Self::JsonLines => report::json_lines(found),
            Self::Sarif => report::sarif(found),
            Self::Gitlab => report::gitlab(found),
            Self::Github => report::github(found),
            Self::Junit => report::junit(found),
            Self::Markdown => report::markdown(found),
        }
    }
}

/// Appends all findings to the summary of the step, if there is one: of the annotations only the first ten of each level are shown.
fn summarise(found: &Findings<'_>) -> Result<(), CliError> {
    let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let text = within(report::markdown(found), MAX_SUMMARY / 2);
    let failed = |error| CliError::new(format!("cannot write `{}`, the summary of the step: {error}", path.display()));
    let mut file = fs::OpenOptions::new().append(true).create(true).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// A text cut between lines, with a line that says how many are missing.
fn within(text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let mut kept = 0;
    for line in text.split_inclusive('\n') {
        if kept + line.len() > limit {
            break;
        }
        kept += line.len();
    }
    let missing = text[kept..].lines().filter(|line| line.starts_with("- ")).count();
    format!("{}\n{missing} more findings are in the log of this step.\n", &text[..kept])
}

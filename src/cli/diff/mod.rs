//! `treewright diff`.
#![expect(clippy::disallowed_methods, reason = "the command line writes where it is told to")]

mod compared;
mod findings;
mod sides;

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, ValueEnum};

pub(super) use compared::Compared;

use super::{
    error::{CliError, Exit},
    terminal::{self, Terminal},
};
use crate::{
    diff::Diff,
    report::{self, CommentOptions, DiffTextOptions, TextOptions},
};

/// Show what a change does to each object in each cluster
///
/// Both sides are rendered as Flux and Argo CD would, and compared object by object and field by field. Secrets are only ever shown as short hashes.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright diff                      the work tree against what the branch started from
  treewright diff main                 the work tree against a revision
  treewright diff HEAD~1 HEAD          one revision against another
  treewright diff main...feature       what a branch brings since it left another
  treewright diff --staged             what a commit would change
  treewright diff --format markdown    as a comment on a merge request
  treewright diff --exit-code          exit 1 if anything changes")]
pub(super) struct Args {
    #[command(flatten)]
    compared: Compared,

    /// How the diff is shown
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// Write the diff into this file instead of the standard output; .json, .md and .html choose the format
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show objects that are new or gone as a whole, in text
    #[arg(long)]
    whole: bool,

    /// The most bytes of the Markdown; GitHub takes 65536, GitLab 1000000
    #[arg(long, value_name = "BYTES", default_value_t = 65536)]
    max_length: usize,

    /// Where the whole diff can be seen, for Markdown that has to be cut
    #[arg(long, value_name = "URL")]
    link: Option<String>,

    /// Exit with 1 if anything changes
    #[arg(long)]
    exit_code: bool,
}

/// How a diff is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree of clusters, units, objects and fields
    Text,
    /// One JSON document; docs/diff.md describes it
    Json,
    /// Markdown, for comments on merge requests
    Markdown,
    /// One HTML page
    Html,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let found = args.compared.diff(start, terminal)?;
    write(args, &found, start, terminal)?;
    if args.format == Format::Text && found.is_empty() {
        terminal::say(&format!("no object changes from {} to {}", found.base, found.head));
    }
    Ok(if args.exit_code && !found.is_empty() { Exit::Findings } else { Exit::Clean })
}

fn write(args: &Args, found: &Diff, start: &Path, terminal: &Terminal) -> Result<(), CliError> {
    let output = args.output.as_ref().filter(|path| path.as_os_str() != "-");
    let by_name = output.and_then(|path| path.extension()?.to_str()).and_then(|extension| match extension {
        "json" => Some(Format::Json),
        "md" => Some(Format::Markdown),
        "html" => Some(Format::Html),
        _ => None,
    });
    let format = if args.format == Format::Text { by_name.unwrap_or(Format::Text) } else { args.format };
    let text = match format {
        Format::Text => {
            let options = TextOptions { colour: terminal.colour && output.is_none(), width: terminal.width };
            report::diff_text(found, DiffTextOptions { text: options, whole: args.whole })
        }
        Format::Json => report::diff_json(found),
        Format::Markdown => {
            report::diff_markdown(found, CommentOptions { limit: args.max_length, link: args.link.as_deref() })
        }
        Format::Html => report::diff_html(found),
    };
    match output {
        None => terminal::print(&text),
        Some(path) => {
            let path = start.join(path);
            fs::write(&path, text).map_err(|error| CliError::new(format!("cannot write `{}`: {error}", path.display())))
        }
    }
}

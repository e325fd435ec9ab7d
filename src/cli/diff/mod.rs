//! `treewright diff`.
#![expect(clippy::disallowed_methods, reason = "the command line writes where it is told to")]

mod findings;
mod sides;

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args as ClapArgs, ValueEnum};

use sides::Side;

use super::{
    error::{CliError, Exit},
    facts::Facts,
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    diff::{self, Diff, FILTERS, Options},
    manifest::HashKey,
    project::Project,
    report::{self, CommentOptions, DiffTextOptions, TextOptions},
};

/// Show what a change does to each object in each cluster
///
/// Both sides are rendered as Flux and Argo CD would, and compared object by object and field by field. Secrets are only ever shown as short hashes.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
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
    /// The revision to compare with; A..B and A...B name both sides, as in Git
    #[arg(value_name = "BASE")]
    base: Option<String>,

    /// The revision to compare; the work tree by default
    #[arg(value_name = "HEAD", conflicts_with = "staged")]
    head: Option<String>,

    /// Compare the Git index; with HEAD, if no other revision is named
    #[arg(long)]
    staged: bool,

    /// Show this cluster only
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,

    #[command(flatten)]
    facts: Facts,

    /// How the diff is shown
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// Write the diff into this file instead of the standard output; .json, .md and .html choose the format
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show what this filter folds away; all is every filter
    #[arg(long, value_name = "FILTER", value_delimiter = ',')]
    unfold: Vec<String>,

    /// Show objects that are new or gone as a whole, in text
    #[arg(long)]
    whole: bool,

    /// How many lines around a changed one of a longer text are shown
    #[arg(long, value_name = "LINES", default_value_t = 2)]
    context: usize,

    /// The most bytes of the Markdown; GitHub takes 65536, GitLab 1000000
    #[arg(long, value_name = "BYTES", default_value_t = 65536)]
    max_length: usize,

    /// Where the whole diff can be seen, for Markdown that has to be cut
    #[arg(long, value_name = "URL")]
    link: Option<String>,

    /// List the findings of the linter that come and go, too
    #[arg(long)]
    lint: bool,

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

/// The variable with the key of the hashes. With the same key, hashes of two runs can be compared.
const KEY: &str = "TREEWRIGHT_HASH_KEY";

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    for name in args.unfold.iter().filter(|name| *name != "all") {
        if !FILTERS.iter().any(|filter| filter.name == name) {
            let names: Vec<&str> = FILTERS.iter().map(|filter| filter.name).collect();
            return Err(
                CliError::new(format!("there is no filter `{name}`")).hint(format!("there are {}", names.join(", ")))
            );
        }
    }
    let repository = workspace::repository(start)?
        .ok_or_else(|| CliError::new("not in a Git repository").hint("a diff compares revisions of one"))?;
    let repository = Arc::new(repository);
    let [base, head] = sides::of(args, &repository)?;
    let open = |side: &Side| -> Result<Project, CliError> {
        let known = args.facts.options(side.view.as_ref(), Some(&repository), start, terminal)?;
        Ok(Project::open_with(Arc::clone(&side.view), &known)?)
    };
    let (old, new) = (open(&base)?, open(&head)?);
    let options = Options { key: hash_key(), unfolded: args.unfold.clone(), context: args.context };
    let mut found = diff::diff((&base.name, &old), (&head.name, &new), &options);
    if args.lint {
        found.findings = Some(findings::change(&old, &new)?);
    }
    if let Some(name) = &args.cluster {
        only(&mut found, name, [&old, &new])?;
    }
    write(args, &found, start, terminal)?;
    if args.format == Format::Text && found.is_empty() {
        terminal::say(&format!("no object changes from {} to {}", base.name, head.name));
    }
    let differs = !found.is_empty();
    // The process ends here: to give back every node one by one would only take time.
    std::mem::forget((old, new));
    Ok(if args.exit_code && differs { Exit::Findings } else { Exit::Clean })
}

/// Leaves only one cluster.
fn only(found: &mut Diff, name: &str, sides: [&Project; 2]) -> Result<(), CliError> {
    let clusters = sides.iter().filter_map(|side| Some((side, side.model().find_cluster(name).ok()?)));
    let names: Vec<String> = clusters
        .filter_map(|(side, at)| side.model().clusters.get(at).map(|cluster| cluster.name.to_string()))
        .collect();
    if names.is_empty() {
        let error = sides.iter().rev().find_map(|side| side.model().find_cluster(name).err());
        return Err(CliError::new(error.map_or_else(String::new, |error| error.to_string())));
    }
    let is_meant = |cluster: Option<&String>| cluster.is_some_and(|cluster| names.contains(cluster));
    found.clusters.retain(|cluster| is_meant(cluster.name.as_ref()));
    found.danger.retain(|danger| is_meant(danger.cluster.as_ref()));
    Ok(())
}

/// A key that nobody else has: the one that is given, or one for this run.
fn hash_key() -> HashKey {
    if let Some(key) = std::env::var_os(KEY).filter(|key| !key.is_empty()) {
        return HashKey::new(key.as_encoded_bytes());
    }
    // Its keys come from the system's source of randomness, new for each.
    let random: Vec<u8> = (0..4u8).flat_map(|part| RandomState::new().hash_one(part).to_le_bytes()).collect();
    HashKey::new(&random)
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

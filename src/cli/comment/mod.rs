//! `treewright comment`.
#![expect(clippy::disallowed_methods, reason = "the command line reads the files that it is told to")]

mod address;
mod token;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args as ClapArgs, ValueEnum};

use address::Address;

use super::{
    diff::Compared,
    error::{CliError, Exit},
    terminal::{self, Terminal},
};
use crate::{
    diff::Diff,
    forge::{self, Access, Client, Comment, Outcome, SystemClock, Target},
    report::{self, CommentOptions},
};

/// Say on a merge request what it does to the clusters
///
/// Keeps one comment on GitHub, GitLab, Gitea or Forgejo: makes it, changes it with each push, and takes it away. In a CI job of one of them it knows where the comment goes; anywhere
/// else, arguments say it. The token comes from a variable or a file. With --from, a job without a token can render, and another one comment.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright comment HEAD^1 HEAD                     in a CI job, which knows the merge request
  treewright comment origin/main...HEAD --dry-run    what would be said, and where
  treewright comment --from diff.json                what `diff --output diff.json` wrote elsewhere
  treewright comment main --forge gitea --url https://git.example.org --project site/clusters --number 7")]
pub(super) struct Args {
    #[command(flatten)]
    compared: Compared,

    /// Say what this file says, which `diff --output FILE` wrote as JSON, instead of comparing; - is the standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["base", "head", "staged", "cluster", "unfold", "lint", "helm"])]
    from: Option<PathBuf>,

    #[command(flatten)]
    address: Address,

    #[command(flatten)]
    token: token::Source,

    /// What becomes of the comment once no object changes; none is made then
    #[arg(long, value_enum, default_value_t = WhenEmpty::Update, value_name = "WHAT")]
    when_empty: WhenEmpty,

    /// Change nothing; print the comment, and say what would be done with it
    #[arg(long)]
    dry_run: bool,

    /// The most bytes of the comment, instead of what the forge takes
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(8192..))]
    max_length: Option<u32>,

    /// Where the whole diff can be seen, for a comment that has to be cut; the CI's page of the job by default
    #[arg(long, value_name = "URL")]
    link: Option<String>,

    /// How long it may take, waiting for a busy forge included
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

/// What becomes of a comment once there is nothing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WhenEmpty {
    /// It is deleted
    Delete,
    /// It stays as it is
    Keep,
    /// It says that no object changes
    Update,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    // Where it goes first: that takes no time, and rendering may.
    let surroundings = address::surroundings()?;
    let (target, name) = args.address.resolve(&surroundings)?;
    let token = args.token.read(target.kind, start)?;
    if token.is_none() && !args.dry_run {
        return Err(args.token.missing(target.kind));
    }
    let diff = match &args.from {
        Some(path) => read(path, start)?,
        None => args.compared.diff(start, terminal)?,
    };
    let limit =
        args.max_length.map_or(target.kind.longest_comment(), |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    let link = args.link.as_deref().or(surroundings.link.as_deref());
    let room = limit - forge::marker(&name).len() - 1;
    let text = report::diff_markdown(&diff, CommentOptions { limit: room, link });
    if text.len() > room {
        return Err(CliError::new(format!("the diff cannot be said in {limit} bytes: its names are too long")));
    }
    let comment = Comment {
        name: &name,
        text: &text,
        is_empty: says_nothing(&diff),
        when_empty: match args.when_empty {
            WhenEmpty::Delete => forge::WhenEmpty::Delete,
            WhenEmpty::Keep => forge::WhenEmpty::Keep,
            WhenEmpty::Update => forge::WhenEmpty::Update,
        },
    };
    if args.dry_run {
        let shown = format!("{}\n{text}", forge::marker(&name));
        terminal::print(&token.as_ref().map_or_else(|| shown.clone(), |token| token.hidden_in(&shown)))?;
    }
    match token {
        Some(token) => {
            let connection = args.address.connection(&target, &surroundings, start)?;
            let access = Access { token, connection, patience: Duration::from_secs(args.timeout) };
            say(&post(args, &target, &access, comment)?, comment, &target, args.dry_run);
        }
        None => terminal::say(&format!(
            "would keep the comment `{name}` at {} of {} on {}; without a token nobody can tell whether it is there",
            address::named(&target.request),
            target.project,
            target.kind.name()
        )),
    }
    Ok(Exit::Clean)
}

/// Talks to the forge.
fn post(args: &Args, target: &Target, access: &Access, comment: Comment<'_>) -> Result<Outcome, CliError> {
    let clock = SystemClock::start();
    let client = Client::new(target, access, &clock)?;
    let done = if args.dry_run { forge::look_up } else { forge::publish };
    Ok(done(target, &client, comment)?)
}

fn say(outcome: &Outcome, comment: Comment<'_>, target: &Target, dry_run: bool) {
    let (done, would) = match outcome {
        Outcome::Created(_) => ("made", "make"),
        Outcome::Updated(_) => ("changed", "change"),
        Outcome::Unchanged(_) => ("left, as it says the same already,", "leave, as it says the same already,"),
        Outcome::Deleted => ("deleted", "delete"),
        Outcome::Nothing => return terminal::say("there is nothing to say, and no comment to change"),
        Outcome::MovedOn => {
            return terminal::say(
                "no open merge request has this commit as its newest: it was closed, or pushed to since",
            );
        }
    };
    let url = match outcome {
        Outcome::Created(url) | Outcome::Updated(url) | Outcome::Unchanged(url) => url.as_deref(),
        _ => None,
    };
    let place = url.map_or_else(
        || format!("at {} of {} on {}", address::named(&target.request), target.project, target.kind.name()),
        |url| format!("({url})"),
    );
    let verb = if dry_run { format!("would {would}") } else { done.to_owned() };
    terminal::say(&format!("{verb} the comment `{}` {place}", comment.name));
}

/// Whether nothing changes, and no finding comes or goes.
fn says_nothing(diff: &Diff) -> bool {
    let findings = diff.findings.as_ref();
    diff.is_empty() && findings.is_none_or(|findings| findings.new.is_empty() && findings.resolved.is_empty())
}

/// Reads a diff that another job wrote, which nobody need trust.
fn read(path: &Path, start: &Path) -> Result<Diff, CliError> {
    let text = text_of(path, start, report::LONGEST_DIFF)?;
    report::read_diff(&text).map_err(|reason| {
        CliError::new(format!("`{}` is no diff of this program: {reason}", path.display()))
            .hint("`treewright diff --output FILE.json` writes one; `treewright schema show diff` prints its schema")
    })
}

/// A file that is not longer than `most` bytes, as text.
fn text_of(path: &Path, start: &Path, most: usize) -> Result<String, CliError> {
    let wrong = |error: io::Error| CliError::new(format!("cannot read `{}`: {error}", path.display()));
    let source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(start.join(path)).map_err(wrong)?)
    };
    let mut bytes = Vec::new();
    source.take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() > most {
        return Err(CliError::new(format!("`{}` has more than {most} bytes", path.display())));
    }
    String::from_utf8(bytes).map_err(|_| CliError::new(format!("`{}` is not UTF-8", path.display())))
}

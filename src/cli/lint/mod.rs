//! `treewright lint`.

mod format;
mod scope;

use std::{
    collections::BTreeMap,
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use clap::{Args as ClapArgs, ValueEnum};

use format::Format;
use scope::Scope;

use super::{
    error::{CliError, Exit},
    facts,
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    change::ChangeSet,
    config,
    diagnostic::{Diagnostic, Safety, Severity},
    fix::{self, Fixed},
    git::Repository,
    lint::{self, Baseline, Options, Outcome, Suppressed},
    path::RepoPath,
    project::Project,
    report,
    source::{GitView, Plan, SourceView, WorkTree, write},
};

/// The baseline where nobody names another.
const BASELINE: &str = "treewright-baseline.json";

/// Find what is wrong in a Flux or Argo CD repository
///
/// The whole repository is read, because a fault in one file often shows in another; PATHs only choose which findings are shown.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright lint                          everything in this repository
  treewright lint apps                     only findings in files below apps
  treewright lint --staged                 what a commit would contain
  treewright lint --rev main               the tip of a branch
  treewright lint --since origin/main      what this branch brings
  treewright lint --fix                    mend what can be mended safely
  treewright lint --diff --unsafe-fixes    show what could be mended
  treewright lint --format gitlab -o gl-code-quality.json
  treewright lint --select yaml,kustomize  only these groups of rules")]
pub(super) struct Args {
    /// Show only findings in these files and folders
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Lint the Git index instead of the work tree
    #[arg(long, conflicts_with = "rev")]
    staged: bool,

    /// Lint a revision instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,

    /// Show only what changed since a revision: findings in changed files, and new ones elsewhere
    #[arg(long, value_name = "REV")]
    since: Option<String>,

    /// Check custom resources against the CustomResourceDefinitions in this folder, too; it may lie outside of the repository
    #[arg(long, value_name = "DIR")]
    crd_dir: Vec<PathBuf>,

    /// Run only these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,

    /// Run these rules or groups on top of the default ones; all is every rule there is
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    extend: Vec<String>,

    /// Leave out these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Mend what can be mended safely
    #[arg(long, conflicts_with_all = ["staged", "rev"])]
    fix: bool,

    /// Mend what can be mended, even if the meaning may change; a person should look
    #[arg(long, conflicts_with_all = ["staged", "rev"])]
    unsafe_fixes: bool,

    /// Show what --fix or --unsafe-fixes would change, and write nothing
    #[arg(long, conflicts_with_all = ["staged", "rev"])]
    diff: bool,

    /// How findings are shown
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// Write the findings into this file instead of the standard output
    #[arg(long, short, value_name = "FILE", conflicts_with = "diff")]
    output: Option<PathBuf>,

    /// The level from which on findings make the exit code 1; warning by default
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Level>,

    /// Hide the findings that this file lists
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write all findings to the baseline instead of showing them
    #[arg(long, conflicts_with_all = ["staged", "rev", "fix", "unsafe_fixes", "diff", "output"])]
    write_baseline: bool,

    /// How many threads to use; all processors by default
    #[arg(long, value_name = "N", hide = true)]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Level {
    Error,
    Warning,
    Info,
}

impl Level {
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    for name in args.select.iter().chain(&args.extend).chain(&args.ignore) {
        lint::check_name(name).map_err(|(message, hint)| CliError::new(message).hint(hint))?;
    }
    if let Some(threads) = args.threads {
        // Only the first call can set the size; a second one would mean that the pool exists with that size already.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let begun = Instant::now();
    let repository = workspace::repository(start)?.map(Arc::new);
    let (view, root) = open(args, start, repository.as_ref())?;
    let inside = |path: &Path| workspace::inside(&root, start, path);
    let mut options = options(args, view.as_ref(), inside, terminal)?;
    options.known = facts::configured(&options.config, view.as_ref(), repository.as_deref())?;
    options.known.kinds.definitions = facts::definitions(&args.crd_dir, start)?;
    let paths = args.paths.iter().map(|path| inside(path)).collect::<Result<_, _>>()?;
    let mut scope = Scope::new(view.as_ref(), paths)?;
    if let Some(revision) = &args.since {
        let repository = repository.as_ref().ok_or_else(without_repository)?;
        scope = scope.since(repository, revision, view.as_ref(), &options)?;
    }
    let (project, outcome) = match grade(args) {
        None => {
            let project = Project::open_with(view, &options.known)?;
            let outcome = lint::lint(&project, &options);
            (project, outcome)
        }
        Some(grade) => {
            let fixed = fix::converge(&view, &options, grade, |finding| scope.touches(finding))?;
            let plan = Plan::new(&fixed.changes, view.as_ref())?;
            if args.diff {
                terminal::print(&report::patch(&plan))?;
                return Ok(if plan.is_empty() { Exit::Clean } else { Exit::Findings });
            }
            write::apply(&root, &plan)?;
            say_mended(&fixed);
            (fixed.project, fixed.outcome)
        }
    };
    if args.write_baseline {
        write_baseline(args, &options, &outcome, &project, &root, inside)?;
        return Ok(Exit::Clean);
    }
    let known = outcome.known;
    let findings = scope.choose(outcome.findings, &project);
    let suppressed: Vec<Suppressed> =
        outcome.suppressed.into_iter().filter(|one| scope.touches(&one.finding)).collect();
    let texts = |path: &RepoPath| project.shown_text(path);
    let found =
        report::Findings { shown: &findings, suppressed: &suppressed, files: project.files().len(), texts: &texts };
    args.format.write(&found, args.output.as_deref(), start, terminal)?;
    if args.format.is_for_people() {
        terminal::say(&summary(&found, known, begun));
    }
    let fail_on = args.fail_on.map(Level::severity).or_else(|| configured(options.config.lint.fail_on));
    let fails = findings.iter().any(|finding| finding.severity >= fail_on.unwrap_or(Severity::Warning));
    Ok(if fails { Exit::Findings } else { Exit::Clean })
}

/// The level from which on the configuration lets findings fail. Where it is off, none does.
fn configured(level: Option<config::Level>) -> Option<Severity> {
    match level? {
        config::Level::Info => Some(Severity::Info),
        config::Level::Warning => Some(Severity::Warning),
        config::Level::Error | config::Level::Off => Some(Severity::Error),
    }
}

fn say_mended(fixed: &Fixed) {
    for ((rule, title), count) in &fixed.applied {
        let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
        terminal::say(&format!("mended {rule}: {title}{times}"));
    }
}

/// How far fixes may go, if any are wanted.
fn grade(args: &Args) -> Option<Safety> {
    match (args.unsafe_fixes, args.fix || args.diff) {
        (true, _) => Some(Safety::Unsafe),
        (false, true) => Some(Safety::Safe),
        (false, false) => None,
    }
}

/// The view that the arguments ask for, and the directory it is rooted at.
fn open(
    args: &Args,
    start: &Path,
    repository: Option<&Arc<Repository>>,
) -> Result<(Arc<dyn SourceView>, PathBuf), CliError> {
    let root = repository.map_or_else(|| start.to_owned(), |repository| repository.root().to_owned());
    let view: Arc<dyn SourceView> = match (repository, args.staged, &args.rev) {
        (Some(repository), true, _) => Arc::new(GitView::index(Arc::clone(repository))?),
        (Some(repository), _, Some(rev)) => {
            let revision = repository.resolve(rev)?;
            Arc::new(GitView::revision(Arc::clone(repository), &revision)?)
        }
        (None, true, _) | (None, _, Some(_)) => return Err(without_repository()),
        _ => Arc::new(
            WorkTree::new(&root)
                .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?,
        ),
    };
    let root = root.canonicalize().unwrap_or(root);
    Ok((view, root))
}

fn without_repository() -> CliError {
    CliError::new("not in a Git repository")
        .hint("--staged, --rev and --since need one; lint without them reads any directory")
}

/// How to lint, as the view's configuration and then the arguments say.
fn options(
    args: &Args,
    view: &dyn SourceView,
    inside: impl Fn(&Path) -> Result<RepoPath, CliError>,
    terminal: &Terminal,
) -> Result<Options, CliError> {
    let refused = |fault: Box<Diagnostic>| terminal::refuse(&fault, view, "the configuration cannot be used", terminal);
    let mut options = Options::of_view(view).map_err(refused)?;
    if !args.select.is_empty() {
        options.select.clone_from(&args.select);
        options.extend.clear();
    }
    options.extend.extend(args.extend.iter().cloned());
    options.ignore.extend(args.ignore.iter().cloned());
    match &args.baseline {
        _ if args.write_baseline => {}
        Some(path) => options.know(view, &inside(path)?).map_err(refused)?,
        None => options.know_configured(view).map_err(refused)?,
    }
    Ok(options)
}

/// Writes all findings to the baseline: the file that is named, else that of the configuration, else the usual one.
fn write_baseline(
    args: &Args,
    options: &Options,
    outcome: &Outcome,
    project: &Project,
    root: &Path,
    inside: impl Fn(&Path) -> Result<RepoPath, CliError>,
) -> Result<(), CliError> {
    let path = match (&args.baseline, &options.config.lint.baseline) {
        (Some(path), _) => inside(path)?,
        (None, Some(path)) => path.clone(),
        (None, None) => inside(&root.join(BASELINE))?,
    };
    let baseline = Baseline::of(&outcome.findings, &|path| project.text(path));
    let mut changes = ChangeSet::new();
    changes.write(path.clone(), baseline.text());
    write::apply(root, &Plan::new(&changes, project.view())?)?;
    terminal::say(&format!("{path} lists {}", counted(baseline.len(), "known finding")));
    Ok(())
}

fn summary(found: &report::Findings<'_>, known: usize, begun: Instant) -> String {
    let (findings, suppressed, files) = (found.shown, found.suppressed.len(), found.files);
    let mut counts: BTreeMap<std::cmp::Reverse<Severity>, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(std::cmp::Reverse(finding.severity)).or_default() += 1;
    }
    let parts: Vec<String> = counts.iter().map(|(level, count)| counted(*count, level.0.as_str())).collect();
    let mut text = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    // Writing to a string cannot fail.
    let _ = write!(text, " in {} ({} ms)", counted(files, "file"), begun.elapsed().as_millis());
    if suppressed > 0 {
        let _ = write!(text, "; {suppressed} suppressed");
    }
    if known > 0 {
        let _ = write!(text, "; {known} in the baseline");
    }
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
    let (safe, all) = fixes.fold((0, 0), |(safe, all), fix| (safe + usize::from(fix.safety == Safety::Safe), all + 1));
    if safe > 0 {
        let _ = write!(text, "; {safe} can be mended with --fix");
    }
    if all > safe {
        let words = if safe > 0 { "more with" } else { "can be mended with" };
        let _ = write!(text, "; {} {words} --unsafe-fixes", all - safe);
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

//! The command line: arguments in, text and exit codes out.
//!
//! The only floor that prints, that knows exit codes, and that looks at the terminal. One file for each command; what a command does stands on the floors
//! below, here it is only asked for and shown.

mod adopt;
mod blueprint;
mod build;
mod comment;
mod completions;
mod diff;
mod error;
mod explain;
mod facts;
mod graph;
pub mod helm;
mod init;
mod lint;
mod lsp;
mod man;
mod new;
mod rules;
mod schema;
mod status;
mod terminal;
mod trace;
mod units;
mod update;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

use error::{CliError, Exit};
use terminal::{ColourChoice, Terminal};

/// Builds and keeps GitOps repository trees for Flux and Argo CD.
#[derive(Debug, Parser)]
#[command(name = "treewright", version, propagate_version = true, max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    /// Run as if started in this directory
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    directory: Option<PathBuf>,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourChoice,

    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 clean, 1 findings, 2 the job could not be done.

Examples:
  treewright new jupyterhub-espsrc notebook --init --example notebook --commit
  treewright lint
  treewright build clusters/production";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    New(Box<new::Args>),
    Update(update::Args),
    Status(status::Args),
    Adopt(adopt::Args),
    Lint(lint::Args),
    Build(build::Args),
    Diff(Box<diff::Args>),
    Comment(Box<comment::Args>),
    Graph(graph::Args),
    Trace(trace::Args),
    Blueprint(blueprint::Args),
    Rules(rules::Args),
    Explain(explain::Args),
    Schema(schema::Args),
    Lsp(lsp::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the program: reads the process's arguments, does the job, and gives the exit code.
pub fn main() -> ExitCode {
    silence_panics_of_rules();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return error::usage(&error),
    };
    let terminal = Terminal::detect(cli.color);
    match run(&cli, &terminal) {
        Ok(exit) => exit.into(),
        Err(error) => error.report(&terminal),
    }
}

fn run(cli: &Cli, terminal: &Terminal) -> Result<Exit, CliError> {
    let start = workspace::start(cli.directory.as_deref())?;
    match &cli.command {
        Command::Init(args) => init::run(args, &start),
        Command::New(args) => new::run(args, &start, terminal),
        Command::Update(args) => update::run(args, &start, terminal),
        Command::Status(args) => status::run(args, &start, terminal),
        Command::Adopt(args) => adopt::run(args, &start, terminal),
        Command::Lint(args) => lint::run(args, &start, terminal),
        Command::Build(args) => build::run(args, &start, terminal),
        Command::Diff(args) => diff::run(args, &start, terminal),
        Command::Comment(args) => comment::run(args, &start, terminal),
        Command::Graph(args) => graph::run(args, &start, terminal),
        Command::Trace(args) => trace::run(args, &start, terminal),
        Command::Blueprint(args) => blueprint::run(args, &start, terminal),
        Command::Rules(args) => rules::run(args, terminal),
        Command::Explain(args) => explain::run(args),
        Command::Schema(args) => schema::run(args, &start, terminal),
        Command::Lsp(args) => lsp::run(args, &start),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}

/// The whole command line as data, for completions, the manual page and the documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

/// A rule that panics becomes a finding; the default hook would print a trace beside it.
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn silence_panics_of_rules() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::env::var_os("RUST_BACKTRACE").is_some() || std::thread::current().name() == Some("main") {
            default(panic);
        }
    }));
}

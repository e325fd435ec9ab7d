//! `treewright blueprint`.

mod create;
mod show;
mod test;

use std::path::Path;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{
    error::{CliError, Exit},
    new,
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    blueprint::{self, Blueprint, Engine, catalogue},
    path::RepoPath,
    source::{SourceView, WorkTree},
};

/// Look at blueprints
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the bundled blueprints and components, and those in `blueprints/` of this repository
    List,
    /// Show what a blueprint is for and what it asks
    #[command(after_help = "\
Examples:
  treewright blueprint show jupyterhub-espsrc
  treewright blueprint show jupyterhub-espsrc --format json-schema > answers.schema.json")]
    Show {
        /// A blueprint's name, a folder that holds one, or `REVISION:FOLDER`
        #[arg(value_name = "BLUEPRINT")]
        blueprint: String,
        /// How to show it
        #[arg(long, value_enum, default_value_t = ShowFormat::Page, value_name = "FORMAT")]
        format: ShowFormat,
        /// Show also what this engine has to be told, in the schema
        #[arg(long, value_name = "ENGINE", value_parser = new::engine)]
        engine: Option<Engine>,
    },
    /// Write a blueprint to begin with, in `blueprints/` of this repository
    #[command(after_help = "Examples:\n  treewright blueprint new my-site")]
    New {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Check a blueprint as a compiler would, and run its tests
    #[command(after_help = "Examples:\n  treewright blueprint check blueprints/my-site")]
    Check {
        /// A blueprint's name, a folder that holds one, or `REVISION:FOLDER`
        #[arg(value_name = "BLUEPRINT")]
        blueprint: String,
    },
    /// Run the tests of a blueprint: answers, and the tree expected from them
    #[command(after_help = "\
Examples:
  treewright blueprint test blueprints/my-site
  treewright blueprint test blueprints/my-site --accept     after looking at the differences")]
    Test {
        /// A blueprint's name, a folder that holds one, or `REVISION:FOLDER`
        #[arg(value_name = "BLUEPRINT")]
        blueprint: String,
        /// Take the trees of now as the expected ones; BLUEPRINT is a folder
        #[arg(long)]
        accept: bool,
        /// Make the expected trees for this engine, also where there are none
        #[arg(long, value_name = "ENGINE", value_parser = new::engine, requires = "accept")]
        engine: Option<Engine>,
    },
}

/// How `show` shows a blueprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// A page for people
    Page,
    /// The JSON Schema of its answers, for editors
    JsonSchema,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let repository = workspace::repository(start)?;
    let root = repository.as_ref().map_or(start, |repository| repository.root());
    let view =
        WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    match &args.command {
        Action::List => list(&view),
        Action::Show { blueprint, format, engine } => {
            let blueprint = new::blueprint(blueprint, Some(&view), start, terminal)?;
            match format {
                ShowFormat::Page => show::page(&blueprint, terminal),
                ShowFormat::JsonSchema => show::json_schema(&blueprint, *engine),
            }
        }
        Action::New { name } => create::run(name, &view, root),
        Action::Check { blueprint } => check(&new::blueprint(blueprint, Some(&view), start, terminal)?, terminal),
        Action::Test { blueprint: name, accept, engine } => {
            let blueprint = new::blueprint(name, Some(&view), start, terminal)?;
            if *accept {
                test::accept(&blueprint, &start.join(name), *engine, terminal)
            } else {
                test::run(&blueprint, terminal)
            }
        }
    }
}

fn list(view: &dyn SourceView) -> Result<Exit, CliError> {
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for name in catalogue::bundled_names() {
        if let Some(Ok(blueprint)) = catalogue::bundled(&name) {
            rows.push((name, blueprint.manifest.version, blueprint.manifest.summary));
        }
    }
    for name in catalogue::component_names() {
        if let Some(Ok(blueprint)) = catalogue::bundled(&name) {
            rows.push((format!("components/{name}"), blueprint.manifest.version, blueprint.manifest.summary));
        }
    }
    let mut folders = Vec::new();
    for folder in ["blueprints", "blueprints/components"] {
        let folder = RepoPath::new(folder).map_err(|error| CliError::new(error.to_string()))?;
        folders.extend(catalogue::local(view, &folder)?);
    }
    for path in folders {
        match catalogue::read(view, &path)? {
            Ok(blueprint) => rows.push((path.to_string(), blueprint.manifest.version, blueprint.manifest.summary)),
            Err(_) => {
                rows.push((path.to_string(), "?".to_owned(), format!("has faults: treewright blueprint check {path}")));
            }
        }
    }
    let name = rows.iter().map(|row| row.0.len()).max().unwrap_or_default();
    let version = rows.iter().map(|row| row.1.len()).max().unwrap_or_default();
    let lines =
        rows.iter().flat_map(|row| [format!("{:name$}  {:version$}  {}", row.0, row.1, row.2), "\n".to_owned()]);
    terminal::print(&lines.collect::<String>())?;
    Ok(Exit::Clean)
}

fn check(blueprint: &Blueprint, terminal: &Terminal) -> Result<Exit, CliError> {
    let problems = blueprint::check(blueprint);
    if !problems.diagnostics.is_empty() {
        new::show(&problems, terminal);
    }
    let manifest = &blueprint.manifest;
    let (name, version) = (&manifest.name.name, &manifest.version);
    let cases = blueprint.cases().len();
    if problems.is_fine() {
        terminal::print(&format!("{name} {version} is well; {cases} tests passed\n"))?;
        return Ok(Exit::Clean);
    }
    terminal::say(&format!("{name} {version} has {} faults", problems.diagnostics.len()));
    Ok(Exit::Findings)
}

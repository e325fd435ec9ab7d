//! `treewright blueprint`.

mod test;

use std::path::Path;

use clap::{Args as ClapArgs, Subcommand};
use serde_json::Value as Json;

use super::{
    error::{CliError, Exit},
    new,
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    blueprint::{self, Blueprint, Engine, catalogue, manifest::Parameter},
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
    /// List the bundled blueprints and those in `blueprints/` of this repository
    List,
    /// Show what a blueprint is for and what it asks
    #[command(after_help = "Examples:\n  treewright blueprint show jupyterhub-espsrc")]
    Show {
        /// A blueprint's name, or a folder that holds one
        #[arg(value_name = "BLUEPRINT")]
        blueprint: String,
    },
    /// Check a blueprint as a compiler would, and run its tests
    #[command(after_help = "Examples:\n  treewright blueprint check blueprints/my-site")]
    Check {
        /// A blueprint's name, or a folder that holds one
        #[arg(value_name = "BLUEPRINT")]
        blueprint: String,
    },
    /// Run the tests of a blueprint: answers, and the tree expected from them
    #[command(after_help = "\
Examples:
  treewright blueprint test blueprints/my-site
  treewright blueprint test blueprints/my-site --accept     after looking at the differences")]
    Test {
        /// A blueprint's name, or a folder that holds one
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

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let repository = workspace::repository(start)?;
    let root = repository.as_ref().map_or(start, |repository| repository.root());
    let view =
        WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    match &args.command {
        Action::List => list(&view),
        Action::Show { blueprint } => show(&new::blueprint(blueprint, Some(&view), start, terminal)?, terminal),
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
    let folder = RepoPath::new("blueprints").map_err(|error| CliError::new(error.to_string()))?;
    for path in catalogue::local(view, &folder)? {
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

fn show(blueprint: &Blueprint, terminal: &Terminal) -> Result<Exit, CliError> {
    let manifest = &blueprint.manifest;
    let engines: Vec<&str> = manifest.engines.iter().map(|engine| engine.as_str()).collect();
    let title = terminal.bold(&format!("{} {}", manifest.name.name, manifest.version));
    let mut out = format!("{title} ({})\n{}\n", engines.join(", "), manifest.summary);
    if let Some(description) = &manifest.description {
        out.push_str(&format!("\n{}\n", description.trim_end()));
    }
    out.push_str(&format!("\n{}\n", terminal.bold("Parameters")));
    let required: Vec<&str> = manifest.required.iter().map(|id| id.name.as_str()).collect();
    for parameter in &manifest.parameters {
        describe(parameter, "", required.contains(&parameter.id.name.as_str()), &mut out);
    }
    let examples = blueprint.examples();
    if !examples.is_empty() {
        out.push_str(&format!("\n{}\n  {}\n", terminal.bold("Examples (--example)"), examples.join(", ")));
    }
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

/// Writes one parameter and those inside of it.
fn describe(parameter: &Parameter, prefix: &str, required: bool, out: &mut String) {
    let name = format!("{prefix}{}", parameter.id.name);
    let title = parameter.title.as_deref().unwrap_or_default();
    out.push_str(&format!("  {name}: {title}\n"));
    if parameter.properties.is_empty() {
        let mut facts = vec![kind(&parameter.schema)];
        match &parameter.default {
            Some(default) => {
                facts.push(format!("default {}", default.as_str().map_or_else(|| default.to_string(), str::to_owned)));
            }
            None if required => facts.push("required".to_owned()),
            None => {}
        }
        out.push_str(&format!("      {}\n", facts.join("; ")));
    }
    if let Some(when) = &parameter.when {
        out.push_str(&format!("      asked if {}\n", when.source));
    }
    for inner in &parameter.properties {
        describe(inner, &format!("{name}."), parameter.required.contains(&inner.id.name), out);
    }
}

/// What kind of value a parameter takes, in a few words.
fn kind(schema: &Json) -> String {
    let word = |key: &str| schema.get(key).and_then(Json::as_str);
    if let Some(choices) = schema.get("enum").and_then(Json::as_array) {
        let choices: Vec<String> =
            choices.iter().map(|choice| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned)).collect();
        return format!("one of {}", choices.join(", "));
    }
    let base = word("format").or_else(|| word("type")).unwrap_or("any value");
    match (schema.get("minimum"), schema.get("maximum")) {
        (Some(least), Some(most)) => format!("{base} from {least} to {most}"),
        _ => base.to_owned(),
    }
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

//! `treewright schema`.

use std::fmt::Write;

use clap::{Args as ClapArgs, Subcommand};

use super::{
    error::{CliError, Exit},
    terminal,
};
use crate::{
    schema::{Catalogue, KindRow},
    text::nearest,
};

/// Look at the schemas that objects are checked against
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the kinds that have a schema
    #[command(after_help = "Examples:\n  treewright schema list\n  treewright schema list helm")]
    List {
        /// Only kinds whose group or name holds this text
        #[arg(value_name = "TEXT")]
        filter: Option<String>,
    },
    /// Print the JSON Schema of a kind
    #[command(
        after_help = "Examples:\n  treewright schema show HelmRelease\n  treewright schema show helm.toolkit.fluxcd.io/v2/HelmRelease"
    )]
    Show {
        /// A kind, alone or behind its API version
        #[arg(value_name = "KIND")]
        kind: String,
    },
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Action::List { filter } => list(filter.as_deref()),
        Action::Show { kind } => show(kind),
    }
}

fn list(filter: Option<&str>) -> Result<Exit, CliError> {
    let filter = filter.map(str::to_lowercase).unwrap_or_default();
    let matches = |row: &&KindRow| {
        row.api_version().to_lowercase().contains(&filter) || row.kind.to_lowercase().contains(&filter)
    };
    let rows: Vec<&KindRow> = Catalogue::embedded().list().filter(matches).collect();
    if rows.is_empty() {
        return Err(CliError::new(format!("no schema matches `{filter}`")).hint("`treewright schema list` lists all"));
    }
    let width = rows.iter().map(|row| row.api_version().len()).max().unwrap_or_default();
    let kinds = rows.iter().map(|row| row.kind.len()).max().unwrap_or_default();
    let mut out = String::new();
    for row in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:width$}  {:kinds$}  {}", row.api_version(), row.kind, row.source);
    }
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

fn show(wanted: &str) -> Result<Exit, CliError> {
    let catalogue = Catalogue::embedded();
    let named = |row: &&KindRow| row.kind == wanted || format!("{}/{}", row.api_version(), row.kind) == wanted;
    let rows: Vec<&KindRow> = catalogue.list().filter(named).collect();
    let row = match rows.as_slice() {
        [row] => row,
        [] => {
            let near = nearest(wanted, catalogue.list().map(|row| row.kind.as_ref()));
            let hint = near.map_or_else(
                || "`treewright schema list` lists all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(CliError::new(format!("there is no schema for `{wanted}`")).hint(hint));
        }
        several => {
            let names: Vec<String> = several.iter().map(|row| format!("{}/{}", row.api_version(), row.kind)).collect();
            return Err(CliError::new(format!("`{wanted}` is a kind in several groups"))
                .hint(format!("one of {}", names.join(", "))));
        }
    };
    let Some(schema) = catalogue.lookup(&row.group, &row.version, &row.kind) else {
        return Err(CliError::new(format!("the schema of `{wanted}` cannot be read")));
    };
    let text = serde_json::to_string_pretty(schema.as_json()).map_err(|error| CliError::new(error.to_string()))?;
    terminal::print(&format!("{text}\n"))?;
    Ok(Exit::Clean)
}

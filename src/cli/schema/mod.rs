//! `treewright schema`.

mod add;

use std::{fmt::Write, path::Path};

use clap::{Args as ClapArgs, Subcommand};
use serde_json::Value as Json;

use super::{
    error::{CliError, Exit},
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    config,
    helm::{self, Chart},
    manifest::AddedSchemas,
    report,
    schema::{Catalogue, KindRow, Schema},
    source::WorkTree,
    text::nearest,
};

/// The JSON Schema of treewright.toml.
const CONFIG: &str = include_str!("../../../schemas/treewright.schema.json");

/// Look at the schemas that objects are checked against, and add some
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add schemas to the repository: CustomResourceDefinitions, JSON schemas, charts
    ///
    /// They are kept below `.treewright/schemas`, as `kinds/<group>/<version>/<Kind>.json` and `charts/<name>/<version>.json`, and win over those of the program.
    /// Of a chart its schema, its default values and its dependencies are kept, and those of the charts inside of it. Commit them: everybody then checks against
    /// the same. URLs are not read: download first.
    #[command(
        after_help = "Examples:\n  treewright schema add crds.yaml\n  kubectl get crds -o yaml > crds.yaml && treewright schema add crds.yaml\n  treewright schema add jupyterhub-4.3.3.tgz"
    )]
    Add(add::Args),
    /// List the kinds that have a schema, and the charts that were added
    #[command(after_help = "Examples:\n  treewright schema list\n  treewright schema list helm")]
    List {
        /// Only kinds whose group or name holds this text
        #[arg(value_name = "TEXT")]
        filter: Option<String>,
        #[command(flatten)]
        version: KubernetesVersion,
    },
    /// Print the JSON Schema of a kind, of the values of a chart that was added, of treewright.toml, or of what `diff` writes
    #[command(
        after_help = "Examples:\n  treewright schema show HelmRelease\n  treewright schema show helm.toolkit.fluxcd.io/v2/HelmRelease\n  treewright schema show 'chart jupyterhub 4.3.3'\n  treewright schema show config"
    )]
    Show {
        /// A kind, alone or behind its API version; `chart`, a name and a version; `config`; or `diff`, its JSON
        #[arg(value_name = "KIND")]
        kind: String,
        #[command(flatten)]
        version: KubernetesVersion,
    },
}

#[derive(Debug, ClapArgs)]
struct KubernetesVersion {
    /// The version of Kubernetes whose schemas to use, such as 1.34; without it the one in treewright.toml, else the newest
    #[arg(long, value_name = "VERSION", value_parser = minor)]
    kubernetes: Option<u32>,
}

/// The second number of a version of Kubernetes that has schemas.
fn minor(text: &str) -> Result<u32, String> {
    let known: Vec<String> = Catalogue::kubernetes_versions().collect();
    let minor = text.strip_prefix("1.").and_then(|minor| minor.parse().ok());
    minor.filter(|_| known.iter().any(|version| version == text)).ok_or_else(|| format!("one of {}", known.join(", ")))
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    match &args.command {
        Action::Add(args) => add::run(args, start),
        Action::List { filter, version } => list(filter.as_deref(), &Known::at(start, version.kubernetes, terminal)?),
        Action::Show { kind, .. } if kind == "config" => terminal::print(CONFIG).map(|()| Exit::Clean),
        Action::Show { kind, .. } if kind == "diff" => terminal::print(report::DIFF_SCHEMA).map(|()| Exit::Clean),
        Action::Show { kind, version } => show(kind, &Known::at(start, version.kubernetes, terminal)?),
    }
}

/// The schemas that count in a repository.
struct Known {
    kinds: Catalogue,
    charts: Vec<Chart>,
}

impl Known {
    /// Reads what the repository around a directory brings; outside of any there are only those of the program.
    fn at(start: &Path, kubernetes: Option<u32>, terminal: &Terminal) -> Result<Self, CliError> {
        let repository = workspace::repository(start)?;
        let root = repository.as_ref().map_or(start, |repository| repository.root());
        let view =
            WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
        let added = AddedSchemas::of_view(&view)?;
        let (charts, unread) = helm::added_charts(&view)?;
        for (path, reason) in added.broken.iter().chain(&unread) {
            terminal.complain("warning", &format!("{path} is left out: {reason}"));
        }
        let minor = match kubernetes {
            Some(minor) => Some(minor),
            None => config::load(&view).ok().and_then(|config| config.kubernetes_minor()),
        };
        let base = minor.map_or_else(Catalogue::embedded, Catalogue::of_kubernetes);
        Ok(Self { kinds: added.over(base), charts })
    }
}

fn list(filter: Option<&str>, known: &Known) -> Result<Exit, CliError> {
    let filter = filter.map(str::to_lowercase).unwrap_or_default();
    let kinds = known.kinds.list().map(|row| [row.api_version(), row.kind.clone(), row.source.clone()]);
    let charts = known.charts.iter().map(|chart| {
        let [name, version] = [chart.name(), &chart.metadata.version].map(str::to_owned);
        ["chart".to_owned(), format!("{name} {version}"), "added to this repository".to_owned()]
    });
    let matches =
        |[group, name, _]: &[String; 3]| [group, name].iter().any(|text| text.to_lowercase().contains(&filter));
    let rows: Vec<[String; 3]> = kinds.chain(charts).filter(matches).collect();
    if rows.is_empty() {
        return Err(CliError::new(format!("no schema matches `{filter}`")).hint("`treewright schema list` lists all"));
    }
    let [width, names] = [0, 1]
        .map(|column: usize| rows.iter().filter_map(|row| Some(row.get(column)?.len())).max().unwrap_or_default());
    let mut out = String::new();
    for [group, name, source] in &rows {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{group:width$}  {name:names$}  {source}");
    }
    terminal::print(&out)?;
    Ok(Exit::Clean)
}

fn show(wanted: &str, known: &Known) -> Result<Exit, CliError> {
    let schema = match wanted.strip_prefix("chart ") {
        Some(chart) => chart_schema(chart, known)?,
        None => kind_schema(wanted, &known.kinds)?,
    };
    let text = serde_json::to_string_pretty(schema).map_err(|error| CliError::new(error.to_string()))?;
    terminal::print(&format!("{text}\n"))?;
    Ok(Exit::Clean)
}

fn chart_schema<'k>(wanted: &str, known: &'k Known) -> Result<&'k Json, CliError> {
    let name = |chart: &Chart| format!("{} {}", chart.name(), chart.metadata.version);
    let chart = known.charts.iter().find(|chart| name(chart) == wanted);
    let chart = chart.ok_or_else(|| {
        let names: Vec<String> = known.charts.iter().map(name).collect();
        let near = nearest(wanted, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || "`treewright schema add` adds the schema of a chart".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        CliError::new(format!("the chart `{wanted}` was not added to this repository")).hint(hint)
    })?;
    let schema = chart.schema.as_deref().ok_or_else(|| {
        CliError::new(format!("the chart `{wanted}` has no schema itself, only charts inside of it have one"))
    })?;
    Ok(schema.as_json())
}

fn kind_schema<'k>(wanted: &str, catalogue: &'k Catalogue) -> Result<&'k Json, CliError> {
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
    let schema = catalogue.lookup(&row.group, &row.version, &row.kind);
    schema.map(Schema::as_json).ok_or_else(|| CliError::new(format!("the schema of `{wanted}` cannot be read")))
}

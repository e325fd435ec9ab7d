//! `treewright graph`.
#![expect(clippy::disallowed_methods, reason = "the command line writes where it is told to")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args as ClapArgs, ValueEnum};
use smol_str::SmolStr;

use super::{
    error::{CliError, Exit},
    facts::Facts,
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    graph::{Picture, picture::Selection},
    project::Project,
    report::{self, PageOptions, TextOptions},
    source::{GitView, SourceView, WorkTree},
    text::nearest,
};

/// Draw what reconciles what, from clusters down to Secrets
///
/// A unit is what a controller applies as a whole: a Flux Kustomization, an Argo CD Application, or a kustomization that nothing in the repository names.
/// Units stand in the order in which they are applied. No value of a Secret is shown.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  treewright graph                                       a tree of everything
  treewright graph --depth units                         only clusters and units
  treewright graph --cluster production --kind HelmRelease
  treewright graph --unit apps --format mermaid --depth secrets
  treewright graph --format html --output graph.html     a page to search and click through
  treewright graph --format html --output graph.html --source-url 'https://git.example.org/x/blob/main/{path}#L{line}'")]
pub(super) struct Args {
    #[command(flatten)]
    facts: Facts,

    /// How the graph is drawn
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// How far down to go: secrets for text and units for mermaid and dot, unless said; json and html hold everything
    #[arg(long, value_enum, value_name = "DEPTH")]
    depth: Option<Depth>,

    /// Only these clusters
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    cluster: Vec<SmolStr>,

    /// Only these units and what they apply: apps, flux-system/apps, flux:flux-system/apps, or a directory
    #[arg(long, value_name = "UNIT", value_delimiter = ',')]
    unit: Vec<SmolStr>,

    /// Only objects in these namespaces
    #[arg(long, value_name = "NAMESPACE", value_delimiter = ',')]
    namespace: Vec<SmolStr>,

    /// Only objects of these kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<SmolStr>,

    /// Draw a revision instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,

    /// Write the graph into this file; - is the standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Where the sources can be seen, with {path} and {line} in it, for links on the page
    #[arg(long, value_name = "TEMPLATE", value_parser = source_url)]
    source_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree
    Text,
    /// A flowchart, as GitLab, GitHub and Forgejo draw it
    Mermaid,
    /// For Graphviz
    Dot,
    /// Data for programs; docs/graph.md describes it
    Json,
    /// One page that needs no network, to search and to click through
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Depth {
    /// Clusters and units
    Units,
    /// Their objects, too
    Objects,
    /// And the Secrets that they read and make
    Secrets,
}

impl Depth {
    fn of(args: &Args) -> report::Depth {
        let default = if args.format == Format::Text { Self::Secrets } else { Self::Units };
        match args.depth.unwrap_or(default) {
            Self::Units => report::Depth::Units,
            Self::Objects => report::Depth::Objects,
            Self::Secrets => report::Depth::Secrets,
        }
    }
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let (view, root) = open(args, start)?;
    let known = args.facts.options(view.as_ref(), workspace::repository(start)?.as_ref(), start, terminal)?;
    let picture = Project::open_with(view, &known)?.picture();
    let selection = Selection {
        clusters: args.cluster.clone(),
        units: args.unit.clone(),
        namespaces: args.namespace.clone(),
        kinds: args.kind.clone(),
    };
    refuse_unknown(&picture, &selection)?;
    let picture = picture.select(&selection);
    let depth = Depth::of(args);
    let into_file = args.output.as_ref().filter(|output| output.as_os_str() != "-");
    let text = match args.format {
        Format::Text => {
            let colour = terminal.colour && into_file.is_none();
            report::graph_text(&picture, depth, TextOptions { colour, width: terminal.width })
        }
        Format::Mermaid => report::graph_mermaid(&picture, depth),
        Format::Dot => report::graph_dot(&picture, depth),
        Format::Json => report::graph_json(&picture),
        Format::Html => {
            let title = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            report::graph_html(&picture, PageOptions { title: &title, source_url: args.source_url.as_deref() })
        }
    };
    match into_file {
        Some(output) => {
            let path = start.join(output);
            let failed = |error| CliError::new(format!("cannot write `{}`: {error}", path.display()));
            fs::write(&path, text).map_err(failed)?;
        }
        None => terminal::print(&text)?,
    }
    Ok(Exit::Clean)
}

fn open(args: &Args, start: &Path) -> Result<(Arc<dyn SourceView>, PathBuf), CliError> {
    let repository = workspace::repository(start)?;
    let root = repository.as_ref().map_or(start, |repository| repository.root()).to_owned();
    let root = root.canonicalize().unwrap_or(root);
    let Some(rev) = &args.rev else {
        let view = WorkTree::new(&root)
            .map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
        return Ok((Arc::new(view), root));
    };
    let repository =
        Arc::new(repository.ok_or_else(|| CliError::new("not in a Git repository").hint("--rev needs one"))?);
    let revision = repository.resolve(rev)?;
    Ok((Arc::new(GitView::revision(repository, &revision)?), root))
}

/// A wish that nothing fulfils is most likely misspelt.
fn refuse_unknown(picture: &Picture, selection: &Selection) -> Result<(), CliError> {
    let Some((sort, name)) = selection.unknown(picture).into_iter().next() else { return Ok(()) };
    let units: Vec<String> = picture.units.iter().map(|unit| unit.id.to_string()).collect();
    let known: Vec<&str> = match sort {
        "cluster" => picture.clusters.iter().map(|one| one.name.as_str()).collect(),
        "unit" => units.iter().map(String::as_str).collect(),
        "namespace" => picture.objects.iter().filter_map(|one| one.id.namespace.as_deref()).collect(),
        _ => picture.objects.iter().map(|one| one.id.kind.as_str()).collect(),
    };
    let error = CliError::new(format!("there is no {sort} `{name}` in this repository"));
    Err(match nearest(name, known) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    })
}

fn source_url(template: &str) -> Result<String, String> {
    let is_web = template.starts_with("https://") || template.starts_with("http://");
    if !is_web {
        return Err("it must begin with https:// or http://".to_owned());
    }
    if !template.contains("{path}") {
        return Err("it must hold {path}, and may hold {line}".to_owned());
    }
    Ok(template.to_owned())
}

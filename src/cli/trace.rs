//! `treewright trace`.

use std::{path::Path, sync::Arc};

use clap::{Args as ClapArgs, ValueEnum};

use super::{
    error::{CliError, Exit},
    terminal::{self, Terminal},
    workspace,
};
use crate::{
    graph::{Branch, Query, Wiring, vault_policies},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::WorkTree,
    yaml::Origin,
};

/// Follow a secret or a value from the store to the chart, or back
///
/// Every hop is shown with its place. A hop that is broken is marked and explained, and makes the exit code 1.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
What can be followed:
  secret/NAME, secret/NAMESPACE/NAME, secret/NAME#KEY   a Secret, or one key of it
  configmap/NAME                                        a ConfigMap, in the same ways
  store:PATH, store:PATH#PROPERTY                       an entry of a secret store
  value RELEASE:PATH                                    a value of a Helm release

Examples:
  treewright trace secret/jupyterhub-secrets
  treewright trace value jupyterhub:hub.config.GenericOAuthenticator.client_secret
  treewright trace store:app/jupyter#client-secret
  treewright trace --policy vault --namespace jupyterhub")]
pub(super) struct Args {
    /// What to follow
    #[arg(value_name = "WHAT", required_unless_present = "policy", conflicts_with = "policy")]
    what: Vec<String>,

    /// Print the least that the store must allow, as commands
    #[arg(long, value_enum, value_name = "STORE")]
    policy: Option<Policy>,

    /// With --policy: only what the objects of this namespace read and write
    #[arg(long, short, value_name = "NAMESPACE", requires = "policy")]
    namespace: Option<String>,

    /// How ways are shown
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree
    Text,
    /// One JSON document
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Policy {
    /// Policies and roles of HashiCorp Vault and of OpenBao
    Vault,
}

pub(super) fn run(args: &Args, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let query = if args.policy.is_some() { None } else { Some(parse(args)?) };
    let repository = workspace::repository(start)?;
    let root = repository.as_ref().map_or(start, |repository| repository.root());
    let view =
        WorkTree::new(root).map_err(|error| CliError::new(format!("cannot read `{}`: {error}", root.display())))?;
    let project = Project::open(Arc::new(view))?;
    let objects = project.rendered_objects();
    let Some(query) = query else {
        let policies = vault_policies(&objects, args.namespace.as_deref());
        if policies.is_empty() {
            let place = args.namespace.as_ref().map(|one| format!(" in namespace `{one}`")).unwrap_or_default();
            return Err(CliError::new(format!("nothing{place} reads or writes Vault")));
        }
        terminal::print(&report::vault_policies(&policies))?;
        return Ok(Exit::Clean);
    };
    let releases = project.releases();
    let charts = |folder: &RepoPath| project.charts(folder);
    let wiring = Wiring::of(&objects, &releases, &charts);
    let roots = wiring.trace(&query, &releases).map_err(|not_found| {
        let error = CliError::new(not_found.message);
        match not_found.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })?;
    let places = |origin: Origin| place(&project, origin);
    terminal::print(&match args.format {
        Format::Text => report::trace(&roots, &places, TextOptions { colour: terminal.colour, width: terminal.width }),
        Format::Json => report::trace_json(&roots, &places),
    })?;
    Ok(if roots.iter().any(Branch::is_broken) { Exit::Findings } else { Exit::Clean })
}

fn parse(args: &Args) -> Result<Query, CliError> {
    Query::parse(&args.what).map_err(|message| {
        CliError::new(message).hint("secret/NAME, configmap/NAME, store:PATH or value RELEASE:PATH can be traced")
    })
}

/// The line that something is written in.
fn place(project: &Project, origin: Origin) -> Option<String> {
    let label = project.label_at(origin, "")?;
    let line = project.text(&label.path)?.position(label.span.start).line;
    Some(format!("{}:{line}", label.path))
}

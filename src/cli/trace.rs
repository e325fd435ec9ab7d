//! `treewright trace`.

use std::{path::Path, sync::Arc};

use clap::{Args as ClapArgs, ValueEnum};

use super::{
    error::{CliError, Exit},
    facts::Facts,
    terminal::{self, Terminal},
    units, workspace,
};
use crate::{
    graph::{Branch, Query, VaultNeeds, vault_needs},
    project::Project,
    report::{self, TextOptions, Ways},
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

    /// Only in this cluster
    #[arg(long, value_name = "NAME|DIR")]
    cluster: Option<String>,

    #[command(flatten)]
    facts: Facts,

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
    let known = args.facts.options(&view, repository.as_ref(), start, terminal)?;
    let project = Project::open_with(Arc::new(view), &known)?;
    let cluster = units::find_cluster(&project, args.cluster.as_deref())?;
    let Some(query) = query else {
        let model = project.model();
        let chosen = cluster.and_then(|cluster| model.clusters.get(cluster));
        let objects = chosen.map_or(model.objects.as_slice(), |cluster| model.objects_in(cluster));
        return policy(&vault_needs(objects, args.namespace.as_deref()), args.namespace.as_deref());
    };
    let ways = ways(&project, &query, cluster)?;
    let places = |origin: Origin| {
        let (path, position) = project.place_of(origin)?;
        Some(format!("{path}:{}", position.line))
    };
    terminal::print(&match args.format {
        Format::Text => report::trace(&ways, &places, TextOptions { colour: terminal.colour, width: terminal.width }),
        Format::Json => report::trace_json(&ways, &places),
    })?;
    let is_broken = ways.iter().flat_map(|ways| &ways.roots).any(Branch::is_broken);
    Ok(if is_broken { Exit::Findings } else { Exit::Clean })
}

/// The ways in the clusters that know of what is asked; where none does, those through what belongs to no cluster.
fn ways(project: &Project, query: &Query, cluster: Option<usize>) -> Result<Vec<Ways>, CliError> {
    let count = project.model().clusters.len();
    let chosen = cluster.map_or_else(|| (0..count).collect(), |cluster| vec![cluster]);
    let mut found = Vec::new();
    let mut missed = Vec::new();
    for one in chosen.into_iter().filter_map(|cluster| project.wiring_of(cluster)) {
        match one.wiring.trace(query, one.releases) {
            Ok(roots) => {
                let cluster = one.cluster.map(|cluster| cluster.name.clone()).filter(|_| count > 1);
                found.push(Ways { cluster, roots });
            }
            Err(not_found) => missed.push(not_found),
        }
    }
    if found.is_empty() && cluster.is_none() {
        let rest = project.wiring_elsewhere();
        match rest.wiring.trace(query, rest.releases) {
            Ok(roots) => found.push(Ways { cluster: None, roots }),
            Err(not_found) => missed.push(not_found),
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    // One that knows of something similar says more.
    let best = missed.iter().find(|one| one.hint.is_some()).or_else(|| missed.first());
    let error = CliError::new(best.map(|one| one.message.clone()).unwrap_or_default());
    Err(match best.and_then(|one| one.hint.clone()) {
        Some(hint) => error.hint(hint),
        None => error,
    })
}

fn policy(needs: &VaultNeeds, namespace: Option<&str>) -> Result<Exit, CliError> {
    for id in &needs.left_out {
        terminal::say(&format!("not counted: {id}: the store that it names is not in this repository"));
    }
    if needs.policies.is_empty() {
        let place = namespace.map(|one| format!(" in namespace `{one}`")).unwrap_or_default();
        return Err(CliError::new(format!("nothing{place} reads or writes Vault")));
    }
    terminal::print(&report::vault_policies(&needs.policies))?;
    Ok(if needs.left_out.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn parse(args: &Args) -> Result<Query, CliError> {
    Query::parse(&args.what).map_err(|message| {
        CliError::new(message).hint("secret/NAME, configmap/NAME, store:PATH or value RELEASE:PATH can be traced")
    })
}

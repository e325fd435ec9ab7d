//! An instance for several clusters: one rendered for each with its own answers, and what all have in common taken together.
//!
//! Must not know repositories.

mod share;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Blueprint, Instance, Problems,
    layout::{self, BASE},
    parameters::{Answers, Facts, resolve},
    render::Renderer,
};
use crate::path::RepoPath;

/// Renders a blueprint for several clusters. `apart` are files that stay in each cluster, even where all have the same, by their paths inside of a cluster's directory: a file in
/// which clusters once differed stays with them, so no edit of one cluster reaches another one.
///
/// Without a cluster this is [`super::render`]'s instance. Fails with what is wrong in any cluster.
pub fn render_for(
    blueprint: &Blueprint,
    answers: &Answers,
    facts: &Facts,
    clusters: &[String],
    apart: &BTreeSet<RepoPath>,
) -> Result<Instance, Problems> {
    if clusters.is_empty() {
        return super::render(blueprint, answers, facts);
    }
    answers.check_clusters(clusters)?;
    let mut refused: Vec<(&str, Problems)> = Vec::new();
    let mut instances: Vec<Instance> = Vec::new();
    for cluster in clusters {
        match of_cluster(blueprint, answers, facts, cluster) {
            Ok(instance) => instances.push(instance),
            Err(problems) => refused.push((cluster, problems)),
        }
    }
    let (Some(first), true) = (instances.first(), refused.is_empty()) else {
        return Err(together(refused, clusters.len()));
    };
    let trees: Vec<(&str, &BTreeMap<RepoPath, String>)> =
        clusters.iter().map(String::as_str).zip(instances.iter().map(|instance| &instance.files)).collect();
    let own = layout::own(&first.path, &first.root);
    // An instance for one cluster shares nothing, and is one directory.
    let root = first.root.parent().unwrap_or_else(RepoPath::root);
    let base = root.join(BASE).and_then(|base| base.join(&own)).unwrap_or_else(|_| root.clone());
    let files = share::share(&trees, &own, apart);
    let warnings = clusters.iter().map(String::as_str).zip(instances.iter().map(|of| of.warnings.clone())).collect();
    Ok(Instance {
        name: facts.instance.clone(),
        engine: facts.engine,
        path: base,
        root,
        clusters: clusters.to_vec(),
        files,
        answers: answers.values().clone(),
        next_steps: next_steps(clusters, &instances),
        warnings: together(warnings, clusters.len()),
    })
}

/// The instance of one cluster, in the directory that it has there.
pub(super) fn of_cluster(
    blueprint: &Blueprint,
    answers: &Answers,
    facts: &Facts,
    cluster: &str,
) -> Result<Instance, Problems> {
    let answers = answers.of_cluster(cluster);
    let renderer = Renderer::new();
    let resolved = resolve(&renderer, blueprint, &answers, facts)?;
    let own = layout::own(&resolved.path, &resolved.root);
    let root = resolved.root.join(cluster).unwrap_or_else(|_| resolved.root.clone());
    let path = root.join(&own).unwrap_or_else(|_| root.clone());
    let instance = super::render(blueprint, &answers, &Facts { path: Some(path), ..facts.clone() })?;
    Ok(Instance { root, ..instance })
}

/// What is wrong in several clusters: once without a name where it is wrong in all, else with the cluster's.
fn together(found: Vec<(&str, Problems)>, all: usize) -> Problems {
    let mut together = Problems::new();
    let count = |message: &crate::diagnostic::Diagnostic| {
        found.iter().filter(|(_, problems)| problems.diagnostics.contains(message)).count()
    };
    let is_shared: Vec<Vec<bool>> =
        found.iter().map(|(_, of)| of.diagnostics.iter().map(|one| count(one) == all).collect()).collect();
    for ((cluster, mut problems), is_shared) in found.into_iter().zip(is_shared) {
        for (diagnostic, is_shared) in problems.diagnostics.iter_mut().zip(is_shared) {
            if !is_shared {
                diagnostic.message = format!("{} (cluster {cluster})", diagnostic.message);
            }
        }
        together.extend(problems);
    }
    together.sorted()
}

/// What comes next: once where it is so in all clusters, else with the cluster's name.
fn next_steps(clusters: &[String], instances: &[Instance]) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for (cluster, instance) in clusters.iter().zip(instances) {
        for step in &instance.next_steps {
            let is_shared = instances.iter().all(|other| other.next_steps.contains(step));
            let step = if is_shared { step.clone() } else { format!("{cluster}: {step}") };
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    steps
}

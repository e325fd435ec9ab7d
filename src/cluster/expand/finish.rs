//! From the last round to units in their final order.
//!
//! Must not know how they were found.

use std::collections::{BTreeSet, HashMap};

use smol_str::SmolStr;

use super::{
    super::{
        Cluster, Unit, UnitId, UnitKind,
        declared::Declaration,
        known,
        roots::{Group, names},
    },
    Expanded, Expansion, Node, Rendering, Round,
};
use crate::{path::RepoPath, yaml::Value};

const WAVE: &str = "argocd.argoproj.io/sync-wave";

pub(super) fn finish(round: &Round, groups: &[Group]) -> Expansion {
    let is_used = |group: usize| round.nodes.iter().any(|(node, _)| node.cluster == group);
    let used: Vec<(usize, &Group)> = groups.iter().enumerate().filter(|(index, _)| is_used(*index)).collect();
    let directories: Vec<RepoPath> =
        used.iter().filter(|(_, group)| group.is_cluster).map(|(_, group)| group.directory.clone()).collect();
    let mut expansion = Expansion { clusters: Vec::new(), units: Vec::new(), wanted: wanted(round) };
    for (name, directory) in names(&directories).into_iter().zip(directories) {
        expansion.clusters.push(Cluster {
            name,
            directory,
            units: Vec::new(),
            not_rendered: Vec::new(),
            problems: Vec::new(),
        });
    }
    // Clusters come first, so that a group's place among the used ones is that of its cluster.
    for (place, (index, group)) in used.into_iter().enumerate() {
        take(&mut expansion, round, index, group.is_cluster.then_some(place));
    }
    expansion
}

/// Everything that was asked for.
fn wanted(round: &Round) -> BTreeSet<(SmolStr, SmolStr)> {
    let answers = round.nodes.iter().flat_map(|(_, rendering)| &rendering.answers);
    answers.map(|(key, _)| known::wanted(key)).collect()
}

/// Takes in the units of one group.
fn take(expansion: &mut Expansion, round: &Round, group: usize, cluster: Option<usize>) {
    let mut place: HashMap<usize, usize> = HashMap::new();
    let nodes = round.nodes.iter().enumerate().filter(|(_, (node, _))| node.cluster == group);
    for (index, (node, rendering)) in nodes {
        let parent = unit_above(round, node).and_then(|above| place.get(&above).copied());
        let rendered = &rendering.applied.rendered;
        if !matches!(node.declaration, Declaration::ApplicationSet) {
            place.insert(index, expansion.units.len());
            if let Some(cluster) = cluster.and_then(|cluster| expansion.clusters.get_mut(cluster)) {
                cluster.units.push(expansion.units.len());
            }
            let one = unit(node, rendering, cluster, parent);
            expansion.units.push(Expanded {
                unit: one,
                objects: rendered.objects.clone(),
                releases: rendering.applied.releases.clone(),
            });
            continue;
        }
        // A set is no unit: who applies it answers for what it does not make.
        if let Some(Expanded { unit, .. }) = parent.and_then(|parent| expansion.units.get_mut(parent)) {
            unit.not_rendered.extend(rendered.not_rendered.iter().cloned());
            unit.problems.extend(rendered.problems.iter().cloned());
        } else if let Some(cluster) = cluster.and_then(|cluster| expansion.clusters.get_mut(cluster)) {
            cluster.not_rendered.extend(rendered.not_rendered.iter().cloned());
            cluster.problems.extend(rendered.problems.iter().cloned());
        }
    }
}

/// The nearest node above that is a unit.
fn unit_above(round: &Round, node: &Node) -> Option<usize> {
    let mut above = node.parent;
    while let Some((node, _)) = above.and_then(|index| round.nodes.get(index)) {
        if !matches!(node.declaration, Declaration::ApplicationSet) {
            return above;
        }
        above = node.parent;
    }
    None
}

fn unit(node: &Node, rendering: &Rendering, cluster: Option<usize>, parent: Option<usize>) -> Unit {
    let value = &node.declared.value;
    let (kind, flux) = match &node.declaration {
        Declaration::Flux(one) => (UnitKind::Flux, Some(one.clone())),
        Declaration::ResourceSet => (UnitKind::Flux, None),
        Declaration::Application(_) | Declaration::ApplicationSet => (UnitKind::Argo, None),
    };
    let flag = |keys: &[&str]| value.pointer(keys).and_then(Value::as_bool).unwrap_or_default();
    let wave = value.pointer(&["metadata", "annotations", WAVE]).and_then(Value::as_scalar);
    let rendered = &rendering.applied.rendered;
    Unit {
        id: node.id.clone(),
        kind,
        cluster,
        parent,
        declared: Some(node.declared.id.clone()),
        origin: node.declared.origin(),
        directories: rendering.applied.directories.clone(),
        depends_on: depends_on(node),
        wave: wave.and_then(|wave| wave.text.trim().parse().ok()).unwrap_or_default(),
        suspended: flag(&["spec", "suspend"]),
        destination: destination(node),
        flux,
        left_out: rendering.applied.left_out,
        objects: 0..0,
        not_rendered: rendered.not_rendered.clone(),
        problems: rendered.problems.iter().chain(&rendering.refused).cloned().collect(),
    }
}

/// The Flux Kustomizations that must be ready before this one.
fn depends_on(node: &Node) -> Vec<UnitId> {
    let UnitId::Flux(own, _) = &node.id else { return Vec::new() };
    let entries = node.declared.value.pointer(&["spec", "dependsOn"]).and_then(Value::as_sequence).unwrap_or_default();
    let text = |entry: &Value, key: &str| Some(entry.get(key)?.as_scalar()?.text.clone());
    let named = entries.iter().filter_map(|entry| {
        let namespace = text(entry, "namespace").unwrap_or_else(|| own.clone());
        Some(UnitId::Flux(namespace, text(entry, "name")?))
    });
    named.collect()
}

/// Where an Application goes, if that is not the cluster of its controller.
fn destination(node: &Node) -> Option<SmolStr> {
    let Declaration::Application(one) = &node.declaration else { return None };
    let (place, _) = one.destination.server.as_ref().or(one.destination.name.as_ref())?;
    let is_own = matches!(place.as_str(), "https://kubernetes.default.svc" | "in-cluster");
    (!is_own).then(|| place.clone())
}

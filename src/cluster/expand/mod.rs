//! The expansion: from the roots to everything that follows, to a fixed point.
//!
//! Owns the rounds: because a unit may look up what a later one applies, and because what seemed a root may turn out to be applied, everything is expanded again
//! until nothing changes. A unit is rendered again only if its declaration or an answer that it got has changed. Must not know how a unit is rendered.

mod finish;
mod round;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use smol_str::SmolStr;

use super::{
    Cluster, Unit, UnitId,
    declared::{Candidate, Declaration},
    known::{Answers, Known},
    reach::Reach,
    render::{Applied, Renderer},
    roots::Group,
};
use crate::{argo::Templated, diagnostic::Diagnostic, manifest::RenderedObject};

use round::Round;

/// So often may everything be looked at again. Each round settles at least the units whose producers were settled before.
const MAX_ROUNDS: usize = 8;

/// The units of all clusters with their objects.
pub(super) struct Expansion {
    pub(super) clusters: Vec<Cluster>,
    /// By cluster, a parent before its children.
    pub(super) units: Vec<Expanded>,
    /// Kind and name of what was asked for.
    pub(super) wanted: BTreeSet<(SmolStr, SmolStr)>,
}

/// A unit with what it applies.
pub(super) struct Expanded {
    pub(super) unit: Unit,
    pub(super) objects: Vec<RenderedObject>,
    /// The releases that it asks for by itself.
    pub(super) releases: Vec<Templated>,
}

/// A unit, or an ApplicationSet that makes some, in the course of the expansion.
#[derive(Debug)]
struct Node {
    id: UnitId,
    cluster: usize,
    /// The node that applies the declaration.
    parent: Option<usize>,
    /// The candidate that all of it follows from.
    root: usize,
    declared: RenderedObject,
    declaration: Declaration,
}

/// What was rendered for a node, and what that rests on.
#[derive(Debug)]
struct Rendering {
    declared: RenderedObject,
    answers: Answers,
    applied: Applied,
    /// What the objects declare, in their order.
    declares: Vec<(RenderedObject, Declaration)>,
    /// Why it was not rendered at all.
    refused: Option<Diagnostic>,
}

/// A node's place in a cluster: no cluster has two units of one name, but a set may be called as an Application is.
type Key = (usize, UnitId, bool);

impl Node {
    fn key(&self) -> Key {
        (self.cluster, self.id.clone(), matches!(self.declaration, Declaration::ApplicationSet))
    }
}

/// What was rendered for each node.
#[derive(Default)]
pub(super) struct Renderings(HashMap<Key, Arc<Rendering>>);

/// Expands the roots of all clusters. `kept` is what an earlier expansion of the same view rendered, and takes in what this one does.
pub(super) fn expand(
    renderer: Renderer<'_>,
    reach: &Reach,
    candidates: &[Candidate],
    mut groups: Vec<Group>,
    kept: &mut Renderings,
) -> Expansion {
    let expanding = Expanding { renderer, reach, candidates };
    let cache = &mut kept.0;
    // What was not rendered then may be rendered this time.
    cache.retain(|_, rendering| !rendering.applied.left_out && rendering.refused.is_none());
    let mut known: Option<Vec<Known>> = None;
    let mut rounds = 0;
    loop {
        rounds += 1;
        let round = Round::run(&expanding, &groups, known.as_deref(), cache);
        let dropped = applied_roots(&round, &groups, candidates);
        if (dropped.is_empty() && round.is_settled()) || rounds == MAX_ROUNDS {
            return finish::finish(&round, &groups);
        }
        known = Some(round.known);
        for group in &mut groups {
            group.roots.retain(|root| !dropped.contains(root));
        }
    }
}

/// What every step of the expansion needs.
struct Expanding<'e> {
    renderer: Renderer<'e>,
    reach: &'e Reach,
    candidates: &'e [Candidate],
}

/// The roots that something applies after all. Of two that apply each other the first stays.
fn applied_roots(round: &Round, groups: &[Group], candidates: &[Candidate]) -> BTreeSet<usize> {
    let roots = groups.iter().flat_map(|group| &group.roots);
    let by_origin: HashMap<_, usize> = roots.filter_map(|&root| Some((candidates.get(root)?.origin(), root))).collect();
    let mut dropped = BTreeSet::new();
    for (node, rendering) in &round.nodes {
        for (object, _) in &rendering.declares {
            match by_origin.get(&object.origin()) {
                Some(&root) if root != node.root && !dropped.contains(&node.root) => dropped.insert(root),
                _ => false,
            };
        }
    }
    dropped
}

//! One round: the roots, what they declare, what that declares, level by level.
//!
//! All units of one level are rendered in parallel; the order of the result is that of the roots and of the objects. Must not know why there is another round.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    super::{
        declared::Declaration,
        known::{Known, Lookup},
        render::Applied,
        roots::Group,
    },
    Expanding, Key, Node, Rendering,
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    manifest::RenderedObject,
    path::RepoPath,
    yaml::Value,
};

/// So deep may units be nested, and so many may there be; more is no repository but an attack, or a generator that feeds itself.
const MAX_DEPTH: usize = 50;
const MAX_UNITS: usize = 20_000;
const MAX_OBJECTS: usize = 1_000_000;

/// What one round gave.
#[derive(Default)]
pub(super) struct Round {
    /// A parent before its children.
    pub(super) nodes: Vec<(Node, Arc<Rendering>)>,
    /// What each cluster turned out to hold.
    pub(super) known: Vec<Known>,
    placed: HashSet<Key>,
    objects: usize,
}

impl Round {
    /// Expands everything once. Without knowledge from an earlier round, a unit finds what the levels before it apply.
    pub(super) fn run(
        expanding: &Expanding<'_>,
        groups: &[Group],
        before: Option<&[Known]>,
        cache: &mut HashMap<Key, Arc<Rendering>>,
    ) -> Self {
        let mut round = Self { known: vec![Known::default(); groups.len()], ..Self::default() };
        let mut level = round.roots(expanding, groups);
        let mut depth = 0;
        while !level.is_empty() {
            let is_too_much =
                depth == MAX_DEPTH || round.nodes.len() + level.len() > MAX_UNITS || round.objects > MAX_OBJECTS;
            let known = before.unwrap_or(&round.known);
            let renderings: Vec<Arc<Rendering>> = level
                .par_iter()
                .map(|node| match cache.get(&node.key()) {
                    _ if is_too_much => Arc::new(refuse(expanding, node)),
                    Some(rendering) if holds(rendering, node, known) => Arc::clone(rendering),
                    _ => Arc::new(render(expanding, node, known)),
                })
                .collect();
            level = round.take(level, renderings, cache);
            depth += 1;
        }
        round
    }

    /// The roots that no other has taken the name of.
    fn roots(&mut self, expanding: &Expanding<'_>, groups: &[Group]) -> Vec<Node> {
        let mut level = Vec::new();
        for (cluster, group) in groups.iter().enumerate() {
            for &root in &group.roots {
                let Some(candidate) = expanding.candidates.get(root) else { continue };
                let (declared, declaration) = (candidate.object.clone(), candidate.declaration.clone());
                let node = Node { id: candidate.unit.clone(), cluster, parent: None, root, declared, declaration };
                if self.placed.insert(node.key()) {
                    level.push(node);
                }
            }
        }
        level
    }

    /// Keeps a level, and gives the next one.
    fn take(
        &mut self,
        level: Vec<Node>,
        renderings: Vec<Arc<Rendering>>,
        cache: &mut HashMap<Key, Arc<Rendering>>,
    ) -> Vec<Node> {
        let mut next = Vec::new();
        for (node, rendering) in level.into_iter().zip(renderings) {
            let parent = self.nodes.len();
            for (declared, declaration) in &rendering.declares {
                let id = declaration.unit_id(&declared.id);
                let (cluster, root) = (node.cluster, node.root);
                let (declared, declaration) = (declared.clone(), declaration.clone());
                let child = Node { id, cluster, parent: Some(parent), root, declared, declaration };
                if self.placed.insert(child.key()) {
                    next.push(child);
                }
            }
            self.objects += rendering.applied.rendered.objects.len();
            if let Some(known) = self.known.get_mut(node.cluster) {
                known.extend(&rendering.applied.rendered.objects);
            }
            cache.insert(node.key(), Arc::clone(&rendering));
            self.nodes.push((node, rendering));
        }
        next
    }

    /// Whether every answer that a unit was rendered with still holds.
    pub(super) fn is_settled(&self) -> bool {
        self.nodes.iter().all(|(node, rendering)| agrees(rendering, node, &self.known))
    }
}

/// Whether a rendering of an earlier round is that of this one, too.
fn holds(rendering: &Rendering, node: &Node, known: &[Known]) -> bool {
    rendering.declared.id == node.declared.id
        && rendering.declared.value == node.declared.value
        && agrees(rendering, node, known)
}

fn agrees(rendering: &Rendering, node: &Node, known: &[Known]) -> bool {
    known.get(node.cluster).is_none_or(|known| known.agrees(&rendering.answers))
}

fn render(expanding: &Expanding<'_>, node: &Node, known: &[Known]) -> Rendering {
    let empty = Known::default();
    let references = node.declared.value.pointer(&["spec", "postBuild", "substituteFrom"]).and_then(Value::as_sequence);
    let lookup = Lookup::new(known.get(node.cluster).unwrap_or(&empty))
        .with_own(expanding.renderer.own)
        .with_external(&expanding.renderer.options.external)
        .with_optional(references.unwrap_or_default());
    if let Some(directory) = expanding.surely_same(node, &lookup) {
        let applied = Applied { directories: vec![directory], left_out: true, ..Applied::default() };
        let (declared, declares) = (node.declared.clone(), Vec::new());
        return Rendering { declared, answers: lookup.into_answers(), applied, declares, refused: None };
    }
    let applied = expanding.renderer.render(&node.declared, &node.declaration, &lookup);
    let mut declares = declarations(&applied.rendered.objects);
    declares.extend(declarations(&applied.made));
    if applied.directories.iter().any(|directory| expanding.reach.is_unbuildable(directory)) {
        declares.clear();
    } else if applied.rendered.objects.is_empty() {
        declares.extend(expanding.in_reach(node));
    }
    Rendering { declared: node.declared.clone(), answers: lookup.into_answers(), applied, declares, refused: None }
}

fn declarations(objects: &[RenderedObject]) -> Vec<(RenderedObject, Declaration)> {
    let declared = objects.iter().filter_map(|object| Some((object, Declaration::of(&object.id, &object.value)?)));
    declared.map(|(object, declaration)| (object.clone(), declaration)).collect()
}

/// Leaves a unit unrendered, because there is no end to it.
fn refuse(expanding: &Expanding<'_>, node: &Node) -> Rendering {
    let place = expanding.renderer.session.label(node.declared.origin(), "declared here");
    let place = place.unwrap_or_else(|| Label::file(&node.declared.path, "declared here"));
    let message = format!("{} is not rendered: too many units follow from each other", node.id);
    Rendering {
        declared: node.declared.clone(),
        answers: Vec::new(),
        applied: Applied::default(),
        declares: Vec::new(),
        refused: Some(Diagnostic::new("repo/too-many-units", Severity::Error, message, place)),
    }
}

impl Expanding<'_> {
    /// The directory of a unit that may be left out. One that may declare others is always rendered: what follows from it depends on it.
    fn surely_same(&self, node: &Node, lookup: &Lookup<'_>) -> Option<RepoPath> {
        self.renderer.judge?;
        let origin = node.declared.origin();
        let candidate = self.candidates.iter().position(|one| one.origin() == origin)?;
        let declares_none = self.reach.of(candidate).is_empty();
        if declares_none { self.renderer.surely_same(&node.declared, &node.declaration, lookup) } else { None }
    }

    /// What the files of a unit declare as they stand, for a unit of which nothing is rendered: what follows from it is still worth knowing.
    fn in_reach(&self, node: &Node) -> Vec<(RenderedObject, Declaration)> {
        let origin = node.declared.origin();
        let Some(candidate) = self.candidates.iter().position(|one| one.origin() == origin) else { return Vec::new() };
        let reached = self.reach.of(candidate).iter().filter_map(|&index| self.candidates.get(index));
        reached.map(|one| (one.object.clone(), one.declaration.clone())).collect()
    }
}

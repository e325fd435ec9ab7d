//! What no root reaches: kustomizations that nothing names, and files that nobody applies.
//!
//! Must not know clusters.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Ground, Model, Options, Unit, UnitId, UnitKind, reach, render, touched::Judge};
use crate::{
    config::Paths,
    kustomize::Session,
    manifest::{Rendered, RenderedObject},
    path::RepoPath,
    yaml::Origin,
};

/// Adds the units of everything that is left over. `kept` are the directories that were rendered already, and takes in those that are now.
pub(super) fn add(
    model: &mut Model,
    session: &Session,
    ground: &Ground<'_>,
    options: &Options,
    judge: Option<&Judge<'_>>,
    kept: &mut HashMap<RepoPath, Rendered>,
) {
    let mut bare = unnamed(model, ground, &options.roots);
    bare.extend(options.asked.iter().cloned());
    bare.sort();
    bare.dedup();
    let build = |directory: &RepoPath| {
        let id = UnitId::Directory(directory.clone());
        let is_left_out = judge.is_some_and(|judge| judge.may_leave_out(&id, None, directory));
        let render = || render::built(session, session.build(directory));
        (!is_left_out).then(|| kept.get(directory).cloned().unwrap_or_else(render))
    };
    let built: Vec<Option<Rendered>> = bare.par_iter().map(build).collect();
    for (directory, rendered) in bare.into_iter().zip(built) {
        if let Some(rendered) = &rendered {
            kept.entry(directory.clone()).or_insert_with(|| rendered.clone());
        }
        let id = UnitId::Directory(directory.clone());
        let unit = Unit { left_out: rendered.is_none(), ..unit(id, UnitKind::Bare, directory) };
        push(model, unit, rendered.unwrap_or_default());
    }
    let mut claimed: BTreeSet<RepoPath> = model.objects.iter().map(|object| object.path.clone()).collect();
    for unit in model.units.iter().filter(|unit| unit.objects.is_empty()) {
        // What cannot be rendered is still not left over.
        for directory in &unit.directories {
            claimed.extend(reach::kustomized_files(ground, directory));
        }
    }
    for generated in model.generated.values() {
        claimed.extend(generated.files.iter().cloned());
    }
    let mut loose: BTreeMap<RepoPath, Vec<RenderedObject>> = BTreeMap::new();
    for file in ground.files.iter().filter(|file| file.stands && !claimed.contains(file.path)) {
        let objects: Vec<RenderedObject> = file.objects().collect();
        if !objects.is_empty() {
            let directory = file.path.parent().unwrap_or_else(RepoPath::root);
            loose.entry(directory).or_default().extend(objects);
        }
    }
    for (directory, objects) in loose {
        let unit = unit(UnitId::Files(directory.clone()), UnitKind::Loose, directory);
        push(model, unit, Rendered { objects, ..Rendered::default() });
    }
}

/// The kustomizations that neither a unit nor another kustomization takes in, and one of each circle that nothing leads to: nobody builds that, but somebody
/// means to.
fn unnamed(model: &Model, ground: &Ground<'_>, roots: &Paths) -> Vec<RepoPath> {
    let mut applied: Vec<&RepoPath> = model.units.iter().flat_map(|unit| &unit.directories).collect();
    applied.extend(model.generated.values().flat_map(|generated| &generated.kustomizations));
    let mut named: BTreeSet<&RepoPath> = applied.iter().copied().collect();
    named.extend(ground.kustomizations.values().flat_map(|takes| &takes.directories));
    let all = || ground.kustomizations.iter().filter(|(_, takes)| !takes.is_component).map(|(directory, _)| directory);
    let mut found: Vec<&RepoPath> = all().filter(|directory| !named.contains(directory)).collect();
    let mut reached: BTreeSet<&RepoPath> = BTreeSet::new();
    let mut pending: Vec<&RepoPath> = applied.into_iter().chain(found.iter().copied()).collect();
    for one in std::iter::once(None).chain(all().map(Some)) {
        if let Some(one) = one.filter(|one| !reached.contains(one)) {
            found.push(one);
            pending.push(one);
        }
        while let Some(directory) = pending.pop() {
            if reached.insert(directory) {
                pending.extend(ground.kustomizations.get(directory).into_iter().flat_map(|takes| &takes.directories));
            }
        }
    }
    // What somebody outside builds counts for itself, whoever names it here.
    let is_root = |directory: &RepoPath| {
        roots.contain(directory) && !directory.parent().is_some_and(|above| roots.contain(&above))
    };
    let is_applied = |directory: &RepoPath| model.units.iter().any(|unit| unit.directories.contains(directory));
    found.extend(all().filter(|directory| is_root(directory) && !is_applied(directory)));
    found.sort();
    found.dedup();
    found.into_iter().cloned().collect()
}

fn unit(id: UnitId, kind: UnitKind, directory: RepoPath) -> Unit {
    Unit {
        id,
        kind,
        cluster: None,
        parent: None,
        declared: None,
        origin: Origin::NONE,
        directories: vec![directory],
        depends_on: Vec::new(),
        wave: 0,
        suspended: false,
        destination: None,
        flux: None,
        left_out: false,
        objects: 0..0,
        not_rendered: Vec::new(),
        problems: Vec::new(),
    }
}

fn push(model: &mut Model, mut unit: Unit, rendered: Rendered) {
    let first = model.objects.len();
    model.objects.extend(rendered.objects);
    unit.objects = first..model.objects.len();
    unit.not_rendered = rendered.not_rendered;
    unit.problems = rendered.problems;
    model.units.push(unit);
}

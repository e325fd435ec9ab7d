//! Units: what is built on its own, by a controller or by hand.
//!
//! A unit is what a Flux Kustomization points to, or a kustomization that nothing else names. Must not know rules.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use smol_str::SmolStr;

use super::{File, KustomizationFile, Role, Target, own_source::apply_this_repository};
use crate::{
    flux::{FluxKustomization, Generated, generate, sync_of},
    kustomize::{Build, BuildError, Session, is_kustomization_name},
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
    yaml::{FileId, Origin},
};

/// Why something is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// The Flux Kustomizations with these places in [`super::Project::flux_kustomizations`] point to it.
    Flux(Vec<usize>),
    /// Nothing in the repository names it: a person or something outside builds it.
    Bare,
}

/// Where the objects of a unit end up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In the namespaces that are written in them.
    AsWritten,
    /// All in one namespace, the `targetNamespace` of a Flux Kustomization, which is written there.
    Moved(SmolStr, Origin),
    /// Several Flux Kustomizations apply the unit, each into another namespace.
    Various,
}

/// Something that is built on its own.
#[derive(Debug)]
pub struct Unit {
    /// The directory.
    pub directory: RepoPath,
    /// Why it is built.
    pub kind: UnitKind,
    /// The builds: that of the directory, or of every kustomization below it where Flux generates one.
    pub builds: Vec<Result<Build, BuildError>>,
    /// What Flux's generator finds, if the directory has no kustomization file.
    pub generated: Option<Generated>,
}

/// The Flux Kustomizations that stand in files as objects, and those that a FluxInstance makes.
pub(super) fn flux_kustomizations(files: &[File]) -> Vec<FluxKustomization> {
    let candidates = files.iter().filter(|file| !matches!(file.role, Role::Input | Role::Chart));
    candidates
        .flat_map(|file| {
            let id = file.id().unwrap_or(FileId(u32::MAX));
            file.objects().filter_map(move |(object, node)| {
                let may_be_flux = matches!(object.kind.as_str(), "Kustomization" | "FluxInstance" | "HelmRelease");
                let value = may_be_flux.then(|| node.to_value(id).ok()).flatten()?;
                FluxKustomization::of(&object, &value).or_else(|| sync_of(&object, &value))
            })
        })
        .collect()
}

/// Finds and builds all units, sorted by directory.
pub(super) fn find(
    view: &dyn SourceView,
    session: &Session,
    files: &[File],
    kustomizations: &BTreeMap<RepoPath, KustomizationFile>,
    flux: &[FluxKustomization],
) -> Result<Vec<Unit>, SourceError> {
    let mut planned: BTreeMap<RepoPath, UnitKind> = BTreeMap::new();
    let own = apply_this_repository(view, files, flux);
    for (index, kustomization) in flux.iter().enumerate().filter(|(index, _)| own[*index]) {
        let resolved = view.resolve(&kustomization.path).ok().flatten();
        let Some(resolved) = resolved.filter(|resolved| resolved.kind == EntryKind::Directory) else { continue };
        match planned.entry(resolved.path).or_insert_with(|| UnitKind::Flux(Vec::new())) {
            UnitKind::Flux(owners) => owners.push(index),
            UnitKind::Bare => {}
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    for (directory, kind) in planned {
        let generated = if kustomizations.contains_key(&directory) {
            None
        } else {
            Some(generate(view, &directory, is_kustomization_name)?)
        };
        units.push(Unit { directory, kind, builds: Vec::new(), generated });
    }
    let named = named_directories(kustomizations, &units);
    let bare = kustomizations.values().filter(|one| !one.is_component && !named.contains(&one.directory));
    units.extend(bare.map(Unit::bare));
    let circles = circles(kustomizations, &units);
    units.extend(circles.into_iter().map(Unit::bare));
    units.sort_by(|a, b| a.directory.cmp(&b.directory));
    units.par_iter_mut().for_each(|unit| {
        unit.builds = match &unit.generated {
            None => vec![session.build(&unit.directory)],
            Some(generated) => generated.kustomizations.iter().map(|directory| session.build(directory)).collect(),
        };
    });
    Ok(units)
}

/// The directories that a kustomization or a Flux unit takes in.
fn named_directories(kustomizations: &BTreeMap<RepoPath, KustomizationFile>, units: &[Unit]) -> BTreeSet<RepoPath> {
    let mut named: BTreeSet<RepoPath> = units.iter().map(|unit| unit.directory.clone()).collect();
    for unit in units {
        named.extend(unit.generated.iter().flat_map(|generated| generated.kustomizations.iter().cloned()));
    }
    for reference in kustomizations.values().flat_map(|one| &one.references) {
        if let Target::Directory(directory) = &reference.target {
            named.insert(directory.clone());
        }
    }
    named
}

/// A kustomization of each circle that nothing leads to: nobody builds it, but somebody means to.
fn circles<'k>(
    kustomizations: &'k BTreeMap<RepoPath, KustomizationFile>,
    units: &[Unit],
) -> Vec<&'k KustomizationFile> {
    let generated = units.iter().filter_map(|unit| unit.generated.as_ref()).flat_map(|found| &found.kustomizations);
    let mut left: Vec<&RepoPath> = units.iter().map(|unit| &unit.directory).chain(generated).collect();
    let mut reached: BTreeSet<&RepoPath> = BTreeSet::new();
    let mut circles = Vec::new();
    for one in std::iter::once(None).chain(kustomizations.values().map(Some)) {
        if let Some(one) = one.filter(|one| !one.is_component && !reached.contains(&one.directory)) {
            circles.push(one);
            left.push(&one.directory);
        }
        while let Some(directory) = left.pop() {
            if !reached.insert(directory) {
                continue;
            }
            let references = kustomizations.get(directory).into_iter().flat_map(|one| &one.references);
            left.extend(references.filter_map(|reference| match &reference.target {
                Target::Directory(directory) => Some(directory),
                _ => None,
            }));
        }
    }
    circles
}

impl Unit {
    fn bare(kustomization: &KustomizationFile) -> Self {
        let directory = kustomization.directory.clone();
        Self { directory, kind: UnitKind::Bare, builds: Vec::new(), generated: None }
    }

    /// Whether Flux applies the unit.
    pub fn is_flux(&self) -> bool {
        matches!(self.kind, UnitKind::Flux(_))
    }

    /// What the unit's Flux Kustomizations make of the namespaces of its objects.
    pub fn placement(&self, flux: &[FluxKustomization]) -> Placement {
        let UnitKind::Flux(owners) = &self.kind else { return Placement::AsWritten };
        let mut targets = owners.iter().filter_map(|&owner| flux.get(owner)).map(|one| one.target_namespace.clone());
        let first = targets.next().flatten();
        let name = |target: &Option<(SmolStr, Origin)>| target.as_ref().map(|(name, _)| name.clone());
        if targets.any(|target| name(&target) != name(&first)) {
            return Placement::Various;
        }
        first.map_or(Placement::AsWritten, |(name, origin)| Placement::Moved(name, origin))
    }

    /// The Flux Kustomizations that build the unit.
    pub fn owners<'f>(&self, flux: &'f [FluxKustomization]) -> Vec<&'f FluxKustomization> {
        match &self.kind {
            UnitKind::Flux(owners) => owners.iter().filter_map(|&owner| flux.get(owner)).collect(),
            UnitKind::Bare => Vec::new(),
        }
    }
}

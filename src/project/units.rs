//! Units: what is built on its own, by a controller or by hand.
//!
//! A unit is what a Flux Kustomization points to, or a kustomization that nothing else names. Must not know rules.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{File, KustomizationFile, Role, Target};
use crate::{
    flux::{FluxKustomization, Generated, SourceRef, generate, sync_of},
    kustomize::{Build, BuildError, Session, is_kustomization_name},
    manifest::ObjectId,
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
    yaml::{FileId, Node},
};

/// Why something is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// The Flux Kustomizations with these places in [`super::Project::flux_kustomizations`] point to it.
    Flux(Vec<usize>),
    /// Nothing in the repository names it: a person or something outside builds it.
    Bare,
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

/// The Flux Kustomizations that stand in files as objects, and those that FluxInstances make.
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

/// The Flux Kustomizations whose source is this repository: that of the bootstrap, the one that most of them name, and any other with the same URL.
/// A path in another repository may exist here, too, and means nothing then.
fn of_this_repository(files: &[File], flux: &[FluxKustomization]) -> Vec<bool> {
    let mut uses: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for source in flux.iter().filter_map(|one| one.source.as_ref()) {
        *uses.entry((&source.kind, &source.name)).or_default() += 1;
    }
    let most = uses.values().copied().max().unwrap_or_default();
    let urls = source_urls(files);
    let made: BTreeSet<(&str, &str)> = flux
        .iter()
        .filter(|one| one.makes_source)
        .filter_map(|one| one.source.as_ref())
        .map(|source| (source.kind.as_str(), source.name.as_str()))
        .collect();
    let is_own = |source: &SourceRef| {
        source.name == "flux-system"
            || made.contains(&(source.kind.as_str(), source.name.as_str()))
            || uses.get(&(source.kind.as_str(), source.name.as_str())) == Some(&most)
    };
    let own_urls: BTreeSet<&String> = flux
        .iter()
        .filter_map(|one| one.source.as_ref())
        .filter(|source| is_own(source))
        .filter_map(|source| urls.get(&(source.kind.to_string(), source.name.to_string())))
        .collect();
    let has_own_url = |source: &SourceRef| {
        urls.get(&(source.kind.to_string(), source.name.to_string())).is_some_and(|url| own_urls.contains(url))
    };
    flux.iter().map(|one| one.source.as_ref().is_none_or(|source| is_own(source) || has_own_url(source))).collect()
}

/// The URLs of sources, by kind and name.
fn source_urls(files: &[File]) -> BTreeMap<(String, String), String> {
    let objects = files.iter().flat_map(File::objects).filter(|(id, _)| id.group == crate::flux::group::SOURCE);
    objects
        .filter_map(|(id, node)| {
            let url = node.at(&["spec", "url"])?.text()?;
            Some(((id.kind.to_string(), id.name.to_string()), url.to_owned()))
        })
        .collect()
}

/// The directories that Argo CD Applications take plain manifests or kustomizations from. ApplicationSets name them in `path` fields of generators and templates.
pub(super) fn application_paths(files: &[File]) -> Vec<RepoPath> {
    let mut paths = Vec::new();
    for file in files {
        for (id, node) in file.objects() {
            if id.group != "argoproj.io" {
                continue;
            }
            let sources = [node.at(&["spec", "source"]), node.at(&["spec", "template", "spec", "source"])];
            let lists = [node.at(&["spec", "sources"]), node.at(&["spec", "template", "spec", "sources"])];
            let all = sources.into_iter().flatten().chain(lists.into_iter().flatten().flat_map(Node::items));
            let texts = all.filter_map(|source| source.get("path")?.text());
            paths.extend(texts.filter(|text| !text.contains('{')).filter_map(|text| RepoPath::new(text).ok()));
        }
    }
    paths.retain(|path| !path.is_root());
    paths
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
    let own = of_this_repository(files, flux);
    for (index, kustomization) in flux.iter().enumerate().filter(|(index, _)| own.get(*index) == Some(&true)) {
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
    units.extend(bare.map(|one| Unit {
        directory: one.directory.clone(),
        kind: UnitKind::Bare,
        builds: Vec::new(),
        generated: None,
    }));
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

impl Unit {
    /// The namespace that the unit's Flux Kustomizations put their objects in, if they agree on one.
    pub fn target_namespace<'f>(&self, flux: &'f [FluxKustomization]) -> Option<&'f str> {
        let UnitKind::Flux(owners) = &self.kind else { return None };
        let mut namespaces =
            owners.iter().filter_map(|&owner| flux.get(owner)).map(|one| one.target_namespace.as_deref());
        let first = namespaces.next()?;
        namespaces.all(|namespace| namespace == first).then_some(first).flatten()
    }

    /// Names of the Flux Kustomizations that build the unit.
    pub fn owners<'f>(&self, flux: &'f [FluxKustomization]) -> Vec<&'f ObjectId> {
        match &self.kind {
            UnitKind::Flux(owners) => owners.iter().filter_map(|&owner| flux.get(owner)).map(|one| &one.id).collect(),
            UnitKind::Bare => Vec::new(),
        }
    }
}

//! Everything known about one view of a repository: its files, who names them, what its roots render to, who makes which Secret.
//!
//! Owns the order of discovery: files → kustomizations and what they name → units (what a controller or a person would build) → the objects that reach a
//! cluster. Rules read this and never a file. Must not know rules.

mod data;
mod edits;
mod embedded;
mod files;
mod kustomizations;
mod labels;
mod meant;
mod objects;
mod own_source;
mod picture;
mod units;

use std::{collections::HashMap, sync::Arc};

pub use embedded::Embedded;
pub use files::{File, Role};
pub use kustomizations::{KustomizationFile, Reference, Target};
pub use objects::Object;
pub use units::{Placement, Unit, UnitKind};

use kustomizations::Kustomizations;

use crate::{
    argo::Application,
    flux::FluxKustomization,
    graph::Producers,
    kustomize::{Options, Session},
    path::RepoPath,
    source::{SourceError, SourceView},
    text::SourceText,
};

/// One view of a repository with everything that was found in it.
pub struct Project {
    view: Arc<dyn SourceView>,
    session: Session,
    files: Vec<File>,
    by_path: HashMap<RepoPath, usize>,
    kustomizations: Kustomizations,
    flux: Vec<FluxKustomization>,
    units: Vec<Unit>,
    applications: Vec<Application>,
    objects: Vec<Object>,
    producers: Producers,
}

impl Project {
    /// Reads a view. Whatever is wrong with its content is kept for the rules; only a view that cannot be read is an error.
    pub fn open(view: Arc<dyn SourceView>) -> Result<Self, SourceError> {
        let session = Session::new(Arc::clone(&view), Options::lenient());
        let mut files = files::read(view.as_ref(), &session)?;
        let by_path: HashMap<RepoPath, usize> =
            files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        let kustomizations = kustomizations::read(view.as_ref(), &files)?;
        kustomizations::assign_roles(&mut files, &by_path, &kustomizations);
        let flux = units::flux_kustomizations(&files);
        let units = units::find(view.as_ref(), &session, &files, &kustomizations.found, &flux)?;
        let objects = objects::collect(&session, &files, &by_path, &units, &kustomizations.found, &flux);
        let applications = objects.iter().filter_map(|object| Application::of(&object.id, &object.value)).collect();
        let producers = objects.iter().flat_map(Object::produced).collect();
        Ok(Self { view, session, files, by_path, kustomizations, flux, units, applications, objects, producers })
    }

    /// The view.
    pub fn view(&self) -> &dyn SourceView {
        self.view.as_ref()
    }

    /// The YAML files, sorted by path. Templates of Helm charts are not among them: they are not YAML.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The YAML files that lie directly in a directory.
    pub fn files_in(&self, directory: &RepoPath) -> impl Iterator<Item = &File> {
        let prefix = if directory.is_root() { String::new() } else { format!("{directory}/") };
        let first = self.files.partition_point(|file| file.path.as_str() < prefix.as_str());
        let name = move |file: &&File| file.path.as_str().strip_prefix(&prefix).map(|name| !name.contains('/'));
        self.files[first..]
            .iter()
            .map_while(move |file| Some((name(&file)?, file)))
            .filter(|(is_in, _)| *is_in)
            .map(|(_, file)| file)
    }

    /// One YAML file.
    pub fn file(&self, path: &RepoPath) -> Option<&File> {
        self.by_path.get(path).map(|&index| &self.files[index])
    }

    /// The text of a file of the view, YAML or not.
    pub fn text(&self, path: &RepoPath) -> Option<SourceText> {
        self.session.file(path).ok().flatten()?.text()
    }

    /// The kustomization files, sorted by directory.
    pub fn kustomizations(&self) -> impl Iterator<Item = &KustomizationFile> {
        self.kustomizations.found.values()
    }

    /// The kustomization file of a directory.
    pub fn kustomization(&self, directory: &RepoPath) -> Option<&KustomizationFile> {
        self.kustomizations.found.get(directory)
    }

    /// The kustomization files that kustomize overlooks because of their names, sorted by directory.
    pub fn misspelt_kustomizations(&self) -> impl Iterator<Item = &KustomizationFile> {
        self.kustomizations.misspelt.values()
    }

    /// The overlooked kustomization file of a directory that has no other.
    pub fn misspelt_kustomization(&self, directory: &RepoPath) -> Option<&KustomizationFile> {
        self.kustomizations.misspelt.get(directory)
    }

    /// The Flux Kustomizations, in the order of their files.
    pub fn flux_kustomizations(&self) -> &[FluxKustomization] {
        &self.flux
    }

    /// What is built on its own: what Flux Kustomizations point to, and kustomizations that nothing else names.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit of a directory.
    pub fn unit(&self, directory: &RepoPath) -> Option<&Unit> {
        let index = self.units.binary_search_by(|unit| unit.directory.cmp(directory)).ok()?;
        self.units.get(index)
    }

    /// The Applications and `ApplicationSets` of Argo CD.
    pub fn applications(&self) -> &[Application] {
        &self.applications
    }

    /// The objects that reach a cluster: rendered by a unit, or standing in a file that no unit renders.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Who makes which Secret and ConfigMap.
    pub fn producers(&self) -> &Producers {
        &self.producers
    }
}

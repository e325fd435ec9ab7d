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
mod objects;
mod suggest;
mod units;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

pub use embedded::Embedded;
pub use files::{File, Role};
pub use kustomizations::{KustomizationFile, Reference, Target};
pub use objects::Object;
pub use units::{Unit, UnitKind};

use crate::{
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
    kustomizations: BTreeMap<RepoPath, KustomizationFile>,
    flux: Vec<FluxKustomization>,
    units: Vec<Unit>,
    objects: Vec<Object>,
    producers: Producers,
    /// The directories that Argo CD Applications point to, as far as they say it.
    applications: Vec<RepoPath>,
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
        let units = units::find(view.as_ref(), &session, &files, &kustomizations, &flux)?;
        let objects = objects::collect(&session, &files, &by_path, &units, &kustomizations);
        let producers = objects.iter().flat_map(Object::produced).collect();
        let applications = units::application_paths(&files);
        Ok(Self { applications, view, session, files, by_path, kustomizations, flux, units, objects, producers })
    }

    /// The view.
    pub fn view(&self) -> &dyn SourceView {
        self.view.as_ref()
    }

    /// The YAML files, sorted by path. Templates of Helm charts are not among them: they are not YAML.
    pub fn files(&self) -> &[File] {
        &self.files
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
        self.kustomizations.values()
    }

    /// The kustomization file of a directory.
    pub fn kustomization(&self, directory: &RepoPath) -> Option<&KustomizationFile> {
        self.kustomizations.get(directory)
    }

    /// The Flux Kustomizations, in the order of their files.
    pub fn flux_kustomizations(&self) -> &[FluxKustomization] {
        &self.flux
    }

    /// What is built on its own: what Flux Kustomizations point to, and kustomizations that nothing else names.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The directories of the units that Flux or Argo CD reconciles.
    pub fn reconciled_units(&self) -> impl Iterator<Item = &RepoPath> {
        let reconciled = |unit: &&Unit| {
            matches!(unit.kind, UnitKind::Flux(_))
                || self.applications.iter().any(|directory| unit.directory.is_under(directory))
        };
        self.units.iter().filter(reconciled).map(|unit| &unit.directory)
    }

    /// The objects that reach a cluster: rendered by a unit, or standing in a file that no unit renders.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Whether something applies the objects of a file: a unit, or an Argo CD Application or another tool that points to a directory around it.
    pub fn is_applied(&self, path: &RepoPath) -> bool {
        self.objects.iter().any(|object| object.path == *path && object.unit.is_some())
            || self.applications.iter().any(|directory| path.is_under(directory))
    }

    /// Who makes which Secret and ConfigMap.
    pub fn producers(&self) -> &Producers {
        &self.producers
    }
}

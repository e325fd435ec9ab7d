//! Everything known about one view of a repository: its files, who names them, what its roots render to, who makes which Secret.
//!
//! Owns the order of discovery: files → kustomizations and what they name → the model of what the clusters are given (units and the objects that each of them
//! applies) → who makes what. Rules read this and never a file. Must not know rules.

mod aside;
mod data;
mod edits;
mod embedded;
mod files;
mod ground;
mod images;
mod kustomizations;
mod labels;
mod left_out;
mod lookup;
mod meant;
mod objects;
mod order;
mod picture;
mod problems;
mod schemas;
mod served;
mod two;
mod variables;
mod wiring;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

pub use crate::cluster::{Unit, UnitKind};
pub use embedded::Embedded;
pub use files::{File, Role};
pub use kustomizations::{KustomizationFile, Reference, Target};
pub use objects::Object;
pub use schemas::definitions_of;
pub use two::{Extent, open_two};
pub use wiring::ClusterWiring;

use kustomizations::Kustomizations;
use schemas::Schemas;
use served::Served;

use crate::{
    argo::Reach,
    cluster::{self, Ground, Kinds, Model, Survey},
    config::{self, External, ExternalKeys},
    flux::{FluxKustomization, FluxVersion, Generated},
    graph::Producers,
    helm::Charts,
    kustomize::{Options, Problem, Session, Streams},
    path::RepoPath,
    source::{SourceError, SourceView},
    text::SourceText,
    yaml::FileId,
};

/// One view of a repository with everything that was found in it.
pub struct Project {
    view: Arc<dyn SourceView>,
    session: Session,
    files: Vec<File>,
    by_path: HashMap<RepoPath, usize>,
    kustomizations: Kustomizations,
    flux: Vec<FluxKustomization>,
    model: Model,
    objects: Vec<Object>,
    applications: Vec<Reach>,
    /// The files that declare what clusters start with, or what follows from it.
    declaring: HashSet<FileId>,
    is_applied_here: bool,
    producers: Producers,
    charts: Charts,
    external: Vec<External>,
    kinds: Kinds,
    build_problems: OnceLock<Vec<Problem>>,
    left_out: OnceLock<left_out::LeftOut>,
    lookup: OnceLock<lookup::Lookup>,
    schemas: OnceLock<Schemas>,
    served: OnceLock<Served>,
    flux_version: FluxVersion,
}

impl Project {
    /// Reads a view in the light of its own configuration. Whatever is wrong with its content is kept for the rules; only a view that cannot be read is an error.
    pub fn open(view: Arc<dyn SourceView>) -> Result<Self, SourceError> {
        // Whoever reads the rest of the configuration tells what is wrong with it.
        let config = config::load(view.as_ref()).unwrap_or_default();
        Self::open_with(view, &cluster::Options::of(&config))
    }

    /// Reads a view in the light of what is known about its clusters.
    pub fn open_with(view: Arc<dyn SourceView>, known: &cluster::Options) -> Result<Self, SourceError> {
        Self::open_again(view, known, &Arc::default())
    }

    /// Reads a view of a repository after another one, and parses only what has changed since.
    pub fn open_again(
        view: Arc<dyn SourceView>,
        known: &cluster::Options,
        streams: &Arc<Streams>,
    ) -> Result<Self, SourceError> {
        let session = Session::with_streams(Arc::clone(&view), Options::lenient(), Arc::clone(streams));
        Read::of(view, session)?.project(known)
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

    /// The text of a file as it is shown beside findings: for bytes that are no UTF-8 stand question marks, so that every place holds. Not to be edited.
    pub fn shown_text(&self, path: &RepoPath) -> Option<SourceText> {
        let file = self.session.file(path).ok().flatten()?;
        file.text().or_else(|| Some(file.shown_text()))
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

    /// What the clusters of the repository are given.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The Flux Kustomizations of all clusters, as they are applied.
    pub fn flux_kustomizations(&self) -> &[FluxKustomization] {
        &self.flux
    }

    /// What is applied as a whole: by Flux or Argo CD, by hand where nothing else names a kustomization, or by nobody.
    pub fn units(&self) -> &[Unit] {
        &self.model.units
    }

    /// What Flux's generator finds in a directory without a kustomization that a Flux Kustomization applies.
    pub fn generated_in(&self, directory: &RepoPath) -> Option<&Generated> {
        self.model.generated().get(directory)
    }

    /// Whether Flux or Argo CD applies a file because it lies in a directory without a kustomization that they are pointed to.
    pub fn is_applied_plainly(&self, path: &RepoPath) -> bool {
        let by_argo = |directory: &RepoPath| self.applications.iter().any(|one| one.applies_plainly(directory));
        path.parent().is_some_and(|directory| by_argo(&directory))
            || self.model.generated().values().any(|generated| generated.files.contains(path))
    }

    /// The Applications and `ApplicationSets` of Argo CD.
    pub fn applications(&self) -> &[Reach] {
        &self.applications
    }

    /// The objects that reach a cluster: rendered by a unit, or standing in a file that no unit renders.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Whether the configuration says that an object is in the clusters, though not in the repository.
    pub fn is_external(&self, kind: &str, namespace: Option<&str>, name: &str) -> bool {
        self.external.iter().any(|one| one.fits(kind, namespace, name))
    }

    /// The keys that the configuration gives to an object outside of the repository; `None` if it does not name the object.
    pub fn external_keys(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<ExternalKeys<'_>> {
        ExternalKeys::of(&self.external, kind, namespace, name)
    }

    /// Who makes which Secret and ConfigMap.
    pub fn producers(&self) -> &Producers {
        &self.producers
    }
}

/// The files of a view, before anything is rendered.
struct Read {
    view: Arc<dyn SourceView>,
    session: Session,
    files: Vec<File>,
    by_path: HashMap<RepoPath, usize>,
    kustomizations: Kustomizations,
}

impl Read {
    /// Reads the files of a view in a session over it.
    fn of(view: Arc<dyn SourceView>, session: Session) -> Result<Self, SourceError> {
        let mut files = files::read(view.as_ref(), &session)?;
        let by_path: HashMap<RepoPath, usize> =
            files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        let kustomizations = kustomizations::read(view.as_ref(), &files)?;
        kustomizations::assign_roles(&mut files, &by_path, &kustomizations);
        Ok(Self { view, session, files, by_path, kustomizations })
    }

    /// What lies there, as whoever tells what the clusters are given takes it.
    fn ground(&self, known: &cluster::Options) -> Ground<'_> {
        ground::ground(&self.files, &self.kustomizations.found, &known.archived)
    }

    fn charts(&self, known: &cluster::Options) -> Charts {
        Charts::new(Arc::clone(&self.view), known.helm.cache.clone())
    }

    fn project(self, known: &cluster::Options) -> Result<Project, SourceError> {
        let model = Survey::of(&self.session, &self.ground(known), &self.charts(known), known)?.model(None);
        Ok(self.with(model, known))
    }

    /// The project with a model of these files.
    fn with(self, model: Model, known: &cluster::Options) -> Project {
        let charts = self.charts(known);
        let Self { view, session, files, by_path, kustomizations } = self;
        let flux = model.units.iter().filter_map(|unit| unit.flux.as_deref().cloned()).collect();
        let objects = objects::of(&model);
        let applications = objects.iter().filter_map(|object| Reach::of(&object.id, &object.value)).collect();
        let in_clusters = model.units.iter().filter(|unit| unit.cluster.is_some());
        let declaring = in_clusters.map(|unit| unit.origin.file).collect();
        let is_applied_here = model.units.iter().any(|unit| unit.cluster.is_some() && !unit.directories.is_empty());
        let producers = objects.iter().flat_map(Object::produced).collect();
        let (build_problems, left_out, lookup, schemas, served) = Default::default();
        Project {
            view,
            session,
            files,
            by_path,
            kustomizations,
            flux,
            model,
            objects,
            applications,
            declaring,
            is_applied_here,
            producers,
            charts,
            external: known.external.clone(),
            kinds: known.kinds.clone(),
            build_problems,
            left_out,
            lookup,
            schemas,
            served,
            flux_version: known.flux.version,
        }
    }
}

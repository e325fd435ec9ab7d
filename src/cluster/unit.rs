//! The parts of the model.
//!
//! Must not know how they are found.

use std::{fmt, ops::Range};

use smol_str::SmolStr;

use crate::{
    diagnostic::Diagnostic,
    flux::FluxKustomization,
    helm::Release,
    manifest::{NotRendered, ObjectId},
    path::RepoPath,
    yaml::Origin,
};

/// What a unit is called on the command line and in reports. Unique within a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitId {
    /// `flux:namespace/name`, a Flux Kustomization.
    Flux(SmolStr, SmolStr),
    /// `argo:namespace/name`, an Application.
    Argo(SmolStr, SmolStr),
    /// `resourceset:namespace/name`, a ResourceSet.
    ResourceSet(SmolStr, SmolStr),
    /// A kustomization that nothing names, by its directory.
    Directory(RepoPath),
    /// `files:directory`, the files of a directory that nobody applies.
    Files(RepoPath),
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flux(namespace, name) => write!(f, "flux:{namespace}/{name}"),
            Self::Argo(namespace, name) => write!(f, "argo:{namespace}/{name}"),
            Self::ResourceSet(namespace, name) => write!(f, "resourceset:{namespace}/{name}"),
            Self::Directory(directory) => write!(f, "{directory}"),
            Self::Files(directory) => write!(f, "files:{directory}"),
        }
    }
}

/// Who applies a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    /// kustomize-controller, or flux-operator.
    Flux,
    /// Argo CD.
    Argo,
    /// A person, or something outside of the repository, who builds a kustomization that nothing names.
    Bare,
    /// Nobody that the repository knows of: files with objects that nothing takes in.
    Loose,
}

/// A cluster, or what the repository lets one see of it: a root and everything that follows from it.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The last name of the root's directory, such as `production`; the whole path where two would be called the same.
    pub name: SmolStr,
    /// The directory that its root applies.
    pub directory: RepoPath,
    /// Its units, as places in the model's list; a parent before its children.
    pub units: Vec<usize>,
    /// What its roots would make and could not be expanded, such as an ApplicationSet that asks a service.
    pub not_rendered: Vec<NotRendered>,
    /// What keeps its roots from being expanded.
    pub problems: Vec<Diagnostic>,
}

/// Something that a controller, or a person, applies as a whole.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its name.
    pub id: UnitId,
    /// Who applies it.
    pub kind: UnitKind,
    /// The cluster, as a place in the model's list; `None` for what no root reaches.
    pub cluster: Option<usize>,
    /// The unit that applies the object which declares this one.
    pub parent: Option<usize>,
    /// The object that declares it; `None` for bare directories.
    pub declared: Option<ObjectId>,
    /// Where that is written.
    pub origin: Origin,
    /// The directories of this repository that it applies.
    pub directories: Vec<RepoPath>,
    /// The units that must be ready before it.
    pub depends_on: Vec<UnitId>,
    /// The sync wave of the object that declares it, 0 without one.
    pub wave: i64,
    /// Whether its controller was told to leave it alone.
    pub suspended: bool,
    /// The cluster that an Application names as its destination, by server or name, where that is not the one that Argo CD runs in.
    pub destination: Option<SmolStr>,
    /// The Flux Kustomization behind it, if it is one.
    pub flux: Option<Box<FluxKustomization>>,
    /// Its objects, as a range of the model's list.
    pub objects: Range<usize>,
    /// What was left out.
    pub not_rendered: Vec<NotRendered>,
    /// What keeps it from being applied.
    pub problems: Vec<Diagnostic>,
}

impl Unit {
    /// Whether Flux applies the unit.
    pub fn is_flux(&self) -> bool {
        self.kind == UnitKind::Flux
    }

    /// The directory to name it by: the first that it applies, the root if there is none in this repository.
    pub fn directory(&self) -> RepoPath {
        self.directories.first().cloned().unwrap_or_else(RepoPath::root)
    }
}

/// A release that a unit asks for: a HelmRelease, or an Application with a chart.
#[derive(Clone, Debug)]
pub struct ComposedRelease {
    /// The unit that applies the HelmRelease, or the unit of the Application itself.
    pub unit: usize,
    /// The object that declares it.
    pub declared: ObjectId,
    /// The release with its values.
    pub release: Release,
    /// What is wrong with its values.
    pub problems: Vec<Diagnostic>,
    /// The objects of the chart of a HelmRelease, as a range of the model's list behind what its unit applies by itself; empty where no chart is rendered.
    pub objects: Range<usize>,
}

//! What lies in the repository and is not meant for a cluster: what no root reaches, and folders that by their name hold archives, tests, examples or templates.
//!
//! Owns how that is told. Must not know what is done with it.

use std::collections::BTreeSet;

use super::{Object, Project, Target};
use crate::{
    cluster::{ComposedRelease, Unit, UnitKind},
    path::RepoPath,
};

/// Names of folders whose content is hardly meant for a cluster, save where something that is comes from there.
const NAMES: &[&str] = &[
    ".archive",
    ".archived",
    ".chainsaw-test",
    "__snapshot__",
    "__snapshots__",
    "_archive",
    "_archived",
    "_template",
    "_templates",
    "archive",
    "archived",
    "attic",
    "doc",
    "docs",
    "example",
    "examples",
    "fixtures",
    "sample",
    "samples",
    "template",
    "templates",
    "testdata",
    "tests",
];

impl Project {
    /// Whether a unit reaches a cluster, as far as can be told: where the repository tells of no cluster that applies a directory of it, everything may.
    pub fn is_reached(&self, unit: &Unit) -> bool {
        // What a kustomization beside it, or one that takes other files from there, does not list reaches nothing.
        let directory = unit.directory();
        let is_listed = || {
            unit.kind != UnitKind::Loose || self.kustomization(&directory).is_none() && !self.is_picked_from(&directory)
        };
        match unit.kind {
            _ if unit.cluster.is_some() => true,
            UnitKind::Bare => !self.is_commented_out(&directory),
            _ => !self.is_applied_here && is_listed(),
        }
    }

    /// Whether the repository tells of a cluster that applies a directory of it. Roots may all apply other repositories, or charts.
    pub fn is_applied_here(&self) -> bool {
        self.is_applied_here
    }

    /// Whether an object is of a kustomization that no cluster applies though others are applied: what it lacks, an overlay may bring.
    pub fn is_base(&self, object: &Object) -> bool {
        self.is_applied_here && self.unit_of(object).is_some_and(|unit| unit.cluster.is_none())
    }

    /// Whether an object reaches a cluster with its unit, or stands where a cluster starts.
    pub fn reaches(&self, object: &Object) -> bool {
        let is_root = || self.declaring.contains(&object.origin().file);
        self.units().get(object.unit).is_none_or(|unit| self.is_reached(unit)) || is_root()
    }

    /// Whether the unit of a release reaches a cluster.
    pub fn is_released(&self, release: &ComposedRelease) -> bool {
        self.units().get(release.unit).is_none_or(|unit| self.is_reached(unit))
    }

    /// The files whose objects are only in units that reach no cluster.
    pub fn unreached_files(&self) -> BTreeSet<&RepoPath> {
        let paths = |reached: bool| {
            self.objects().iter().filter(move |object| self.reaches(object) == reached).map(|object| &object.path)
        };
        let reached: BTreeSet<&RepoPath> = paths(true).collect();
        paths(false).filter(|path| !reached.contains(path)).collect()
    }

    /// The folders that hold archives, tests, examples or templates by their name, and of which nothing outside of such folders takes anything in.
    pub fn set_aside(&self) -> BTreeSet<RepoPath> {
        let mut aside: BTreeSet<RepoPath> = self.files().iter().flat_map(|file| folders(&file.path)).collect();
        let uses = self.uses();
        loop {
            let is_live = |place: &RepoPath| !folders(place).any(|folder| aside.contains(&folder));
            let live = uses.iter().filter(|(place, _)| is_live(place));
            let used: Vec<RepoPath> = live.flat_map(|(_, path)| folders_at(path)).collect();
            let before = aside.len();
            aside.retain(|folder| !used.contains(folder));
            if aside.len() == before {
                return aside;
            }
        }
    }

    /// What takes something in, and what it takes, as far as that lies in such a folder: kustomizations what they name, units what they apply.
    fn uses(&self) -> Vec<(RepoPath, RepoPath)> {
        let mut uses = Vec::new();
        let mut add = |place: &RepoPath, path: &RepoPath| {
            if folders_at(path).next().is_some() {
                uses.push((place.clone(), path.clone()));
            }
        };
        for kustomization in self.kustomizations() {
            for reference in &kustomization.references {
                if let Target::File(path) | Target::Directory(path) = &reference.target {
                    add(&kustomization.path, path);
                }
            }
        }
        for unit in self.units().iter().filter(|unit| unit.cluster.is_some()) {
            let Some((place, _)) = self.place_of(unit.origin) else { continue };
            let objects = self.model.objects_of(unit).iter().map(|object| &object.path);
            unit.directories.iter().chain(objects).for_each(|path| add(&place, path));
        }
        uses
    }
}

/// The folders around a file that are called so.
fn folders(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    let above = std::iter::successors(path.parent(), RepoPath::parent);
    above.filter(|folder| NAMES.contains(&folder.file_name()))
}

/// The same, and the path itself, if it is such a folder.
fn folders_at(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    std::iter::once(path.clone()).filter(|folder| NAMES.contains(&folder.file_name())).chain(folders(path))
}

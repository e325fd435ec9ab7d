//! The picture of a repository: clusters, the units that reconcile them, their objects, and how these hang together.
//!
//! Owns one plain, ordered model that every drawing is made from: indices instead of references, places instead of origins, no content of any object, so no
//! secret either. Must not know how it is drawn.

mod compose;
mod links;
mod order;
mod select;

pub use compose::{Link, Parts};
pub use links::{links, value_links};
pub use select::Selection;

use smol_str::SmolStr;

use crate::{
    cluster::{UnitId, UnitKind},
    diagnostic::Severity,
    manifest::ObjectId,
    path::RepoPath,
};

/// The whole picture. Units stand in the order in which they are read: by cluster, a parent before what it applies, and among those sync waves before `dependsOn`
/// before names. Objects stand in the order of their units, what a controller makes behind its maker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The clusters.
    pub clusters: Vec<Cluster>,
    /// The units; those of no cluster come last.
    pub units: Vec<Unit>,
    /// The objects; those of no unit come last.
    pub objects: Vec<Object>,
    /// What leads from one object to another, sorted.
    pub edges: Vec<Edge>,
    /// Units that wait for each other, as places in `units`; each begins with its first unit.
    pub cycles: Vec<Vec<usize>>,
    /// What is left out of the picture, or wrong in it.
    pub notes: Vec<Note>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// The line, from 1.
    pub line: u32,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub name: SmolStr,
    /// The directory that its root applies.
    pub directory: RepoPath,
}

/// Something that a controller, or a person, applies as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it is called.
    pub id: UnitId,
    /// Who applies it.
    pub kind: UnitKind,
    /// Its cluster, as a place in [`Picture::clusters`].
    pub cluster: Option<usize>,
    /// The unit that applies the object which declares this one.
    pub parent: Option<usize>,
    /// The object that declares it, as a place in [`Picture::objects`].
    pub declared: Option<usize>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// The directories that it applies.
    pub directories: Vec<RepoPath>,
    /// The units that must be ready before it.
    pub depends_on: Vec<Target<UnitId>>,
    /// Its sync wave.
    pub wave: i64,
    /// How many units come one after the other before this one, its parents among them: the first step is 0. Units that wait for each other are not counted.
    pub step: usize,
    /// Whether its controller was told to leave it alone.
    pub suspended: bool,
    /// The cluster that it goes to, where that is another one than the controller's.
    pub destination: Option<SmolStr>,
}

/// An object of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its identity. No namespace means that none is known, or that it has none.
    pub id: ObjectId,
    /// The unit that applies it, as a place in [`Picture::units`].
    pub unit: Option<usize>,
    /// Where it is written, or what makes it.
    pub place: Option<Place>,
    /// Whether it is made in the cluster by a controller instead of standing in the repository.
    pub made: bool,
}

/// How one object leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// A controller makes the other one from it.
    Makes,
    /// It takes data from the other one, which is a Secret.
    ReadsSecret,
    /// It names the other one.
    RefersTo,
}

impl EdgeKind {
    /// The words that stand between the two objects.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Makes => "makes",
            Self::ReadsSecret => "reads",
            Self::RefersTo => "refers to",
        }
    }
}

/// One object leads to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The object that says so, as a place in [`Picture::objects`].
    pub from: usize,
    /// How.
    pub kind: EdgeKind,
    /// The field that says so, such as `spec.valuesFrom[0]`; may be empty.
    pub field: SmolStr,
    /// The keys that are taken or made; empty if nobody can tell, or all of them.
    pub keys: Vec<SmolStr>,
    /// Whether it may be missing.
    pub optional: bool,
    /// Where it is written.
    pub place: Option<Place>,
    /// The other object.
    pub to: Target<ObjectId>,
}

/// The far end of an edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target<T> {
    /// In the picture, at this place of its list.
    Shown(usize),
    /// In the repository, but not selected, or in several clusters any of which may be meant.
    LeftOut(T),
    /// Not in the repository.
    Missing(T),
}

/// Something to be said about a unit, or about a cluster as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The cluster, as a place in [`Picture::clusters`].
    pub cluster: Option<usize>,
    /// The unit, as a place in [`Picture::units`].
    pub unit: Option<usize>,
    /// How bad it is; what is merely left out is [`Severity::Info`].
    pub severity: Severity,
    /// One sentence without a final full stop.
    pub text: String,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Picture {
    /// The objects of a unit, with their places; `None` for those of no unit.
    pub fn objects_of(&self, unit: Option<usize>) -> impl Iterator<Item = (usize, &Object)> {
        // Objects of no unit come last.
        let key = |unit: Option<usize>| unit.unwrap_or(usize::MAX);
        let first = self.objects.partition_point(|object| key(object.unit) < key(unit));
        self.objects.iter().enumerate().skip(first).take_while(move |(_, object)| object.unit == unit)
    }

    /// The edges that begin at an object.
    pub fn edges_from(&self, object: usize) -> impl Iterator<Item = &Edge> {
        let first = self.edges.partition_point(|edge| edge.from < object);
        self.edges.iter().skip(first).take_while(move |edge| edge.from == object)
    }

    /// What a dependency is called.
    pub fn unit_name<'p>(&'p self, target: &'p Target<UnitId>) -> Option<&'p UnitId> {
        match target {
            Target::Shown(unit) => self.units.get(*unit).map(|unit| &unit.id),
            Target::LeftOut(id) | Target::Missing(id) => Some(id),
        }
    }

    /// What the far end of an edge is called.
    pub fn object_name<'p>(&'p self, target: &'p Target<ObjectId>) -> Option<&'p ObjectId> {
        match target {
            Target::Shown(object) => self.objects.get(*object).map(|object| &object.id),
            Target::LeftOut(id) | Target::Missing(id) => Some(id),
        }
    }
}

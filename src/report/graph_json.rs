//! The picture as data, for programs and for the page.
//!
//! The form is version 1 and frozen: fields may be added, none is renamed or removed. `docs/graph.md` describes it. Must not know how the picture was found.

use serde::Serialize;
use smol_str::SmolStr;

use super::graph_text::unit_name;
use crate::{
    cluster::UnitKind,
    graph::picture::{self, EdgeKind, Picture, Place, Target},
    manifest::ObjectId,
    path::RepoPath,
};

/// The version of the form.
const VERSION: u32 = 1;

/// Writes the picture as one JSON document.
pub fn graph_json(picture: &Picture) -> String {
    // A document of maps, lists, strings and numbers can always be written.
    serde_json::to_string_pretty(&Document::of(picture)).unwrap_or_default() + "\n"
}

/// The same in one line.
pub(super) fn compact(picture: &Picture) -> String {
    serde_json::to_string(&Document::of(picture)).unwrap_or_default()
}

#[derive(Serialize)]
struct Document<'p> {
    version: u32,
    tool: Tool,
    clusters: Vec<Cluster<'p>>,
    units: Vec<Unit<'p>>,
    objects: Vec<Object<'p>>,
    edges: Vec<Edge<'p>>,
    cycles: &'p [Vec<usize>],
    notes: Vec<Note<'p>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Cluster<'p> {
    name: &'p str,
    directory: &'p str,
}

#[derive(Serialize)]
struct Unit<'p> {
    id: String,
    engine: Option<&'static str>,
    cluster: Option<usize>,
    parent: Option<usize>,
    declared: Option<usize>,
    place: Option<At<'p>>,
    directories: Vec<&'p str>,
    depends_on: Vec<End<String>>,
    wave: i64,
    step: usize,
    suspended: bool,
    destination: Option<&'p str>,
}

#[derive(Serialize)]
struct Object<'p> {
    #[serde(flatten)]
    identity: Identity<'p>,
    version: &'p str,
    unit: Option<usize>,
    place: Option<At<'p>>,
    made: bool,
}

#[derive(Serialize)]
struct Identity<'p> {
    group: &'p str,
    kind: &'p str,
    namespace: Option<&'p str>,
    name: &'p str,
}

#[derive(Serialize)]
struct Edge<'p> {
    from: usize,
    kind: &'static str,
    field: &'p str,
    keys: Vec<&'p str>,
    optional: bool,
    place: Option<At<'p>>,
    to: End<Identity<'p>>,
}

/// The far end of something that leads there.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum End<T> {
    Shown(usize),
    LeftOut(T),
    Missing(T),
}

#[derive(Serialize)]
struct At<'p> {
    path: &'p str,
    line: u32,
}

#[derive(Serialize)]
struct Note<'p> {
    cluster: Option<usize>,
    unit: Option<usize>,
    severity: &'static str,
    text: &'p str,
    place: Option<At<'p>>,
}

impl<'p> Document<'p> {
    fn of(picture: &'p Picture) -> Self {
        let clusters =
            picture.clusters.iter().map(|one| Cluster { name: &one.name, directory: one.directory.as_str() });
        let notes = picture.notes.iter().map(|note| Note {
            cluster: note.cluster,
            unit: note.unit,
            severity: note.severity.as_str(),
            text: &note.text,
            place: at(note.place.as_ref()),
        });
        Self {
            version: VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            clusters: clusters.collect(),
            units: picture.units.iter().map(unit).collect(),
            objects: picture.objects.iter().map(object).collect(),
            edges: picture.edges.iter().map(edge).collect(),
            cycles: &picture.cycles,
            notes: notes.collect(),
        }
    }
}

fn unit(unit: &picture::Unit) -> Unit<'_> {
    Unit {
        id: unit_name(&unit.id),
        engine: match unit.kind {
            UnitKind::Flux => Some("flux"),
            UnitKind::Argo => Some("argo"),
            UnitKind::Bare | UnitKind::Loose => None,
        },
        cluster: unit.cluster,
        parent: unit.parent,
        declared: unit.declared,
        place: at(unit.place.as_ref()),
        directories: unit.directories.iter().map(RepoPath::as_str).collect(),
        depends_on: unit.depends_on.iter().map(|target| end(target, unit_name)).collect(),
        wave: unit.wave,
        step: unit.step,
        suspended: unit.suspended,
        destination: unit.destination.as_deref(),
    }
}

fn object(object: &picture::Object) -> Object<'_> {
    Object {
        identity: identity(&object.id),
        version: &object.id.version,
        unit: object.unit,
        place: at(object.place.as_ref()),
        made: object.made,
    }
}

fn edge(edge: &picture::Edge) -> Edge<'_> {
    Edge {
        from: edge.from,
        kind: match edge.kind {
            EdgeKind::Makes => "makes",
            EdgeKind::ReadsSecret => "reads_secret",
            EdgeKind::RefersTo => "refers_to",
        },
        field: &edge.field,
        keys: edge.keys.iter().map(SmolStr::as_str).collect(),
        optional: edge.optional,
        place: at(edge.place.as_ref()),
        to: end(&edge.to, identity),
    }
}

fn end<'p, T, U>(target: &'p Target<T>, name: impl Fn(&'p T) -> U) -> End<U> {
    match target {
        Target::Shown(at) => End::Shown(*at),
        Target::LeftOut(id) => End::LeftOut(name(id)),
        Target::Missing(id) => End::Missing(name(id)),
    }
}

fn identity(id: &ObjectId) -> Identity<'_> {
    Identity { group: &id.group, kind: &id.kind, namespace: id.namespace.as_deref(), name: &id.name }
}

fn at(place: Option<&Place>) -> Option<At<'_>> {
    place.map(|place| At { path: place.path.as_str(), line: place.line })
}

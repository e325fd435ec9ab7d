//! Composes the picture from the clusters' model and from what leads from object to object.
//!
//! Owns its order, and the search for the object that a name means. Must not know how units, objects or links are found.

use std::collections::{BTreeMap, HashMap, HashSet};

use smol_str::SmolStr;

use super::{Cluster, Edge, EdgeKind, Note, Object, Picture, Place, Target, Unit, order};
use crate::{
    cluster,
    diagnostic::{Diagnostic, Label, Severity},
    manifest::{NotRendered, ObjectId, RenderedObject},
    yaml::Origin,
};

/// What a picture is made from: the lists of the clusters' model, and what was found about its objects.
pub struct Parts<'p> {
    /// The clusters.
    pub clusters: &'p [cluster::Cluster],
    /// The units.
    pub units: &'p [cluster::Unit],
    /// The objects: those of units, which hold ranges of this list, and any others.
    pub objects: &'p [&'p RenderedObject],
    /// What leads from object to object.
    pub links: &'p [Link],
    /// The file and line of an origin.
    pub place: &'p dyn Fn(Origin) -> Option<Place>,
    /// The file and line of a label.
    pub place_of_label: &'p dyn Fn(&Label) -> Place,
}

/// One object names another, or makes it.
#[derive(Clone, Debug)]
pub struct Link {
    /// The object that says so, as a place in [`Parts::objects`].
    pub from: usize,
    /// How it leads to the other.
    pub kind: EdgeKind,
    /// The field that says so; may be empty.
    pub field: SmolStr,
    /// The keys that are taken or made.
    pub keys: Vec<SmolStr>,
    /// Whether the other may be missing.
    pub optional: bool,
    /// Where it is written.
    pub origin: Origin,
    /// The other object. Its version does not count; without a namespace it is looked for in all of them.
    pub to: ObjectId,
}

impl Picture {
    /// Composes the picture.
    pub fn of(parts: &Parts<'_>) -> Self {
        let clusters =
            parts.clusters.iter().map(|one| Cluster { name: one.name.clone(), directory: one.directory.clone() });
        let mut picture = Self { clusters: clusters.collect(), ..Self::default() };
        for (number, cluster) in parts.clusters.iter().enumerate() {
            picture.notes.extend(notes(parts, (Some(number), None), &cluster.not_rendered, &cluster.problems));
        }
        let dependencies = dependencies(parts);
        let order = order::order(&dependencies.before(parts));
        let sequence = sequence(parts, &order.steps);
        let shown = places(&sequence, parts.units.len());
        for &number in &sequence {
            let unit = unit(parts, number, &dependencies, &shown, order.steps[number]);
            picture.units.push(unit);
            let unit = &parts.units[number];
            let about = (picture.units[shown[number]].cluster, Some(shown[number]));
            picture.notes.extend(notes(parts, about, &unit.not_rendered, &unit.problems));
        }
        let mut cycles: Vec<Vec<usize>> =
            order.cycles.iter().map(|cycle| cycle.iter().map(|&unit| shown[unit]).collect()).collect();
        for cycle in &mut cycles {
            cycle.sort_unstable();
        }
        cycles.sort();
        picture.cycles = cycles;
        let objects = Objects::place(parts, &sequence, &mut picture);
        objects.declare(parts, &sequence, &mut picture);
        objects.link(parts, &mut picture);
        picture
    }
}

/// What each unit depends on, as places in the model's list.
struct Dependencies(Vec<Vec<Target<cluster::UnitId>>>);

fn dependencies(parts: &Parts<'_>) -> Dependencies {
    let by_id: HashMap<_, usize> =
        parts.units.iter().enumerate().rev().map(|(number, unit)| ((unit.cluster, &unit.id), number)).collect();
    let of = |unit: &cluster::Unit| {
        let find = |id: &cluster::UnitId| {
            by_id.get(&(unit.cluster, id)).map_or_else(|| Target::Missing(id.clone()), |&at| Target::Shown(at))
        };
        unit.depends_on.iter().map(find).collect()
    };
    Dependencies(parts.units.iter().map(of).collect())
}

impl Dependencies {
    /// What comes directly before each unit: its parent, and what it depends on.
    fn before(&self, parts: &Parts<'_>) -> Vec<Vec<usize>> {
        let before = |(number, unit): (usize, &cluster::Unit)| {
            let depends_on = self.0[number]
                .iter()
                .filter_map(|target| if let Target::Shown(at) = target { Some(*at) } else { None });
            depends_on.chain(parent(parts, number, unit)).collect()
        };
        parts.units.iter().enumerate().map(before).collect()
    }
}

/// The parent of a unit; the root of a cluster applies itself, which says nothing.
fn parent(parts: &Parts<'_>, number: usize, unit: &cluster::Unit) -> Option<usize> {
    unit.parent.filter(|&parent| parent != number && parent < parts.units.len())
}

/// The units in the order in which they are read.
fn sequence(parts: &Parts<'_>, steps: &[usize]) -> Vec<usize> {
    let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (number, unit) in parts.units.iter().enumerate() {
        children.entry(parent(parts, number, unit)).or_default().push(number);
    }
    let key = |&number: &usize| {
        let unit = &parts.units[number];
        (unit.cluster.unwrap_or(usize::MAX), unit.wave, steps[number], &unit.id, unit.origin)
    };
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| key(b).cmp(&key(a)));
    }
    let (mut sequence, mut seen) = (Vec::new(), HashSet::new());
    let mut rest: Vec<usize> = (0..parts.units.len()).collect();
    rest.sort_by(|a, b| key(b).cmp(&key(a)));
    // Units that apply each other in a circle hang below no root; they follow as they come.
    let mut pending: Vec<usize> = rest.into_iter().chain(children.remove(&None).unwrap_or_default()).collect();
    while let Some(number) = pending.pop() {
        if seen.insert(number) {
            sequence.push(number);
            pending.extend(children.get(&Some(number)).into_iter().flatten());
        }
    }
    let last = |number: &usize| parts.units[*number].cluster.unwrap_or(usize::MAX);
    sequence.sort_by_key(last);
    sequence
}

/// For each of `count` things its place in the sequence.
fn places(sequence: &[usize], count: usize) -> Vec<usize> {
    let mut places = vec![0; count];
    sequence.iter().enumerate().for_each(|(place, &number)| places[number] = place);
    places
}

fn unit(parts: &Parts<'_>, number: usize, dependencies: &Dependencies, shown: &[usize], step: usize) -> Unit {
    let unit = &parts.units[number];
    let depends_on = dependencies.0[number].iter().map(|target| match target {
        Target::Shown(at) => Target::Shown(shown[*at]),
        other => other.clone(),
    });
    Unit {
        id: unit.id.clone(),
        kind: unit.kind,
        cluster: unit.cluster.filter(|&cluster| cluster < parts.clusters.len()),
        parent: parent(parts, number, unit).map(|parent| shown[parent]),
        declared: None,
        place: (parts.place)(unit.origin),
        directories: unit.directories.clone(),
        depends_on: depends_on.collect(),
        wave: unit.wave,
        step,
        suspended: unit.suspended,
        destination: unit.destination.clone(),
    }
}

/// Whom notes are about.
type About = (Option<usize>, Option<usize>);

fn notes(parts: &Parts<'_>, (cluster, unit): About, left_out: &[NotRendered], problems: &[Diagnostic]) -> Vec<Note> {
    let note =
        |severity, text, place| Note { cluster, unit, severity, text, place: Some((parts.place_of_label)(place)) };
    let problems = problems.iter().map(|one| note(one.severity, one.message.clone(), &one.primary));
    let left_out = left_out.iter().map(|one| {
        let text = format!("not rendered: {}: {}", one.what, one.reason);
        note(Severity::Info, text, &one.place)
    });
    problems.chain(left_out).collect()
}

/// The objects by what names them.
struct Objects {
    /// For each object of the parts its place in the picture.
    shown: Vec<Option<usize>>,
    by_name: HashMap<Name, Vec<usize>>,
}

/// Group, kind and name.
type Name = (SmolStr, SmolStr, SmolStr);

fn name(id: &ObjectId) -> Name {
    (id.group.clone(), id.kind.clone(), id.name.clone())
}

impl Objects {
    /// Puts the objects into the picture, each with those that are made from it.
    fn place(parts: &Parts<'_>, sequence: &[usize], picture: &mut Picture) -> Self {
        let mut makes: HashMap<usize, Vec<&Link>> = HashMap::new();
        for link in parts.links.iter().filter(|link| link.kind == EdgeKind::Makes) {
            makes.entry(link.from).or_default().push(link);
        }
        let mut objects = Self { shown: vec![None; parts.objects.len()], by_name: HashMap::new() };
        let of_units = sequence.iter().enumerate().flat_map(|(place, &number)| {
            let range = parts.units[number].objects.clone();
            range.map(move |object| (Some(place), object))
        });
        let of_units: Vec<_> = of_units.filter(|(_, object)| *object < parts.objects.len()).collect();
        let applied: HashSet<usize> = of_units.iter().map(|(_, object)| *object).collect();
        let rest = (0..parts.objects.len()).filter(|object| !applied.contains(object)).map(|object| (None, object));
        for (unit, number) in of_units.into_iter().chain(rest) {
            let rendered = parts.objects[number];
            let place = (parts.place)(rendered.origin());
            let at = objects.add(picture, Object { id: rendered.id.clone(), unit, place, made: false });
            objects.shown[number] = Some(at);
            if let Some(before_hash) = &rendered.name_before_hash {
                let (group, kind, _) = name(&rendered.id);
                objects.by_name.entry((group, kind, before_hash.clone())).or_default().push(at);
            }
            for link in makes.get(&number).into_iter().flatten() {
                objects
                    .add(picture, Object { id: link.to.clone(), unit, place: (parts.place)(link.origin), made: true });
            }
        }
        objects
    }

    fn add(&mut self, picture: &mut Picture, object: Object) -> usize {
        let at = picture.objects.len();
        self.by_name.entry(name(&object.id)).or_default().push(at);
        picture.objects.push(object);
        at
    }

    /// Finds the objects that declare units.
    fn declare(&self, parts: &Parts<'_>, sequence: &[usize], picture: &mut Picture) {
        for (place, &number) in sequence.iter().enumerate() {
            let Some(declared) = &parts.units[number].declared else { continue };
            let by = picture.units[place].parent.or(Some(place));
            if let Target::Shown(at) = self.find(picture, declared, by) {
                picture.units[place].declared = Some(at);
            }
        }
    }

    fn link(&self, parts: &Parts<'_>, picture: &mut Picture) {
        for link in parts.links {
            let Some(from) = self.shown.get(link.from).copied().flatten() else { continue };
            let unit = picture.objects[from].unit;
            let to = match link.kind {
                EdgeKind::Makes => made_by(picture, from, &link.to),
                _ => self.find(picture, &link.to, unit),
            };
            picture.edges.push(Edge {
                from,
                kind: link.kind,
                field: link.field.clone(),
                keys: link.keys.clone(),
                optional: link.optional,
                place: (parts.place)(link.origin),
                to,
            });
        }
        let key = |edge: &Edge| (edge.from, edge.kind, edge.field.clone(), edge.to.clone(), edge.place.clone());
        picture.edges.sort_by_cached_key(key);
        picture.edges.dedup();
    }

    /// The object that a name means when an object of `unit` says it: in the same unit, else in the same cluster, else among those of no cluster; a made one
    /// only where no written one has the name. What belongs to no cluster may mean an object of any, if only one has the name.
    fn find(&self, picture: &Picture, id: &ObjectId, unit: Option<usize>) -> Target<ObjectId> {
        let cluster_of = |unit: Option<usize>| unit.and_then(|unit| picture.units.get(unit)?.cluster);
        let own = cluster_of(unit);
        let rank = |&at: &usize| {
            let object = picture.objects.get(at)?;
            let nearness = match cluster_of(object.unit) {
                _ if object.unit == unit => 0,
                cluster if cluster == own => 1,
                None => 2,
                Some(_) if own.is_none() => 3,
                Some(_) => return None,
            };
            let namespace = match (&object.id.namespace, &id.namespace) {
                (one, other) if one == other => 0,
                (Some(_), Some(_)) => return None,
                _ => 1,
            };
            Some((namespace, nearness, object.made, at))
        };
        let mut found: Vec<_> = self.by_name.get(&name(id)).into_iter().flatten().filter_map(rank).collect();
        found.sort_unstable();
        match found.as_slice() {
            [] => Target::Missing(id.clone()),
            [(_, 3, _, first), (_, _, _, second), ..]
                if cluster_of(picture.objects[*first].unit) != cluster_of(picture.objects[*second].unit) =>
            {
                Target::LeftOut(id.clone())
            }
            [(_, _, _, at), ..] => Target::Shown(*at),
        }
    }
}

/// What an object makes stands right behind it.
fn made_by(picture: &Picture, from: usize, id: &ObjectId) -> Target<ObjectId> {
    let behind = picture.objects.iter().enumerate().skip(from + 1);
    let found = behind.take_while(|(_, object)| object.made).find(|(_, object)| object.id == *id);
    found.map_or_else(|| Target::Missing(id.clone()), |(at, _)| Target::Shown(at))
}

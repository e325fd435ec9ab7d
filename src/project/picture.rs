//! The picture of a repository, from what a project knows.
//!
//! Owns nothing but the way from there to here: units and objects in the terms of the clusters' model, links in those of the picture. Must not know how it is
//! drawn.

use std::collections::HashMap;

use smol_str::{SmolStr, format_smolstr};

use super::{Project, Unit, UnitKind};
use crate::{
    cluster::{self, UnitId},
    diagnostic::Label,
    flux::{FluxKustomization, helm_release},
    graph::{
        Keys, Picture, Produced,
        picture::{EdgeKind, Link, Parts, Place},
        produced,
    },
    kustomize::Problem,
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    yaml::{Origin, Value},
};

impl Project {
    /// The picture of the repository.
    pub fn picture(&self) -> Picture {
        let model = Model::of(self);
        let links: Vec<Link> =
            model.objects.iter().enumerate().flat_map(|(at, object)| links(at, &object.id, &object.value)).collect();
        let place = |origin: Origin| self.session.label(origin, "").map(|label| self.place(&label));
        let place_of_label = |label: &Label| self.place(label);
        Picture::of(&Parts {
            clusters: &model.clusters,
            units: &model.units,
            objects: &model.objects.iter().collect::<Vec<_>>(),
            links: &links,
            place: &place,
            place_of_label: &place_of_label,
        })
    }

    fn place(&self, label: &Label) -> Place {
        let line = self.text(&label.path).map_or(1, |text| text.line_at(label.span.start as usize));
        Place { path: label.path.clone(), line }
    }
}

/// The clusters, units and objects of a project.
#[derive(Default)]
struct Model {
    clusters: Vec<cluster::Cluster>,
    units: Vec<cluster::Unit>,
    objects: Vec<RenderedObject>,
}

impl Model {
    fn of(project: &Project) -> Self {
        let mut model = Self::default();
        let mut objects: HashMap<Option<&RepoPath>, Vec<RenderedObject>> = HashMap::new();
        for object in project.objects() {
            objects.entry(object.unit.as_ref()).or_default().push(RenderedObject {
                id: object.id.clone(),
                value: object.value.clone(),
                path: object.path.clone(),
                name_before_hash: object.name_before_hash.as_deref().map(SmolStr::from),
            });
        }
        for unit in project.units() {
            let own = objects.remove(&Some(&unit.directory)).unwrap_or_default();
            match &unit.kind {
                UnitKind::Bare => model.add(unit, None, own),
                UnitKind::Flux(_) => {
                    for owner in unit.owners(project.flux_kustomizations()) {
                        model.add(unit, Some(owner), own.clone());
                    }
                }
            }
        }
        model.connect(project.flux_kustomizations());
        model.objects.extend(objects.remove(&None).unwrap_or_default());
        model
    }

    fn add(&mut self, unit: &Unit, owner: Option<&FluxKustomization>, objects: Vec<RenderedObject>) {
        let first = self.objects.len();
        self.objects.extend(objects);
        let builds = || unit.builds.iter().flatten();
        let failed =
            unit.builds.iter().filter_map(|build| build.as_ref().err()).map(|error| error.problem().diagnostic());
        self.units.push(cluster::Unit {
            id: owner.map_or_else(|| UnitId::Directory(unit.directory.clone()), flux_id),
            kind: if owner.is_some() { cluster::UnitKind::Flux } else { cluster::UnitKind::Bare },
            cluster: None,
            parent: None,
            declared: owner.map(|owner| owner.id.clone()),
            origin: owner.map_or(Origin::NONE, |owner| owner.path_origin),
            directories: vec![unit.directory.clone()],
            depends_on: Vec::new(),
            wave: 0,
            suspended: false,
            objects: first..self.objects.len(),
            not_rendered: builds().flat_map(|build| build.not_rendered.iter().cloned()).collect(),
            problems: failed.chain(builds().flat_map(|build| build.problems.iter().map(Problem::diagnostic))).collect(),
        });
    }

    /// Finds the objects that declare the units, and so their parents, their dependencies and their clusters.
    fn connect(&mut self, flux: &[FluxKustomization]) {
        let declaring: HashMap<Origin, usize> =
            self.objects.iter().enumerate().rev().map(|(at, object)| (path_origin(object), at)).collect();
        for at in 0..self.units.len() {
            if !flux.iter().any(|one| one.path_origin == self.units[at].origin) {
                continue;
            }
            let Some(&object) = declaring.get(&self.units[at].origin) else { continue };
            let parent = self.units.iter().position(|unit| unit.objects.contains(&object));
            let value = &self.objects[object].value;
            let unit = &mut self.units[at];
            unit.parent = parent.filter(|parent| *parent != at);
            unit.origin = value.origin;
            unit.depends_on = depends_on(&self.objects[object].id, value);
            unit.suspended = value.pointer(&["spec", "suspend"]).and_then(Value::as_bool).unwrap_or_default();
        }
        for at in 0..self.units.len() {
            if self.units[at].kind == cluster::UnitKind::Flux && self.units[at].parent.is_none() {
                let directory = self.units[at].directories.first().cloned().unwrap_or_else(RepoPath::root);
                let name = if directory.is_root() { ".".into() } else { SmolStr::from(directory.file_name()) };
                self.clusters.push(cluster::Cluster { name, directory, units: Vec::new() });
                self.fill(at, self.clusters.len() - 1);
            }
        }
    }

    /// Gives a unit, and all that it applies, to a cluster.
    fn fill(&mut self, root: usize, cluster: usize) {
        let mut pending = vec![root];
        while let Some(at) = pending.pop() {
            if self.units[at].cluster.replace(cluster).is_none() {
                self.clusters[cluster].units.push(at);
                pending.extend((0..self.units.len()).filter(|&other| self.units[other].parent == Some(at)));
            }
        }
    }
}

fn flux_id(one: &FluxKustomization) -> UnitId {
    UnitId::Flux(one.id.namespace.clone().unwrap_or_default(), one.id.name.clone())
}

fn path_origin(object: &RenderedObject) -> Origin {
    object.value.pointer(&["spec", "path"]).map_or(object.value.origin, |path| path.origin)
}

fn depends_on(id: &ObjectId, value: &Value) -> Vec<UnitId> {
    let items = value.pointer(&["spec", "dependsOn"]).and_then(Value::as_sequence).unwrap_or_default();
    let text = |item: &Value, key: &str| item.get(key)?.as_scalar().map(|scalar| scalar.text.clone());
    let read = |item: &Value| {
        let namespace = text(item, "namespace").or_else(|| id.namespace.clone()).unwrap_or_default();
        Some(UnitId::Flux(namespace, text(item, "name")?))
    };
    items.iter().filter_map(read).collect()
}

/// What leads from one object to others.
fn links(from: usize, id: &ObjectId, value: &Value) -> Vec<Link> {
    let link = |kind, field: SmolStr, origin, group: &str, named: (&SmolStr, &SmolStr)| Link {
        from,
        kind,
        field,
        keys: Vec::new(),
        optional: false,
        origin,
        to: ObjectId {
            group: group.into(),
            version: SmolStr::default(),
            kind: named.0.clone(),
            namespace: id.namespace.clone(),
            name: named.1.clone(),
        },
    };
    let mut links: Vec<Link> =
        produced(id, value).iter().filter(|one| !is_itself(id, one)).map(|one| made(from, one)).collect();
    if helm_release::is_helm_release(id) {
        for (number, entry) in helm_release::values_from(value).iter().enumerate() {
            let kind = if entry.kind == "Secret" { EdgeKind::ReadsSecret } else { EdgeKind::RefersTo };
            let mut one = link(
                kind,
                format_smolstr!("spec.valuesFrom[{number}]"),
                entry.name_origin,
                "",
                (&entry.kind, &entry.name),
            );
            one.keys = vec![entry.key.clone()];
            one.optional = entry.optional;
            links.push(one);
        }
        if let Some(source) = helm_release::chart_source(value) {
            let mut one = link(
                EdgeKind::RefersTo,
                "spec.chart".into(),
                source.origin,
                &source.group,
                (&source.kind, &source.name),
            );
            one.to.namespace = source.namespace.clone().or(one.to.namespace);
            links.push(one);
        }
    }
    links
}

fn is_itself(id: &ObjectId, one: &Produced) -> bool {
    id.group.is_empty() && matches!(id.kind.as_str(), "Secret" | "ConfigMap") && id.name == one.name
}

fn made(from: usize, one: &Produced) -> Link {
    let kind = match one.kind {
        crate::graph::DataKind::Secret => "Secret",
        crate::graph::DataKind::ConfigMap => "ConfigMap",
    };
    let keys = match &one.keys {
        Keys::Known(keys) => keys.iter().map(|(key, _)| key.clone()).collect(),
        Keys::Open => Vec::new(),
    };
    Link {
        from,
        kind: EdgeKind::Makes,
        field: SmolStr::default(),
        keys,
        optional: false,
        origin: one.origin,
        to: ObjectId {
            group: SmolStr::default(),
            version: "v1".into(),
            kind: kind.into(),
            namespace: one.namespace.clone(),
            name: one.name.clone(),
        },
    }
}

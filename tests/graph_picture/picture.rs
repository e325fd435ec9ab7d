//! The model: its order, its circles, its parts.

use std::{ops::Range, sync::Arc};

use treewright::{
    cluster::{Cluster, Unit, UnitId, UnitKind},
    diagnostic::Label,
    graph::{
        Picture,
        picture::{EdgeKind, Link, Parts, Place, Selection, Target},
    },
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    yaml::{Origin, Value},
};

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}

fn flux(name: &str) -> UnitId {
    UnitId::Flux("flux-system".into(), name.into())
}

fn unit(name: &str, parent: Option<usize>, depends_on: &[&str], objects: Range<usize>) -> Unit {
    Unit {
        id: flux(name),
        kind: UnitKind::Flux,
        cluster: Some(0),
        parent,
        declared: None,
        origin: Origin::NONE,
        directories: vec![path(name)],
        depends_on: depends_on.iter().map(|name| flux(name)).collect(),
        wave: 0,
        suspended: false,
        destination: None,
        flux: None,
        left_out: false,
        objects,
        not_rendered: Vec::new(),
        problems: Vec::new(),
    }
}

fn id(kind: &str, namespace: &str, name: &str) -> ObjectId {
    let namespace = Some(namespace.into());
    ObjectId { group: "".into(), version: "v1".into(), kind: kind.into(), namespace, name: name.into() }
}

fn object(kind: &str, namespace: &str, name: &str) -> RenderedObject {
    let value = Arc::new(Value::mapping());
    RenderedObject { id: id(kind, namespace, name), value, path: path("a.yaml"), name_before_hash: None }
}

fn link(from: usize, kind: EdgeKind, to: ObjectId) -> Link {
    Link { from, kind, field: "".into(), keys: Vec::new(), optional: false, origin: Origin::NONE, to }
}

fn picture(units: &[Unit], objects: &[RenderedObject], links: &[Link]) -> Picture {
    let clusters = ["one", "two"].map(|name| Cluster {
        name: name.into(),
        directory: path(name),
        units: Vec::new(),
        not_rendered: Vec::new(),
        problems: Vec::new(),
    });
    Picture::of(&Parts {
        clusters: &clusters,
        units,
        objects: &objects.iter().collect::<Vec<_>>(),
        links,
        place: &|_| None,
        place_of_label: &|label: &Label| Place { path: label.path.clone(), line: 1 },
    })
}

fn names(picture: &Picture) -> Vec<(String, usize)> {
    picture.units.iter().map(|unit| (unit.id.to_string().replace("flux:flux-system/", ""), unit.step)).collect()
}

#[test]
fn units_stand_in_the_order_in_which_they_are_applied() {
    let units = [
        unit("root", None, &[], 0..0),
        unit("apps", Some(0), &["network", "storage"], 0..0),
        unit("storage", Some(0), &["network"], 0..0),
        unit("network", Some(0), &[], 0..0),
        unit("backup", Some(2), &[], 0..0),
    ];
    let expected = [("root", 0), ("network", 1), ("storage", 2), ("backup", 3), ("apps", 3)];
    let expected: Vec<(String, usize)> = expected.iter().map(|(name, step)| ((*name).to_owned(), *step)).collect();
    assert_eq!(names(&picture(&units, &[], &[])), expected);
    // Whatever order they are found in.
    let mut turned = units.to_vec();
    turned[1..4].rotate_left(1);
    turned[4].parent = Some(1);
    assert_eq!(names(&picture(&turned, &[], &[])), expected);
}

#[test]
fn sync_waves_come_before_names() {
    let mut units = [unit("root", None, &[], 0..0), unit("a", Some(0), &[], 0..0), unit("b", Some(0), &[], 0..0)];
    units[1].wave = 2;
    units[2].wave = -1;
    let order: Vec<String> = names(&picture(&units, &[], &[])).into_iter().map(|(name, _)| name).collect();
    assert_eq!(order, ["root", "b", "a"]);
}

#[test]
fn units_that_wait_for_each_other_are_named() {
    let units = [
        unit("a", None, &["b"], 0..0),
        unit("b", None, &["c"], 0..0),
        unit("c", None, &["a"], 0..0),
        unit("after", None, &["a"], 0..0),
        unit("itself", None, &["itself"], 0..0),
        unit("free", None, &["nowhere"], 0..0),
    ];
    let picture = picture(&units, &[], &[]);
    let named =
        |cycle: &Vec<usize>| cycle.iter().map(|&at| picture.units[at].id.to_string()).collect::<Vec<_>>().join(" ");
    let cycles: Vec<String> = picture.cycles.iter().map(named).collect();
    assert_eq!(cycles, ["flux:flux-system/a flux:flux-system/b flux:flux-system/c", "flux:flux-system/itself"]);
    let step = |name: &str| picture.units.iter().find(|unit| unit.id == flux(name)).map(|unit| unit.step);
    assert_eq!((step("a"), step("after"), step("free")), (Some(0), Some(1), Some(0)));
    let free = picture.units.iter().find(|unit| unit.id == flux("free")).expect("is there");
    assert_eq!(free.depends_on, [Target::Missing(flux("nowhere"))]);
}

#[test]
fn units_that_apply_each_other_are_all_there() {
    let units = [unit("a", Some(1), &[], 0..0), unit("b", Some(0), &[], 0..0)];
    let picture = picture(&units, &[], &[]);
    assert_eq!((picture.units.len(), picture.cycles.clone()), (2, vec![vec![0, 1]]));
}

#[test]
fn a_name_means_the_nearest_object_that_has_it() {
    let mut units = [unit("a", None, &[], 0..1), unit("b", None, &[], 1..2), unit("a", None, &[], 2..3)];
    units[2].cluster = Some(1);
    let objects = [
        object("Pod", "hub", "pod"),
        object("Secret", "hub", "key"),
        object("Secret", "hub", "key"),
        object("Secret", "other", "far"),
    ];
    let reads = |to| link(0, EdgeKind::ReadsSecret, to);
    let links =
        [reads(id("Secret", "hub", "key")), reads(id("Secret", "hub", "far")), reads(id("Secret", "other", "far"))];
    let picture = picture(&units, &objects, &links);
    let found: Vec<_> = picture.edges_from(0).map(|edge| edge.to.clone()).collect();
    // The Secret of the other unit of the same cluster, not that of the other cluster; nothing in another namespace; what nobody applies, as it may be meant.
    assert_eq!(found, [Target::Shown(1), Target::Shown(3), Target::Missing(id("Secret", "hub", "far"))]);
}

#[test]
fn what_a_controller_makes_stands_behind_its_maker() {
    let units = [unit("a", None, &[], 0..2)];
    let objects = [object("ExternalSecret", "hub", "keys"), object("Pod", "hub", "pod")];
    let links = [
        link(0, EdgeKind::Makes, id("Secret", "hub", "keys")),
        link(1, EdgeKind::ReadsSecret, id("Secret", "hub", "keys")),
    ];
    let picture = picture(&units, &objects, &links);
    let shown: Vec<(String, bool)> = picture.objects.iter().map(|one| (one.id.to_string(), one.made)).collect();
    let expected = [("ExternalSecret hub/keys", false), ("Secret hub/keys", true), ("Pod hub/pod", false)];
    assert_eq!(shown, expected.map(|(name, made)| (name.to_owned(), made)));
    assert_eq!(
        picture.edges.iter().map(|edge| (edge.from, edge.to.clone())).collect::<Vec<_>>(),
        [(0, Target::Shown(1)), (2, Target::Shown(1))]
    );
}

#[test]
fn a_selection_keeps_what_is_asked_for_and_names_the_rest() {
    let units = [unit("root", None, &[], 0..1), unit("net", Some(0), &[], 1..2), unit("apps", Some(0), &["net"], 2..4)];
    let objects = [
        object("ConfigMap", "x", "a"),
        object("Secret", "hub", "key"),
        object("Pod", "hub", "pod"),
        object("Pod", "x", "pod"),
    ];
    let picture = picture(&units, &objects, &[link(2, EdgeKind::ReadsSecret, id("Secret", "hub", "key"))]);
    let apps = picture.select(&Selection { units: vec!["apps".into()], ..Selection::default() });
    assert_eq!((apps.units.len(), apps.objects.len(), apps.clusters.len()), (1, 2, 1));
    assert_eq!(apps.units[0].depends_on, [Target::LeftOut(flux("net"))]);
    assert_eq!(apps.edges[0].to, Target::LeftOut(id("Secret", "hub", "key")));
    let pods = picture.select(&Selection {
        kinds: vec!["pod".into()],
        namespaces: vec!["hub".into()],
        ..Selection::default()
    });
    assert_eq!(pods.objects.iter().map(|one| one.id.to_string()).collect::<Vec<_>>(), ["Pod hub/pod"]);
    assert_eq!(pods.units.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), [flux("root"), flux("apps")]);
    assert_eq!(picture.select(&Selection::default()), picture);
}

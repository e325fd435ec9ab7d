//! `new`: what it would write into a repository, and what it refuses.

use treewright::{
    blueprint::{
        Blueprint, Engine, Locked, NewError, Order, new,
        parameters::{Answers, Facts},
    },
    change::FileChange,
    path::RepoPath,
    source::{EntryKind, Memory, Overlay, SourceView},
};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [[ instance ]]\n";

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}

fn simple(extra: &str) -> Blueprint {
    let manifest = format!("blueprint: b\nversion: 1.0.0\nsummary: s\n{extra}");
    super::blueprint(&[("blueprint.yaml", &manifest), ("o.yaml", OBJECT)])
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn repository(files: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::new();
    for (name, content) in files {
        memory.insert(path(name), *content);
    }
    memory
}

fn make(
    view: &Memory,
    blueprint: &Blueprint,
    instance: &str,
    at: Option<&str>,
) -> Result<treewright::blueprint::New, NewError> {
    make_with(view, blueprint, instance, at, &|_| false)
}

fn make_with(
    view: &Memory,
    blueprint: &Blueprint,
    instance: &str,
    at: Option<&str>,
    is_dirty: &dyn Fn(&RepoPath) -> bool,
) -> Result<treewright::blueprint::New, NewError> {
    let facts = Facts { instance: instance.to_owned(), engine: Engine::Flux, path: at.map(path) };
    new(Order { view, blueprint, answers: &Answers::new(), facts: &facts, clusters: &[], is_dirty })
}

/// The tree after a change.
fn tree(view: Memory, changes: &treewright::change::ChangeSet) -> Vec<(String, String)> {
    let overlay = Overlay::new(view, changes).expect("the changes can be made");
    let files = overlay.list().expect("a list").into_iter();
    let read =
        |path: &RepoPath| String::from_utf8(overlay.read(path).expect("readable").expect("a file")).expect("text");
    files.map(|entry| (entry.path.to_string(), read(&entry.path))).collect()
}

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";

#[test]
fn an_empty_repository_gets_the_instance_its_registration_and_the_lock() {
    let blueprint = simple(
        "manifests: [o.yaml]\nnext-steps: [Go to [[ path ]].]\n"
            .replace("[Go to [[ path ]].]", "[\"Go to [[ path ]].\"]")
            .as_str(),
    );
    let made = make(&Memory::new(), &blueprint, "notebook", None).expect("changes");
    assert_eq!(made.instance.next_steps, ["Go to apps/notebook."]);
    let digest = blueprint.folder.digest();
    let object = OBJECT.replace("[[ instance ]]", "notebook");
    let lock = format!(
        "# Written by treewright. Review it like any lock file; do not edit it.\nformat = 2\n\ninstance = \"notebook\"\nblueprint = \"b\"\nversion = \"1.0.0\"\n\
         digest = \"{digest}\"\nengine = \"flux\"\nroot = \"apps\"\n\n[answers]\n\n[base]\n\
         \"kustomization.yaml\" = '''\n{KUSTOMIZATION}  - o.yaml\n'''\n\"o.yaml\" = '''\n{object}'''\n"
    );
    let expected = [
        ("apps/kustomization.yaml", format!("{KUSTOMIZATION}  - notebook\n")),
        ("apps/notebook/kustomization.yaml", format!("{KUSTOMIZATION}  - o.yaml\n")),
        ("apps/notebook/o.yaml", object),
        ("apps/notebook/treewright.lock", lock.clone()),
    ];
    assert_eq!(tree(Memory::new(), &made.changes), expected.map(|(path, text)| (path.to_owned(), text)));
    let read = Locked::parse(&lock, &path("apps/notebook")).expect("a lock");
    assert_eq!(read.print(), lock);
}

#[test]
fn registration_keeps_what_is_there() {
    let blueprint = simple("manifests: [o.yaml]\n");
    let parent = "# our apps\nkind: Kustomization\nresources:\n- other   # first\n\nnamespace: x\n";
    let view = repository(&[("apps/kustomization.yml", parent)]);
    let made = make(&view, &blueprint, "notebook", Some("apps/team/notebook")).expect("changes");
    let after: Vec<(String, String)> = tree(view, &made.changes);
    let text = |name: &str| after.iter().find(|(path, _)| path == name).map(|(_, text)| text.as_str());
    assert_eq!(
        text("apps/kustomization.yml"),
        Some("# our apps\nkind: Kustomization\nresources:\n- other   # first\n- team\n\nnamespace: x\n")
    );
    assert_eq!(text("apps/team/kustomization.yaml"), Some(format!("{KUSTOMIZATION}  - notebook\n").as_str()));
    assert!(matches!(made.changes.get(&path("apps/kustomization.yml")), Some(FileChange::Edit(_))));
    // What the controller applied without a kustomization stays applied.
    let view = repository(&[
        ("apps/flux-system/kustomization.yaml", KUSTOMIZATION),
        ("apps/flux-system/gotk-sync.yaml", "kind: x"),
        ("apps/plain/a.yaml", "kind: x"),
    ]);
    let made = make(&view, &blueprint, "notebook", None).expect("changes");
    let after = tree(view, &made.changes);
    let parent = after.iter().find(|(path, _)| path == "apps/kustomization.yaml").map(|(_, text)| text.clone());
    assert_eq!(parent, Some(format!("{KUSTOMIZATION}  - flux-system\n  - plain/a.yaml\n  - notebook\n")));
}

#[test]
fn what_is_in_the_way_is_named_with_the_way_out() {
    let blueprint = simple("manifests: [o.yaml]\n");
    let say = |error: NewError| format!("{error}\n{}", error.hint().unwrap_or_default());
    let refuse = |view: &Memory, name: &str, at: Option<&str>| say(make(view, &blueprint, name, at).expect_err(name));

    let empty = Memory::new();
    assert!(refuse(&empty, "No Name", None).starts_with("`No Name` is no name for an instance\n"));

    let lock = make(&empty, &blueprint, "notebook", None).expect("changes");
    let view = repository(
        &tree(Memory::new(), &lock.changes).iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(),
    );
    assert_eq!(
        refuse(&view, "notebook", Some("apps/other")),
        "there is an instance `notebook` already, in apps/notebook\n\
         take another name, or bring `notebook` up to date with: treewright update notebook"
    );
    let view = repository(&[("apps/notebook/mine.yaml", "a: b")]);
    assert_eq!(
        refuse(&view, "notebook", None),
        "apps/notebook/mine.yaml is there already, and no instance of this name wrote it\n\
         choose another directory with --path, or move what is in `apps/notebook` away"
    );
    let view = repository(&[("apps/kustomization.yaml", KUSTOMIZATION)]);
    let dirty = make_with(&view, &blueprint, "notebook", None, &|path| path.as_str() == "apps/kustomization.yaml");
    assert_eq!(
        say(dirty.expect_err("dirty")),
        "apps/kustomization.yaml has changes that are not committed, and would get more\n\
         commit or stash the changes first: git stash push -- apps/kustomization.yaml"
    );
    let view = repository(&[("apps/kustomization.yaml", "resources: nothing\n")]);
    assert_eq!(
        refuse(&view, "notebook", None),
        "apps/kustomization.yaml: `resources` must be a list\nmend apps/kustomization.yaml first"
    );
    let view = repository(&[("apps/hub/treewright.lock", "format = 3\n")]);
    assert_eq!(
        refuse(&view, "notebook", None),
        "apps/hub/treewright.lock: the lock file has format 3; this program knows format 2\nupdate treewright"
    );
    let mut view = Memory::new();
    view.insert_as(path("apps/notebook"), EntryKind::Symlink, "../elsewhere");
    assert_eq!(
        refuse(&view, "notebook", None),
        "apps/notebook is there already, and no instance of this name wrote it\n\
         choose another directory with --path, or move what is in `apps` away"
    );
    let mut view = Memory::new();
    view.insert_as(path("apps"), EntryKind::Symlink, "elsewhere");
    let found = refuse(&view, "notebook", None);
    assert!(found.contains("symbolic link") && found.ends_with("choose another directory with --path"), "{found}");
}

#[test]
fn no_blueprint_writes_outside_of_its_instance() {
    for (to, shown) in [
        ("../x.yaml", "../x.yaml"),
        ("/etc/x.yaml", "/etc/x.yaml"),
        ("a/../../x.yaml", "a/../../x.yaml"),
        ("[[ '..' ]]/x.yaml", "../x.yaml"),
    ] {
        let blueprint = simple(&format!("manifests:\n  - {{file: o.yaml, to: \"{to}\"}}\n"));
        let error = make(&Memory::new(), &blueprint, "notebook", None).expect_err(to);
        let expected = format!(
            "b/blueprint.yaml:5:24: error: `{shown}` leaves the place it is for; write a relative path without `..`"
        );
        assert_eq!(error.to_string(), expected);
    }
    let blueprint = simple(
        "registers: {path: ../[[ instance ]], root: apps}\n"
            .replace("../[[ instance ]]", "\"../[[ instance ]]\"")
            .as_str(),
    );
    let error = make(&Memory::new(), &blueprint, "notebook", None).expect_err("a path above the root");
    assert!(error.to_string().contains("`../notebook` leaves the place it is for"), "{error}");
    let outside = make(&Memory::new(), &simple("registers: {root: apps}\n"), "notebook", Some("elsewhere/x"));
    assert_eq!(
        outside.expect_err("outside").to_string(),
        "`elsewhere/x` does not lie below `apps`, which the cluster reconciles"
    );
}

#[test]
fn two_sources_for_one_file_and_objects_that_are_none_are_refused() {
    let message = |extra: &str, object: &str| {
        let manifest = format!("blueprint: b\nversion: 1.0.0\nsummary: s\n{extra}");
        let blueprint = super::blueprint(&[("blueprint.yaml", &manifest), ("o.yaml", object), ("p.yaml", OBJECT)]);
        let blueprint = blueprint.unwrap_or_else(|problems| panic!("{problems}"));
        make(&Memory::new(), &blueprint, "i", None).expect_err(extra).to_string()
    };
    assert_eq!(
        message("manifests: [o.yaml, {file: p.yaml, to: o.yaml}]\n", OBJECT),
        "b/blueprint.yaml:4:40: error: two sources give the file `o.yaml`"
    );
    assert_eq!(
        message("manifests: [o.yaml, p.yaml]\n", OBJECT),
        "p.yaml (rendered):1:1: error: ConfigMap i is written twice"
    );
    assert_eq!(
        message("manifests: [o.yaml]\n", "a: 1\n"),
        "o.yaml (rendered):1:1: error: this is no Kubernetes object: it has no apiVersion or no kind"
    );
    assert_eq!(
        message("manifests: [o.yaml]\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: [[ 1 ]]}\n"),
        "o.yaml (rendered):4:11: error: `data.a` of ConfigMap must be a text, not the number 1; put it in quotes"
    );
}

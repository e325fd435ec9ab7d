//! Instances for several clusters: what they share, what each has for itself, and what an update makes of both.

use std::collections::BTreeMap;

use treewright::{
    blueprint::{
        Blueprint, Engine, Locked, Locks, New, NewError, Order, new,
        parameters::{Answers, Facts},
        update::{self, Request, Update},
    },
    change::ChangeSet,
    path::RepoPath,
    source::{Memory, Overlay, SourceView},
    text::SourceText,
    yaml::merge3::Favour,
};

const MANIFEST: &str = "\
blueprint: b
version: 1.0.0
summary: s
parameters:
  host: {title: Host, type: string}
  size: {title: Size, type: string, default: small}
required: [host]
manifests: [size.yaml, host.yaml]
runbook: runbook.md
next-steps: [\"Open [[ host ]].\", Rest.]
";
const SIZE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [[ instance ]]\ndata:\n  size: [[ size ]]\n";
const HOST: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [[ instance ]]-host\ndata:\n  host: [[ host ]]\n";
const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path")
}

fn blueprint() -> Blueprint {
    let files =
        [("blueprint.yaml", MANIFEST), ("size.yaml", SIZE), ("host.yaml", HOST), ("runbook.md", "# [[ path ]]\n")];
    super::blueprint(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn answers(text: &str) -> Answers {
    Answers::from_file(&path("site.yaml"), &SourceText::new(text)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A repository with two clusters, whose lists have comments and an order of their own.
fn repository() -> BTreeMap<String, String> {
    let files = [
        ("apps/base/kustomization.yaml", "resources: []\n".to_owned()),
        ("apps/staging/kustomization.yaml", "resources:\n  - ../base\n  # the portal\n  - portal\n".to_owned()),
        ("apps/staging/portal/kustomization.yaml", "resources: []\n".to_owned()),
        ("apps/production/kustomization.yaml", "resources:\n  - ../base # all clusters\n".to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), format!("{HEAD}{text}"))).into()
}

fn view(files: &BTreeMap<String, String>) -> Memory {
    let mut memory = Memory::new();
    for (name, text) in files {
        memory.insert(path(name), text.as_str());
    }
    memory
}

fn make(clusters: &[&str], given: &str) -> Result<New, NewError> {
    let facts = Facts { instance: "hub".to_owned(), engine: Engine::Flux, path: None };
    let clusters: Vec<String> = clusters.iter().map(|name| (*name).to_owned()).collect();
    new(Order {
        view: &view(&repository()),
        blueprint: &blueprint(),
        answers: &answers(given),
        facts: &facts,
        clusters: &clusters,
        is_dirty: &|_| false,
    })
}

/// The tree with changes, lock files left out.
fn tree(files: &BTreeMap<String, String>, changes: &ChangeSet) -> BTreeMap<String, String> {
    let overlay = Overlay::new(view(files), changes).expect("the changes can be made");
    let listed = overlay.list().expect("a list").into_iter().map(|entry| entry.path);
    let read =
        |path: &RepoPath| String::from_utf8(overlay.read(path).expect("readable").expect("a file")).expect("text");
    listed.map(|path| (path.to_string(), read(&path))).collect()
}

fn without_lock(mut files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    files.retain(|path, _| path.strip_suffix(".lock").is_none());
    files
}

fn config(name: &str, key: &str, value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  {key}: {value}\n")
}

const TWO: &str = "clusters:\n  staging: {host: staging.example.org}\n  production: {host: example.org}\n";

#[test]
fn what_clusters_share_is_written_once() {
    let new = make(&["staging", "production"], TWO).unwrap_or_else(|error| panic!("{error}"));
    let mut expected = repository();
    let mut add = |path: &str, text: String| drop(expected.insert(path.to_owned(), text));
    add("apps/base/hub/kustomization.yaml", format!("{HEAD}resources:\n  - size.yaml\n"));
    add("apps/base/hub/size.yaml", config("hub", "size", "small"));
    for (cluster, host) in [("staging", "staging.example.org"), ("production", "example.org")] {
        let list = format!("{HEAD}resources:\n  - ../../base/hub\n  - host.yaml\n");
        add(&format!("apps/{cluster}/hub/kustomization.yaml"), list);
        add(&format!("apps/{cluster}/hub/host.yaml"), config("hub-host", "host", host));
        add(&format!("apps/{cluster}/hub/RUNBOOK.md"), format!("# apps/{cluster}/hub\n"));
    }
    add(
        "apps/staging/kustomization.yaml",
        format!("{HEAD}resources:\n  - ../base\n  # the portal\n  - portal\n  - hub\n"),
    );
    add("apps/production/kustomization.yaml", format!("{HEAD}resources:\n  - ../base # all clusters\n  - hub\n"));
    assert_eq!(without_lock(tree(&repository(), &new.changes)), expected);
    assert_eq!(
        new.instance.next_steps,
        ["staging: Open staging.example.org.", "Rest.", "production: Open example.org."]
    );
}

#[test]
fn one_cluster_has_it_all_in_its_own_directory() {
    let new = make(&["production"], "{size: large, clusters: {production: {host: example.org}}}")
        .unwrap_or_else(|error| panic!("{error}"));
    let written: Vec<&str> = new.written.iter().map(RepoPath::as_str).collect();
    assert_eq!(
        written,
        ["RUNBOOK.md", "host.yaml", "kustomization.yaml", "size.yaml"]
            .map(|name| format!("apps/production/hub/{name}"))
    );
    let locked = Locked::of(&new.instance, &blueprint());
    assert_eq!((locked.root, locked.clusters), (path("apps/production"), Vec::new()));
    assert_eq!(serde_json::Value::from(locked.answers), serde_json::json!({"size": "large", "host": "example.org"}));
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let cases: [(&[&str], &str, &str); 7] = [
        (&["staging", "lab"], TWO, "there are answers for `production`, which is no cluster here"),
        (&["staging", "lab"], "host: a.example.org", "there is no cluster `lab`: apps/lab has no kustomization"),
        (
            &["staging", "production"],
            "clusters: {staging: {host: a.example.org}}",
            "`host` has no answer (Host) (cluster production)\n  help: --set clusters.production.host=…",
        ),
        (&["staging", "production"], "size: 1", "site.yaml:1:7: error: `size`"),
        (
            &["staging", "production"],
            "host: a\nclusters:\n  staging:\n    size: 1\n",
            "site.yaml:4:11: error: `size`: the value must be a text, not the number 1; put it in quotes (cluster staging)",
        ),
        (&["staging", "production"], "host: a\nclusters: {staging: small}", "`clusters.staging` is a mapping"),
        (&[], TWO, "there are answers for clusters, and the instance is for none"),
    ];
    for (clusters, given, expected) in cases {
        let error = make(clusters, given).map(|_| ()).expect_err(given).to_string();
        assert!(error.contains(expected), "{given}: {error}");
    }
}

/// The instance in the repository, updated with other answers.
fn updated(files: &BTreeMap<String, String>, given: &str) -> Update {
    let view = view(files);
    let locks = Locks::read(&view).expect("the lock");
    let request = Request {
        view: &view,
        locked: &locks.instances["hub"],
        others: &[],
        blueprint: &blueprint(),
        answers: &answers(given),
        favour: Favour::Ours,
    };
    update::update(request).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_file_that_clusters_no_longer_share_takes_the_edits_to_each_of_them() {
    let new = make(&["staging", "production"], TWO).unwrap_or_else(|error| panic!("{error}"));
    let mut files = tree(&repository(), &new.changes);
    let edited = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hub\ndata:\n  own: \"1\" # ours\n  size: small\n";
    files.insert("apps/base/hub/size.yaml".to_owned(), edited.to_owned());
    assert!(updated(&files, "{}").changes.is_empty(), "nothing is to be done without other answers");

    let update = updated(&files, "clusters: {staging: {size: large}}");
    assert!(update.conflicts.is_empty());
    let after = tree(&files, &update.changes);
    assert_eq!(after["apps/staging/hub/size.yaml"], edited.replace("small", "large"));
    assert_eq!(after["apps/production/hub/size.yaml"], edited);
    assert!(!after.contains_key("apps/base/hub/size.yaml") && !after.contains_key("apps/base/hub/kustomization.yaml"));
    for cluster in ["staging", "production"] {
        let list = &after[&format!("apps/{cluster}/hub/kustomization.yaml")];
        assert!(list.contains("- size.yaml\n") && list.contains("- host.yaml\n") && !list.contains("base"), "{list}");
    }

    // Once apart they stay apart: what one cluster edits is never handed to the other.
    let again = updated(&after, "clusters: {staging: {size: small}}");
    let together = tree(&after, &again.changes);
    assert_eq!(together["apps/staging/hub/size.yaml"], edited);
    assert!(!together.contains_key("apps/base/hub/size.yaml"));
}

#[test]
fn the_lock_remembers_the_clusters_and_their_answers() {
    let new = make(&["staging", "production"], TWO).unwrap_or_else(|error| panic!("{error}"));
    let files = tree(&repository(), &new.changes);
    let lock = &files["apps/base/hub/treewright.lock"];
    let locked = Locked::parse(lock, &path("apps/base/hub")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(locked.clusters, ["staging", "production"]);
    assert_eq!(locked.root, path("apps"));
    assert_eq!(locked.print(), *lock);
    let hosts = serde_json::json!({"staging": {"host": "staging.example.org"}, "production": {"host": "example.org"}});
    assert_eq!(locked.answers["clusters"], hosts);
}

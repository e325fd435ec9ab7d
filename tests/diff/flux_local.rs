//! Beside flux-local: on its own test data both name the same objects of the same change.
//!
//! `TREEWRIGHT_CORPUS` names the unpacked repositories, among them that of flux-local; `flux-local`, `flux`, `kustomize` and `helm` are on the PATH. Without them
//! nothing is compared. What both take is printed, not judged.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

/// The directory of a cluster, a file, what is replaced in it, and by what. All are clusters that apply the repository which they lie in; the others of the test
/// data take theirs from elsewhere, so that only flux-local renders them.
const EDITS: &[(&str, &str, &str, &str)] = &[
    (PRODUCTION, "cluster/apps/prod/configmap.yaml", "foo: \"bar\"", "foo: \"other\""),
    (PRODUCTION, "cluster/apps/prod/podinfo-values.yaml", "6.3.2", "6.4.0"),
    (PRODUCTION, "cluster/clusters/prod/apps.yaml", "production", "rehearsal"),
    (PRODUCTION, "cluster/infrastructure/configs/ceph-cluster.yaml", "v16.2.6", "v17.2.0"),
    (PRODUCTION, "cluster/infrastructure/configs/cluster-policies.yaml", "audit", "enforce"),
    (PRODUCTION, "cluster/infrastructure/configs/helm-repositories.yaml", "interval: ", "interval: 1"),
    (PRODUCTION, "cluster/infrastructure/configs/kustomization.yaml", "  - database.yaml\n", ""),
    (PRODUCTION, "cluster/infrastructure/controllers/metallb-release.yaml", "interval: ", "interval: 1"),
    ("cluster6/cluster", "cluster6/apps/renovate/release.yaml", "interval: ", "interval: 1"),
    ("cluster8/cluster", "cluster8/apps/podinfo-values.yaml", "library/redis", "library/other"),
    ("cluster8/cluster", "cluster8/apps/kustomization.yaml", "resources:\n", "commonLabels: {a: b}\nresources:\n"),
];

const PRODUCTION: &str = "cluster/clusters/prod";

/// All clusters of the test data that flux-local renders; it does one at a time.
const CLUSTERS: &[&str] = &[
    PRODUCTION,
    "cluster2",
    "cluster3/clusters/cluster3",
    "cluster4",
    "cluster5/clusters/prod",
    "cluster6/cluster",
    "cluster7/clusters/home",
    "cluster8/cluster",
    "cluster9/clusters/dev",
    "cluster11/cluster",
    "cluster12/cluster",
    "image_error/cluster",
];

#[test]
fn the_same_objects_change_as_in_flux_local() {
    let programs = ["flux-local", "flux", "kustomize", "helm"];
    let has = |program: &str| Command::new(program).arg("--help").output().is_ok();
    let corpus = std::env::var_os("TREEWRIGHT_CORPUS").map(|at| PathBuf::from(at).join("allenporter+flux-local/repo"));
    let Some(corpus) = corpus.filter(|corpus| corpus.is_dir() && programs.into_iter().all(has)) else {
        println!("skipped: TREEWRIGHT_CORPUS is not set, or one of {programs:?} is not installed");
        return;
    };
    let program = std::env::var_os("TREEWRIGHT_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_treewright").into());
    let (mut wrong, mut all_clusters) = (Vec::new(), None);
    for (cluster, file, from, to) in EDITS {
        let folder = tempfile::tempdir().expect("a folder");
        let (before, after) = (folder.path().join("before"), folder.path().join("after"));
        for side in [&before, &after] {
            run(Command::new("cp").arg("-r").arg(&corpus).arg(side));
            git(side, &["init", "--quiet"]);
        }
        git(&after, &["add", "--force", "."]);
        git(&after, &["commit", "--quiet", "--no-verify", "-m", "before"]);
        let path = after.join("tests/testdata").join(file);
        let text = std::fs::read_to_string(&path).expect("a file");
        let changed = text.replace(from, to);
        assert_ne!(text, changed, "{file} has {from}");
        std::fs::write(&path, changed).expect("can be written");

        let (theirs, long) = timed(&mut flux_local(cluster, &before, &after));
        let mut treewright = Command::new(&program);
        treewright.args(["diff", "HEAD", "--format", "json", "--unfold", "all"]).current_dir(&after);
        let (ours, short) = timed(&mut treewright);
        if all_clusters.is_none() {
            let long: Duration =
                CLUSTERS.iter().map(|cluster| timed(&mut flux_local(cluster, &before, &after)).1).sum();
            all_clusters = Some(long.as_secs_f64() / short.as_secs_f64());
        }
        let (theirs, ours) = (of_flux_local(&theirs), of_treewright(&ours, cluster));
        println!(
            "{file}: {} objects, flux-local {long:?}, treewright {short:?}, ratio {:.0}",
            theirs.len(),
            long.as_secs_f64() / short.as_secs_f64()
        );
        if theirs != ours {
            wrong.push(format!("{file}: {ours:?} instead of {theirs:?}"));
        }
    }
    println!(
        "all {} clusters one by one, against one run of treewright: {:.0}",
        CLUSTERS.len(),
        all_clusters.unwrap_or_default()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn flux_local(cluster: &str, before: &Path, after: &Path) -> Command {
    let at = |side: &Path| side.join("tests/testdata").join(cluster);
    let mut command = Command::new("flux-local");
    command.args(["diff", "ks", "--all-namespaces", "--output", "json"]).arg("--path").arg(at(after));
    command.arg("--path-orig").arg(at(before)).current_dir(after);
    command
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("can be run");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a command says, and the shortest of three times that it takes.
fn timed(command: &mut Command) -> (String, Duration) {
    let mut once = || {
        let begin = Instant::now();
        let text = run(command);
        (text, begin.elapsed())
    };
    let (text, first) = once();
    (text, first.min(once().1).min(once().1))
}

fn git(folder: &Path, arguments: &[&str]) {
    run(Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(arguments)
        .current_dir(folder));
}

/// `Kind namespace/name` of everything that flux-local lists.
fn of_flux_local(text: &str) -> BTreeSet<String> {
    if text.trim().is_empty() {
        return BTreeSet::new();
    }
    let all: Value = serde_json::from_str(text).expect("JSON");
    let diffs = all.as_array().into_iter().flatten().filter_map(|unit| unit.get("diffs")?.as_array()).flatten();
    diffs.map(name).collect()
}

/// The same of what treewright lists for a cluster.
fn of_treewright(text: &str, cluster: &str) -> BTreeSet<String> {
    let all: Value = serde_json::from_str(text).expect("JSON");
    let is_meant =
        |one: &&Value| one["name"].as_str().is_some_and(|name| cluster.ends_with(name) || name.ends_with(cluster));
    let units = all["clusters"].as_array().into_iter().flatten().filter(is_meant);
    let units = units.flat_map(|one| one["units"].as_array().into_iter().flatten());
    let objects = units.flat_map(|unit| unit["objects"].as_array().into_iter().flatten());
    // Only values that arrive in a release change where flux-local looks at manifests; and it leaves out Secrets.
    let objects = objects.filter(|object| object["only_values"] == false && object["id"]["kind"] != "Secret");
    let folder = cluster.split('/').next().unwrap_or_default();
    let is_here =
        |object: &&Value| object["place"]["path"].as_str().is_none_or(|path| path.contains(&format!("/{folder}/")));
    objects
        .filter(is_here)
        .flat_map(|object| [Some(&object["id"]), object.get("was").filter(|was| !was.is_null())])
        .flatten()
        .map(name)
        .collect()
}

/// flux-local puts what names no namespace into that of the Kustomization, which the controller does not.
fn name(id: &Value) -> String {
    let text = |key: &str| id.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}/{}", text("kind"), text("namespace").replace("flux-system", ""), text("name"))
}

//! A site lives with its hub for a while, then a new version of the blueprint arrives.

use std::{collections::BTreeMap, path::PathBuf};

use super::{HUB, change, commit, publish, site};
use crate::environment::{Environment, files};

const LAB: &str = "apps/lab";

/// What a site does to its tree in a year.
fn live(environment: &Environment) {
    // A comment, and a changed value with one.
    change(
        environment,
        "apps/lab/helmrelease.yaml",
        "  interval: 10m\n",
        "  # The network team asked for it.\n  interval: 30m\n",
    );
    // Reordered lists, and an entry of its own.
    change(environment, "apps/lab/kustomization.yaml", "  - banner.yaml\n", "");
    change(environment, "apps/lab/kustomization.yaml", "resources:\n", "resources:\n  - quota.yaml\n");
    std::fs::remove_file(environment.work().join("apps/lab/banner.yaml")).expect("can be removed");
    environment.write(
        "apps/lab/quota.yaml",
        "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: quota\n  namespace: hub\nspec:\n  hard: {pods: \"50\"}\n",
    );
    // An extra profile between the others, another image, and a value overridden.
    change(
        environment,
        "apps/lab/values.yaml",
        "        - display_name: Large\n",
        "        - display_name: Course  # until July\n          slug: course\n          kubespawner_override:\n            cpu_limit: 2\n        - display_name: Large\n",
    );
    change(
        environment,
        "apps/lab/values.yaml",
        "quay.io/jupyter/minimal-notebook",
        "registry.example.org/lab/notebook",
    );
    change(environment, "apps/lab/values.yaml", "mem_limit: 16G", "mem_limit: 24G");
    // A file written anew with four columns.
    let secret = environment.read("apps/lab/externalsecret.yaml");
    let wide: String = secret
        .lines()
        .map(|line| {
            let columns = line.len() - line.trim_start().len();
            format!("{}{}\n", " ".repeat(columns * 2), line.trim_start())
        })
        .collect();
    environment.write("apps/lab/externalsecret.yaml", &wide.replace("        - secretKey", "        -   secretKey"));
    // A note where the blueprint has since moved the file and the key.
    change(
        environment,
        "apps/lab/limits.yaml",
        "  namespace: \"hub\"\n",
        "  namespace: \"hub\"\n  annotations: {note: agreed with the users}\n",
    );
    change(
        environment,
        "apps/lab/RUNBOOK.md",
        "2. Wait for the release.\n",
        "2. Wait for the release. Here it takes ten minutes.\n",
    );
    // An overlay beside the instance.
    environment.write(
        "apps/lab/overlay/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../]\nnameSuffix: -test\n",
    );
    commit(environment, "A year at the site");
}

fn tree(environment: &Environment) -> BTreeMap<PathBuf, String> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let mut tree: BTreeMap<PathBuf, String> =
        files(&environment.work().join(LAB)).into_iter().map(|(path, bytes)| (path, text(bytes))).collect();
    tree.retain(|path, _| path.as_os_str() != "treewright.lock");
    tree
}

#[test]
fn one_update_brings_the_new_version_and_keeps_every_edit() {
    let environment = site();
    live(&environment);
    publish(&environment, "v2");
    commit(&environment, "Publish version 2");

    let status = environment.treewright(&["status"]);
    assert_eq!(
        (status.code, status.stdout.as_str()),
        (
            1,
            "lab (apps/lab): lab-hub 1.0.0, 2.0.0 is available\n  edited       RUNBOOK.md\n  edited       externalsecret.yaml\n  \
             edited       helmrelease.yaml\n  edited       kustomization.yaml\n  edited       limits.yaml\n  edited       values.yaml\n  \
             deleted      banner.yaml\n  added        overlay/kustomization.yaml\n  added        quota.yaml\n  \
             an update changes 7 files, with 0 conflicts\n"
        ),
        "{}",
        status.stderr
    );
    let before = tree(&environment);
    let dry = environment.treewright(&["update", "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert_eq!(tree(&environment), before, "a dry run writes nothing");

    let update = environment.treewright(&["update", "lab", "--commit"]);
    assert_eq!(update.code, 0, "{}{}", update.stdout, update.stderr);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(HUB).join("expected");
    let after = tree(&environment);
    if std::env::var_os("TREEWRIGHT_BLESS").is_some() {
        for (path, text) in &after {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
            std::fs::write(path, text).expect("can be written");
        }
    }
    let expected: BTreeMap<PathBuf, String> =
        files(&root).into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).expect("text"))).collect();
    for (path, text) in &expected {
        assert_eq!(after.get(path), Some(text), "{}", path.display());
    }
    assert_eq!(after.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());

    let message = environment.git(&["log", "-1", "--format=%B"]);
    assert_eq!(
        message,
        "Update lab to lab-hub 2.0.0\n\nlab-hub 1.0.0 -> 2.0.0\n\n2.0.0:\n\n- Chart 4.4.0; a profile with a GPU.\n- `host` is called `hostname`.\n\
         - The client's secret comes from Vault.\n\nTreewright-Instance: lab\nTreewright-Blueprint: lab-hub@2.0.0\n\n"
    );
    assert_eq!(environment.git(&["status", "--short"]), "");
    let again = environment.treewright(&["update"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, "1 instance is up to date\n"), "{}", again.stderr);
    let status = environment.treewright(&["status", "--format", "json"]);
    assert_eq!(status.code, 0, "{}", status.stdout);
}

#[test]
fn undo_brings_back_exactly_what_was_before() {
    let environment = site();
    live(&environment);
    publish(&environment, "v2");
    let before = environment.everything();
    let refused = environment.treewright(&["update", "--undo"]);
    assert_eq!((refused.code, refused.stderr.as_str()), (2, "error: there is no update to undo\n"));

    assert_eq!(environment.treewright(&["update"]).code, 0);
    let undone = environment.treewright(&["update", "--undo"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    let without_git = |tree: BTreeMap<PathBuf, Vec<u8>>| {
        tree.into_iter().filter(|(path, _)| !path.starts_with(".git")).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(without_git(environment.everything()), without_git(before.clone()));

    assert_eq!(environment.treewright(&["update"]).code, 0);
    change(&environment, "apps/lab/values.yaml", "until July", "until August");
    let touched = without_git(environment.everything());
    let refused = environment.treewright(&["update", "--undo"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("nothing was undone: these files changed since the update\n  apps/lab/values.yaml\n"),
        "{}",
        refused.stderr
    );
    assert_eq!(without_git(environment.everything()), touched);
}

#[test]
fn new_answers_are_an_update() {
    let environment = site();
    live(&environment);
    let run = environment.treewright(&["update", "lab", "--set", "host=lab.example.org"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let values = environment.read("apps/lab/values.yaml");
    assert!(values.contains("https://lab.example.org/hub/oauth_callback") && values.contains("until July"), "{values}");
    assert!(environment.read("apps/lab/treewright.lock").contains("host = \"lab.example.org\""));
    assert_eq!(environment.treewright(&["status"]).code, 0);
}

//! Looking at 200 instances of one repository and updating them, beside reading and writing their bytes.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::measure::{line, median_of, once, ratio, run as run_program};

const INSTANCES: usize = 200;

/// Makes a repository of instances, publishes another version of their blueprint, and measures `status` and `update`.
pub fn run() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let root = home.path().join("repository");
    make(&root);
    let treewright = env!("CARGO_BIN_EXE_treewright");
    println!("{INSTANCES} instances of one blueprint");
    let floor = median_of(3, || read_and_write(&root.join("apps"), &home.path().join("copy")));
    line("read and write their bytes", floor, "");
    let report =
        |what: &str, time: Duration, aim: &str| line(what, time, &format!("{:.1} × that{aim}", ratio(time, floor)));
    report("status", median_of(3, || run_program(treewright, &["status"], &root)), "");
    report("update --dry-run", median_of(3, || run_program(treewright, &["update", "--dry-run"], &root)), "");
    let mut updates: Vec<Duration> = (0..3)
        .map(|_| {
            let time = once(|| run_program(treewright, &["update"], &root));
            run_program(treewright, &["update", "--undo"], &root);
            time
        })
        .collect();
    updates.sort();
    report("update", updates[1], " (aim: under 3 s)");
}

/// A repository with the instances of version 1, edited, and version 2 of the blueprint.
fn make(root: &Path) {
    let blueprint = root.join("blueprints/jupyterhub-espsrc");
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/jupyterhub-espsrc");
    for path in files(&bundled) {
        write(&blueprint.join(path.strip_prefix(&bundled).expect("below")), &fs::read_to_string(&path).expect("text"));
    }
    run_program("git", &["init", "--quiet"], root);
    let new = ["new", "jupyterhub-espsrc", "site000", "--example", "notebook"];
    run_program(env!("CARGO_BIN_EXE_treewright"), &new, root);
    let first = root.join("apps/site000");
    change(&first.join("helmrelease.yaml"), "  timeout: 15m\n", "  timeout: 20m  # slow\n");
    change(&first.join("kustomization.yaml"), "resources:\n", "# ours\nresources:\n");
    let texts: Vec<(PathBuf, String)> = files(&first)
        .into_iter()
        .map(|path| (path.strip_prefix(&first).expect("below").to_owned(), fs::read_to_string(&path).expect("text")))
        .collect();
    for number in 1..INSTANCES {
        let name = format!("site{number:03}");
        for (path, text) in &texts {
            let text = text.replace("site000", &name).replace("jupyterhub-test", &format!("hub-{number}"));
            write(&root.join("apps").join(&name).join(path), &text);
        }
    }
    change(&blueprint.join("blueprint.yaml"), "version: 1.0.0", "version: 2.0.0");
    change(
        &blueprint.join("values/hub.yaml"),
        "enable_auth_state: true",
        "enable_auth_state: true\n      refresh_pre_spawn: true",
    );
}

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("text");
    assert!(text.contains(from), "{} has no {from:?}", path.display());
    write(path, &text.replacen(from, to, 1));
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
    fs::write(path, text).expect("can be written");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("can be walked"));
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn read_and_write(from: &Path, to: &Path) {
    for path in files(from) {
        let text = fs::read_to_string(&path).expect("text");
        write(&to.join(path.strip_prefix(from).expect("below")), &text);
    }
}

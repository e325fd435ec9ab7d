//! Builds of fixtures against what `kubectl kustomize` made of them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use treewright::{
    kustomize::{Options, Session},
    path::RepoPath,
};

use super::view_of;

/// The directories to build, each with the file of what comes out.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kustomize");
    let below = |folder: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(root.join(folder)).expect("fixtures");
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
        folders.sort();
        assert!(!folders.is_empty(), "no fixtures in {folder}");
        folders
    };
    let folders = ["builds", "replacements", "vars"].into_iter().flat_map(below);
    let whole = folders.map(|case| (case.join("input"), case.join("expected.yaml")));
    whole.chain(below("patches").into_iter().map(|case| (case.clone(), case.join("expected.yaml")))).collect()
}

#[test]
fn builds_print_what_kustomize_prints() {
    for (input, expected) in cases() {
        let session = Session::new(Arc::new(view_of(&input)), Options::default());
        let build = session.build(&RepoPath::root()).unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        let printed = build.to_yaml().unwrap_or_else(|error| panic!("{}: {error}", input.display()));
        let expected = fs::read_to_string(expected).expect("a golden");
        assert_eq!(printed, expected, "{}", input.display());
        assert!(build.not_rendered.is_empty() && build.problems.is_empty(), "{}", input.display());
    }
}

#[test]
fn the_goldens_are_what_kubectl_prints() {
    for (input, expected) in cases() {
        let Ok(output) = Command::new("kubectl").arg("kustomize").arg(&input).output() else {
            eprintln!("skipped: kubectl is not there");
            return;
        };
        assert!(output.status.success(), "{}: {}", input.display(), String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(printed, fs::read_to_string(expected).expect("a golden"), "{}", input.display());
    }
}

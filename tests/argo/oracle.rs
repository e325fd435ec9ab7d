//! Helm and kustomize themselves, where they are installed.

use std::{path::Path, process::Command};

/// Runs `helm template` in a folder over the chart that prints its values. `None` where there is no Helm 3; what Helm says where it refuses.
pub fn helm(folder: &Path, arguments: &[String]) -> Option<Result<String, String>> {
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/argo/values/chart");
    let output =
        Command::new("helm").current_dir(folder).args(["template", "release", chart]).args(arguments).output().ok()?;
    if !output.status.success() {
        return Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let values = text.lines().find_map(|line| line.strip_prefix("# ").filter(|line| line.starts_with('{')));
    Some(Ok(values.expect("the chart prints its values").to_owned()))
}

/// Edits the kustomization of a folder and builds it. `None` where there is no `kustomize` that can edit.
pub fn kustomize(folder: &Path, edits: &str) -> Option<String> {
    let run = |arguments: Vec<&str>| Command::new("kustomize").current_dir(folder).args(arguments).output().ok();
    for edit in edits.lines() {
        let output = run(std::iter::once("edit").chain(edit.split(' ')).collect())?;
        assert!(output.status.success(), "{edit}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = run(vec!["build"])?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

/// Says that a test has nothing to compare with.
pub fn skipped() {
    eprintln!("skipped: no helm, or no kustomize, on PATH");
}

//! Helm itself, where there is one.

use std::process::Command;

/// Runs `helm template` over the chart that prints its values. `None` where there is no Helm 3; what Helm says where it refuses.
pub fn helm(arguments: &[String]) -> Option<Result<String, String>> {
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/argo/values/chart");
    let output = Command::new("helm").args(["template", "release", chart]).args(arguments).output().ok()?;
    if !output.status.success() {
        return Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let values = text.lines().find_map(|line| line.strip_prefix("# ").filter(|line| line.starts_with('{')));
    Some(Ok(values.expect("the chart prints its values").to_owned()))
}

/// Says that a test has nothing to compare with.
pub fn skipped() {
    eprintln!("skipped: no helm on PATH");
}

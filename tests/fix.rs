//! Fixes from the command line: applied until none is left, shown as a patch, never beyond what was asked for.

use super::environment::{Environment, Run};

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2beta2\nkind: HelmRelease\nmetadata:\n  name: hub # the name people know\n  namespace: default\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: hub\n      version: 1.0.0\n      sourceRef:\n        kind: HelmRepository\n        name: hub\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata:\n  name: hub\n  namespace: default\nspec:\n  interval: 1h\n  url: https://charts.example.org\n";

fn broken() -> Environment {
    let environment = Environment::new();
    environment.write("release.yaml", RELEASE);
    environment
}

#[test]
fn a_safe_fix_changes_its_bytes_and_no_others() {
    let environment = broken();
    assert_eq!(environment.treewright(&["lint"]).code, 1);
    let run = environment.treewright(&["lint", "--fix"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(run.stderr.starts_with("mended kubernetes/removed-api: "), "{}", run.stderr);
    assert_eq!(environment.read("release.yaml"), RELEASE.replace("/v2beta2", "/v2"));
    assert_eq!(environment.treewright(&["lint"]).code, 0);
}

#[test]
fn a_diff_shows_the_fix_and_writes_nothing() {
    let environment = broken();
    let patch = "\
--- a/release.yaml
+++ b/release.yaml
@@ -1,4 +1,4 @@
-apiVersion: helm.toolkit.fluxcd.io/v2beta2
+apiVersion: helm.toolkit.fluxcd.io/v2
 kind: HelmRelease
 metadata:
   name: hub # the name people know
";
    let run = environment.treewright(&["lint", "--fix", "--diff"]);
    assert_eq!(run, Run { code: 1, stdout: patch.to_owned(), stderr: String::new() });
    assert_eq!(environment.read("release.yaml"), RELEASE);
}

#[test]
fn an_unsafe_fix_is_made_only_when_asked_for() {
    let environment = Environment::new();
    environment.write(
        "release.yaml",
        &RELEASE.replace("v2beta2", "v2").replace("        name: hub\n", "        name: hubb\n"),
    );
    let run = environment.treewright(&["lint", "--fix"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("with --unsafe-fixes"), "{}", run.stderr);
    let run = environment.treewright(&["lint", "--unsafe-fixes"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(environment.read("release.yaml"), RELEASE.replace("v2beta2", "v2"));
}

#[test]
fn fixes_go_to_the_work_tree_only() {
    let environment = broken();
    environment.git(&["init", "--quiet"]);
    assert_eq!(environment.treewright(&["lint", "--fix", "--staged"]).code, 2);
    assert_eq!(environment.treewright(&["lint", "--diff", "--rev", "HEAD"]).code, 2);
}

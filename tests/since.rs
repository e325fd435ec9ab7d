//! Findings that a change brings, and the hooks for pre-commit that show them.

use std::{fs, path::Path, process::Command};

use crate::environment::{Environment, Run};

const KUSTOMIZATION: &str =
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - settings.yaml\n";
const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\n";
const TWICE: &str = "a: 1\na: 2\n";

/// A repository in which something was wrong before.
fn repository() -> Environment {
    let environment = Environment::new();
    environment.write("apps/kustomization.yaml", KUSTOMIZATION);
    environment.write("apps/settings.yaml", SETTINGS);
    environment.write("old/a.yaml", TWICE);
    environment.git(&["init", "--quiet"]);
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "Begin"]);
    environment
}

fn lint(environment: &Environment, arguments: &[&str]) -> (i32, String) {
    let run = environment.treewright(&[&["lint", "--format", "concise"], arguments].concat());
    (run.code, run.stdout)
}

const OLD: &str = "old/a.yaml:2:1: error[yaml/duplicate-key]: the key `a` stands twice in this mapping\n";
const MISSING: &str =
    "apps/kustomization.yaml:4:5: error[kustomize/missing-resource]: `settings.yaml` does not exist\n";

#[test]
fn what_was_wrong_before_is_not_shown() {
    let environment = repository();
    assert_eq!(lint(&environment, &[]), (1, OLD.to_owned()));
    assert_eq!(lint(&environment, &["--since", "HEAD"]), (0, String::new()));
}

#[test]
fn what_a_change_breaks_elsewhere_is_shown() {
    let environment = repository();
    // The kustomization stays as it is; what it names goes away.
    environment.git(&["mv", "apps/settings.yaml", "apps/setup.txt"]);
    assert_eq!(lint(&environment, &["--staged", "--since", "HEAD"]), (1, MISSING.to_owned()));
    // A path chooses among the findings as ever.
    assert_eq!(lint(&environment, &["--since", "HEAD", "old"]), (0, String::new()));
}

#[test]
fn a_changed_file_shows_all_its_findings() {
    let environment = repository();
    environment.write("old/a.yaml", &format!("# more\n{TWICE}"));
    assert_eq!(lint(&environment, &["--since", "HEAD"]), (1, OLD.replace(":2:1", ":3:1")));
    // What is not staged is not in the index.
    assert_eq!(lint(&environment, &["--staged", "--since", "HEAD"]), (0, String::new()));
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("old/a.yaml", TWICE);
    environment.git(&["add", "."]);
    assert_eq!(lint(&environment, &["--staged", "--since", "HEAD"]), (1, OLD.to_owned()));
    let run = environment.treewright(&["lint", "--since", "nowhere"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("`nowhere` names no revision"), "{}", run.stderr);
}

/// Runs a hook of this repository as `pre-commit` does at a commit; `None` where pre-commit is not installed. The program is the one under test: to let
/// pre-commit compile it would take minutes.
fn commit(environment: &Environment, hook: &str) -> Option<Run> {
    if Command::new("pre-commit").arg("--version").output().is_err() {
        println!("skipped: pre-commit is not installed");
        return None;
    }
    let hooks = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"));
    let program = Path::new(env!("CARGO_BIN_EXE_treewright")).parent().expect("a folder").display().to_string();
    let hooks = hooks.expect("there are hooks").replace("language: rust", "language: system");
    assert!(hooks.contains(&format!("id: {hook}\n")), "{hooks}");
    environment.write("../hooks/.pre-commit-hooks.yaml", &hooks);
    let hooks = environment.work().join("../hooks");
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "-m", "Hooks"], &["tag", "v1"]] {
        environment.run(Command::new("git").args(arguments).current_dir(&hooks));
    }
    environment.write(
        ".pre-commit-config.yaml",
        &format!("repos:\n  - repo: ../hooks\n    rev: v1\n    hooks:\n      - id: {hook}\n"),
    );
    environment.git(&["add", "."]);
    let script = format!("PATH='{program}':\"$PATH\" exec pre-commit run --hook-stage pre-commit {hook}");
    Some(environment.run(Command::new("sh").args(["-c", &script]).current_dir(environment.work())))
}

#[test]
fn the_lint_hook_stops_a_commit_that_breaks_something() {
    let environment = repository();
    let Some(run) = commit(&environment, "treewright-lint") else { return };
    assert_eq!(run.code, 0, "{run:?}");
    environment.git(&["mv", "apps/settings.yaml", "apps/setup.txt"]);
    let run = commit(&environment, "treewright-lint").expect("it was there before");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("error[kustomize/missing-resource]"), "{}", run.stdout);
    assert!(!run.stdout.contains("old/a.yaml"), "{}", run.stdout);
}

#[test]
fn the_fix_hook_mends_what_changed() {
    let environment = repository();
    let outdated = "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata:\n  name: hub\n  namespace: default\nspec:\n  interval: 1h\n  chartRef:\n    kind: OCIRepository\n    name: hub\n";
    environment.write("hub.yaml", outdated);
    environment.write("old/b.yaml", SETTINGS);
    let Some(run) = commit(&environment, "treewright-lint-fix") else { return };
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("files were modified by this hook"), "{}", run.stdout);
    assert_eq!(environment.read("hub.yaml"), outdated.replace("v2beta1", "v2"));
}

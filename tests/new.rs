//! `new` as a user runs it: the whole way from an empty folder to a commit, and everything it refuses.

use std::{fs, path::Path, process::Command};

use super::environment::{Environment, Run, files};

const NEW: [&str; 6] = ["new", "jupyterhub-espsrc", "notebook", "--example", "notebook", "--commit"];

fn with_init() -> Vec<&'static str> {
    [&NEW[..], &["--init"]].concat()
}

/// A repository with one commit.
fn repository() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("README.md", "# Sites\n");
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "--message", "Begin"]);
    environment
}

/// A run must be refused with exit code 2, say all of these, and leave every byte as it was.
fn refused(environment: &Environment, arguments: &[&str], said: &[&str]) {
    let before = environment.everything();
    let Run { code, stdout, stderr } = environment.treewright(arguments);
    assert_eq!(code, 2, "{arguments:?}\n{stdout}\n{stderr}");
    assert_eq!(stdout, "", "nothing on stdout");
    for text in said {
        assert!(stderr.contains(text), "{arguments:?} does not say {text:?}:\n{stderr}");
    }
    let after = environment.everything();
    let changed: Vec<_> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(changed.is_empty(), "{arguments:?} changed {changed:?}");
}

#[test]
fn one_command_in_an_empty_folder_makes_registers_lints_and_commits() {
    let environment = Environment::new();
    let run = environment.treewright(&with_init());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("Wrote notebook from jupyterhub-espsrc "), "{}", run.stdout);
    for text in [
        "  apps/notebook/helmrelease.yaml\n",
        "apps/kustomization.yaml (made: notebook)",
        "on main: Add notebook",
        "Next steps:",
    ] {
        assert!(run.stdout.contains(text), "no {text:?} in:\n{}", run.stdout);
    }
    assert_eq!(environment.git(&["status", "--short"]), "");
    let message = environment.git(&["log", "--format=%an <%ae>%n%B"]);
    assert!(message.starts_with("Tess Ter <tess@example.org>\nAdd notebook from jupyterhub-espsrc "), "{message}");
    assert!(message.contains("\nTreewright-Instance: notebook\nTreewright-Blueprint: jupyterhub-espsrc@"), "{message}");

    let lint = environment.treewright(&["lint"]);
    assert_eq!((lint.code, lint.stdout.as_str()), (0, ""), "{}", lint.stderr);
    assert_eq!(lint.stderr, "no findings in 10 files ([TIME])\n");
}

#[test]
fn the_tree_is_the_one_its_blueprint_expects() {
    let environment = Environment::new();
    assert_eq!(environment.treewright(&with_init()).code, 0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/jupyterhub-espsrc/tests/notebook/flux");
    let mut found = files(&environment.work());
    found.retain(|path, _| !path.starts_with(".git") && path != Path::new("treewright.lock"));
    assert_eq!(found, files(&root));
}

#[test]
fn builds_equal_those_of_kubectl() {
    if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
        eprintln!("skipped: kubectl is not installed");
        return;
    }
    let environment = Environment::new();
    assert_eq!(environment.treewright(&with_init()).code, 0);
    for directory in ["apps", "apps/notebook"] {
        let ours = environment.treewright(&["build", directory]);
        let theirs =
            environment.run(Command::new("kubectl").args(["kustomize", directory]).current_dir(environment.work()));
        assert_eq!(theirs.code, 0, "{}", theirs.stderr);
        assert_eq!(ours.stdout, theirs.stdout, "{directory}");
    }
}

#[test]
fn only_what_was_written_is_committed() {
    let environment = repository();
    environment.write("staged.txt", "staged\n");
    environment.git(&["add", "staged.txt"]);
    environment.write("README.md", "# Changed\n");
    assert_eq!(environment.treewright(&NEW).code, 0);
    assert_eq!(environment.git(&["status", "--short"]), " M README.md\nA  staged.txt\n");
    let committed = environment.git(&["show", "--name-only", "--format="]);
    assert!(!committed.contains("staged.txt") && committed.contains("treewright.lock"), "{committed}");
}

#[test]
fn a_parent_kustomization_keeps_its_text() {
    let environment = repository();
    let parent = "# What this cluster runs\nresources:\n  # the front door\n  - ingress.yaml # keep first\n";
    environment.write("apps/kustomization.yaml", parent);
    environment.write(
        "apps/ingress.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress, namespace: default}\ndata: {}\n",
    );
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "--message", "Add apps"]);
    let run = environment.treewright(&NEW);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(environment.read("apps/kustomization.yaml"), format!("{parent}  - notebook\n"));
}

#[test]
fn a_branch_is_made_for_the_commit() {
    let environment = repository();
    assert_eq!(environment.treewright(&[&NEW[..], &["--branch", "notebook"]].concat()).code, 0);
    assert_eq!(environment.git(&["branch", "--show-current"]), "notebook\n");
    assert_eq!(environment.git(&["log", "--format=%s", "main"]), "Begin\n");
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let environment = repository();
    let before = environment.everything();
    let run = environment.treewright(&["new", "jupyterhub-espsrc", "notebook", "--example", "notebook", "--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("--- /dev/null\n+++ b/apps/kustomization.yaml\n"), "{}", run.stdout);
    assert_eq!(environment.everything(), before);
}

#[test]
fn a_name_is_taken_once() {
    let environment = repository();
    assert_eq!(environment.treewright(&NEW).code, 0);
    refused(&environment, &NEW, &["there is an instance `notebook` already, in apps/notebook", "take another name"]);
}

#[test]
fn a_dirty_file_is_not_edited() {
    let environment = repository();
    environment.write("apps/kustomization.yaml", "resources: []\n");
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "--message", "Add apps"]);
    environment.write("apps/kustomization.yaml", "resources: [] # mine\n");
    refused(&environment, &NEW, &["apps/kustomization.yaml has changes that are not committed", "git stash push"]);
}

#[test]
fn a_foreign_file_is_not_overwritten() {
    let environment = repository();
    environment.write("apps/notebook/values.yaml", "mine: true\n");
    refused(&environment, &NEW, &["apps/notebook/values.yaml is there already", "--path"]);
}

#[test]
fn a_repository_is_needed() {
    let environment = Environment::new();
    refused(&environment, &NEW, &["`[WORK]` is not in a Git repository", "--init"]);
}

#[test]
fn init_does_not_go_over_a_repository() {
    refused(&repository(), &with_init(), &["there is a Git repository already: `[WORK]`", "leave --init out"]);
}

#[test]
fn unknown_parameters_are_named_with_the_nearest_known_one() {
    let environment = repository();
    refused(
        &environment,
        &[&NEW[..], &["--set", "hosst=a.example.org"]].concat(),
        &["`hosst`", "did you mean `host`?"],
    );
    environment.write("answers.yaml", "host: a.example.org\nvault:\n  mounnt: app\n");
    let arguments = ["new", "jupyterhub-espsrc", "notebook", "--answers", "answers.yaml"];
    refused(&environment, &arguments, &["answers.yaml:3:3", "mounnt", "did you mean `mount`?"]);
}

#[test]
fn wrong_types_are_refused_at_their_place() {
    let environment = repository();
    refused(&environment, &[&NEW[..], &["--set", "node_port=high"]].concat(), &["node_port=high", "integer"]);
    environment.write("answers.yaml", "host: 5\n");
    refused(&environment, &["new", "jupyterhub-espsrc", "--answers", "answers.yaml"], &["answers.yaml:1:7", "`host`"]);
    refused(&environment, &["new", "jupyterhub-espsrc", "--answers", "nowhere.yaml"], &["nowhere.yaml"]);
}

#[test]
fn missing_answers_are_listed_at_once_without_a_terminal() {
    let environment = repository();
    let arguments = ["new", "jupyterhub-espsrc", "notebook"];
    refused(&environment, &arguments, &["`host` has no answer", "`git.owner` has no answer", "--set host="]);
}

#[test]
fn names_engines_examples_and_blueprints_that_do_not_exist_are_refused() {
    let environment = repository();
    refused(
        &environment,
        &["new", "jupyterhub-espsc"],
        &["there is no blueprint `jupyterhub-espsc`", "did you mean `jupyterhub-espsrc`?"],
    );
    refused(
        &environment,
        &["new", "jupyterhub-espsrc", "Note_book", "--example", "notebook"],
        &["`Note_book` is no name for an instance"],
    );
    refused(&environment, &["new", "jupyterhub-espsrc", "--example", "moon"], &["has no example `moon`", "notebook"]);
    refused(&environment, &[&NEW[..], &["--engine", "argocd"]].concat(), &["`gitops.repository` has no answer"]);
    refused(&environment, &[&NEW[..], &["--path", "../elsewhere"]].concat(), &["--path", "leaves the repository"]);
    refused(
        &environment,
        &[&NEW[..], &["--path", "elsewhere"]].concat(),
        &["`elsewhere` does not lie below `apps`", "--path"],
    );
}

/// A blueprint whose one manifest goes to `to`.
fn hostile(environment: &Environment, to: &str) {
    let manifest = format!(
        "blueprint: hostile\nversion: 1.0.0\nsummary: Writes where it should not\nengines: [flux]\nmanifests:\n  - {{file: manifests/a.yaml, to: \"{to}\"}}\n"
    );
    environment.write("../hostile/blueprint.yaml", &manifest);
    environment.write(
        "../hostile/manifests/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata: {}\n",
    );
}

#[test]
fn a_blueprint_cannot_write_outside_of_its_directory() {
    let environment = repository();
    for to in ["../x.yaml", "/etc/x.yaml", "a/../../x.yaml"] {
        hostile(&environment, to);
        refused(&environment, &["new", "../hostile", "x"], &["hostile/blueprint.yaml:6:"]);
    }
}

#[cfg(unix)]
#[test]
fn a_blueprint_cannot_write_through_a_symbolic_link() {
    let environment = repository();
    hostile(&environment, "x.yaml");
    fs::create_dir(environment.work().join("../outside")).expect("can be made");
    std::os::unix::fs::symlink("../outside", environment.work().join("apps")).expect("a link");
    refused(&environment, &["new", "../hostile", "x"], &["apps", "symbolic link", "--path"]);
    assert!(fs::read_dir(environment.work().join("../outside")).expect("a folder").next().is_none());
}

#[test]
fn a_commit_that_fails_leaves_nothing() {
    let environment = repository();
    environment.write("../.gitconfig", "[init]\n\tdefaultBranch = main\n");
    refused(&environment, &NEW, &["git config"]);

    let empty = Environment::new();
    empty.write("../.gitconfig", "");
    refused(&empty, &with_init(), &["git config"]);
    assert!(empty.everything().is_empty());
}

//! The command as a user runs it: which sides are compared, exit codes, files.

use crate::environment::Environment;

fn deployment(replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: web}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  \
         template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: \"web:1\"}}]}}\n"
    )
}

/// A repository with two commits, a staged change and one that is not.
fn repository() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("apps/kustomization.yaml", "resources: [web.yaml]\n");
    for (replicas, message) in [(1, "Begin"), (2, "Grow")] {
        environment.write("apps/web.yaml", &deployment(replicas));
        environment.git(&["add", "."]);
        environment.git(&["commit", "--quiet", "-m", message]);
    }
    environment.write("apps/web.yaml", &deployment(3));
    environment.git(&["add", "."]);
    environment.write("apps/web.yaml", &deployment(4));
    environment
}

/// The line about the replicas.
fn replicas(environment: &Environment, arguments: &[&str]) -> String {
    let run = environment.treewright(&[&["diff"], arguments].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let line = run.stdout.lines().find(|line| line.contains("spec.replicas"));
    line.unwrap_or_default().split("apps/web.yaml").next().unwrap_or_default().trim().to_owned()
}

#[test]
fn the_arguments_say_what_is_compared() {
    let environment = repository();
    assert_eq!(replicas(&environment, &[]), "spec.replicas: 2 → 4");
    assert_eq!(replicas(&environment, &["--staged"]), "spec.replicas: 2 → 3");
    assert_eq!(replicas(&environment, &["HEAD~1"]), "spec.replicas: 1 → 4");
    assert_eq!(replicas(&environment, &["HEAD~1", "HEAD"]), "spec.replicas: 1 → 2");
    assert_eq!(replicas(&environment, &["HEAD~1..HEAD"]), "spec.replicas: 1 → 2");
    assert_eq!(replicas(&environment, &["HEAD~1", "--staged"]), "spec.replicas: 1 → 3");
}

#[test]
fn the_base_is_where_the_branch_left_its_upstream() {
    let environment = repository();
    environment.git(&["stash", "--quiet"]);
    environment.git(&["branch", "upstream", "HEAD~1"]);
    environment.git(&["branch", "--quiet", "--set-upstream-to=upstream"]);
    assert_eq!(replicas(&environment, &[]), "spec.replicas: 1 → 2");
    // What the upstream branch does meanwhile is not part of the change.
    environment.git(&["checkout", "--quiet", "upstream"]);
    environment.write("apps/web.yaml", &deployment(9));
    environment.git(&["commit", "--quiet", "-am", "Grow elsewhere"]);
    environment.git(&["checkout", "--quiet", "main"]);
    assert_eq!(replicas(&environment, &[]), "spec.replicas: 1 → 2");
    assert_eq!(replicas(&environment, &["upstream...main"]), "spec.replicas: 1 → 2");
    assert_eq!(replicas(&environment, &["upstream..main"]), "spec.replicas: 9 → 2");
}

/// The first line of the diff of a branch, as it says what is compared.
fn compared(environment: &Environment) -> String {
    let run = environment.treewright(&["diff"]);
    assert_eq!(run.code, 0, "{run:?}");
    run.stdout.lines().next().unwrap_or_default().to_owned()
}

/// A branch that was pushed follows itself: what it brings is what it has beyond the branch that it goes into.
#[test]
fn a_pushed_branch_is_compared_with_the_default_branch() {
    let environment = repository();
    environment.git(&["stash", "--quiet"]);
    let main = environment.git(&["rev-parse", "--short=10", "HEAD"]).trim().to_owned();
    environment.git(&["checkout", "--quiet", "-b", "feature"]);
    environment.write("apps/web.yaml", &deployment(5));
    environment.git(&["commit", "--quiet", "-am", "Grow"]);
    assert_eq!(compared(&environment), format!("{main}, where feature left main → the work tree"));
    environment.git(&["init", "--quiet", "--bare", "../forge.git"]);
    environment.git(&["remote", "add", "origin", "../forge.git"]);
    environment.git(&["push", "--quiet", "origin", "main"]);
    environment.git(&["push", "--quiet", "--set-upstream", "origin", "feature"]);
    assert_eq!(compared(&environment), format!("{main}, where feature left origin/main → the work tree"));
    assert_eq!(replicas(&environment, &[]), "spec.replicas: 2 → 5");
    environment.git(&["remote", "set-head", "origin", "main"]);
    let default = format!("{main}, where feature left the default branch origin/main → the work tree");
    assert_eq!(compared(&environment), default);
    // A branch of its own that follows another one is compared with that.
    environment.git(&["checkout", "--quiet", "-b", "further", "--track", "origin/feature"]);
    environment.write("apps/web.yaml", &deployment(6));
    let feature = environment.git(&["rev-parse", "--short=10", "HEAD"]).trim().to_owned();
    let upstream = format!("{feature}, where further left its upstream origin/feature → the work tree");
    assert_eq!(compared(&environment), upstream);
    // As a job has it: no branch at all.
    environment.git(&["checkout", "--quiet", "--force", "--detach", "feature"]);
    assert_eq!(compared(&environment), default.replace("feature", "HEAD"));
    // Pushed or not, the default branch is compared with what is pushed of it.
    environment.git(&["checkout", "--quiet", "main"]);
    environment.git(&["branch", "--quiet", "--set-upstream-to=origin/main"]);
    environment.write("apps/web.yaml", &deployment(7));
    assert_eq!(compared(&environment), default.replace("feature", "main"));
}

/// Without another branch only what is not committed is a change.
#[test]
fn without_another_branch_the_last_commit_is_compared_with() {
    assert_eq!(compared(&repository()), "HEAD → the work tree");
}

#[test]
fn exit_codes() {
    let environment = repository();
    assert_eq!(environment.treewright(&["diff", "HEAD", "HEAD", "--exit-code"]).code, 0);
    assert_eq!(environment.treewright(&["diff", "HEAD~1", "HEAD", "--exit-code"]).code, 1);
    assert_eq!(environment.treewright(&["diff", "nowhere"]).code, 2);
    let wrong = environment.treewright(&["diff", "--unfold", "nothing"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("generated-names"), "{wrong:?}");
    let same = environment.treewright(&["diff", "HEAD", "HEAD"]);
    assert_eq!((same.stdout.as_str(), same.stderr.as_str()), ("", "no object changes from HEAD to HEAD\n"));
}

#[test]
fn files_get_the_format_of_their_name() {
    let environment = repository();
    for (name, begins) in [
        ("diff.json", "{\n  \"version\": 1"),
        ("diff.md", "### treewright: 1 object changes"),
        ("diff.html", "<!doctype html>"),
    ] {
        let run = environment.treewright(&["diff", "HEAD", "--output", name]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
        assert!(environment.read(name).starts_with(begins), "{}", environment.read(name));
    }
    let run = environment.treewright(&["schema", "show", "diff"]);
    assert_eq!(run.stdout, treewright::report::DIFF_SCHEMA);
}

/// Findings beside the change that brings and takes them, in every format.
#[test]
fn findings_are_shown_with_the_change() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("clusters/production/flux.yaml", super::COMMON[0].1);
    environment.write("clusters/production/apps.yaml", super::COMMON[1].1);
    environment.write("apps/kustomization.yaml", "namespace: web\nresources: [web.yaml, missing.yaml]\n");
    environment.write("apps/web.yaml", &deployment(1));
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "before"]);
    environment.write("apps/kustomization.yaml", "namespace: web\nresources: [web.yaml]\n");
    environment.write("apps/web.yaml", &deployment(2).replace("apps/v1", "apps/v1beta1"));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff-findings");
    let mut wrong = Vec::new();
    for (format, name) in [("text", "expected.txt"), ("json", "expected.json"), ("markdown", "expected.md")] {
        let run = environment.treewright(&["diff", "HEAD", "--lint", "--format", format]);
        assert_eq!(run.code, 0, "{run:?}");
        let path = folder.join(name);
        if std::env::var_os("TREEWRIGHT_BLESS").is_some() {
            std::fs::create_dir_all(&folder).expect("can be made");
            std::fs::write(&path, &run.stdout).expect("can be written");
        } else if std::fs::read_to_string(&path).unwrap_or_default() != run.stdout {
            wrong.push(format!("{}:\n{}", path.display(), run.stdout));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn findings_come_and_go() {
    let environment = repository();
    environment.git(&["stash", "--quiet"]);
    environment.write("apps/kustomization.yaml", "resources: [web.yaml, missing.yaml]\n");
    let run = environment.treewright(&["diff", "HEAD", "--lint", "--format", "json"]);
    let diff = treewright::report::read_diff(&run.stdout).expect("a diff");
    let findings = diff.findings.expect("findings");
    assert!(findings.new.iter().any(|one| one.rule == "kustomize/missing-resource"), "{findings:?}");
    assert!(findings.resolved.is_empty(), "{findings:?}");
    environment.git(&["commit", "--quiet", "-am", "Break"]);
    let run = environment.treewright(&["diff", "HEAD", "HEAD~1", "--lint", "--format", "json"]);
    let findings = treewright::report::read_diff(&run.stdout).expect("a diff").findings.expect("findings");
    assert!(findings.resolved.iter().any(|one| one.rule == "kustomize/missing-resource"), "{findings:?}");
}

//! What both sides changed differently.

use super::{change, commit, publish, site};
use crate::environment::Environment;

/// A site that changed what version 2 changes, too.
fn quarrel() -> Environment {
    let environment = site();
    change(&environment, "apps/lab/values.yaml", "timeout: 3600", "timeout: 600");
    change(&environment, "apps/lab/banner.yaml", "Welcome", "Welcome to the lab");
    change(&environment, "apps/lab/RUNBOOK.md", "3. Log in.\n", "3. Log in with your badge.\n");
    commit(&environment, "Edit");
    publish(&environment, "v2");
    commit(&environment, "Publish version 2");
    environment
}

#[test]
fn a_conflict_keeps_ours_and_shows_theirs() {
    let environment = quarrel();
    let run = environment.treewright(&["update"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for line in [
        "  conflict  apps/lab/banner.yaml (removed-by-them): yours `the file`, before `the file`, now `nothing`\n",
        "  conflict  apps/lab/values.yaml /data/values.yaml/cull/timeout (changed): yours `timeout: 600`, before `timeout: 3600`, now `timeout: 7200`\n",
        "  conflict  apps/lab/RUNBOOK.md (changed): yours `3. Log in with your badge.`, before `3. Log in.`, now `3. Log in. …`\n",
    ] {
        assert!(run.stdout.contains(line), "no {line}in\n{}", run.stdout);
    }
    let values = environment.read("apps/lab/values.yaml");
    let expected = "\
    cull:
      enabled: true
      # An hour was too short for batch jobs.
      # <<<<<<< conflict: yours is below
      # ||||||| before, lab-hub 1.0.0
      # timeout: 3600
      # ======= now, lab-hub 2.0.0
      # timeout: 7200
      # >>>>>>>
      timeout: 600
";
    assert!(values.ends_with(expected), "{values}");
    assert!(environment.read("apps/lab/banner.yaml").contains("Welcome to the lab"));
    let unmerged = environment.git(&["diff", "--name-only", "--diff-filter=U"]);
    assert_eq!(unmerged, "apps/lab/RUNBOOK.md\napps/lab/banner.yaml\napps/lab/values.yaml\n");
    assert_eq!(
        environment.git(&["show", ":1:apps/lab/RUNBOOK.md"]),
        "# Runbook of hub.example.org\n\n1. Fill Vault.\n2. Wait for the release.\n3. Log in.\n"
    );
    assert!(environment.git(&["show", ":3:apps/lab/RUNBOOK.md"]).ends_with("4. Tell the users.\n"));

    let status = environment.treewright(&["status"]);
    assert_eq!(status.code, 1);
    assert!(status.stdout.contains("  unresolved   RUNBOOK.md\n  unresolved   values.yaml\n"), "{}", status.stdout);

    let undone = environment.treewright(&["update", "--undo"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert_eq!(environment.git(&["status", "--short"]), "");
}

#[test]
fn policies_choose_a_side_or_refuse() {
    let environment = quarrel();
    let before = environment.everything();
    for arguments in [&["update", "--on-conflict=fail"][..], &["update", "--commit"]] {
        let refused = environment.treewright(arguments);
        assert_eq!(refused.code, 2, "{arguments:?}");
        assert!(refused.stderr.contains("nothing was written"), "{}", refused.stderr);
        assert!(environment.everything() == before, "{arguments:?} wrote something");
    }
    let run = environment.treewright(&["update", "--on-conflict=theirs", "--commit"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let values = environment.read("apps/lab/values.yaml");
    assert!(values.contains("timeout: 7200") && !values.contains("<<<<<<<"), "{values}");
    assert!(!environment.work().join("apps/lab/banner.yaml").exists());
    assert_eq!(environment.git(&["status", "--short"]), "");

    let environment = quarrel();
    let run = environment.treewright(&["update", "--on-conflict=ours", "--format=json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let conflicts = report["instances"][0]["conflicts"].as_array().expect("conflicts");
    let places: Vec<(&str, &str)> =
        conflicts.iter().map(|c| (c["path"].as_str().unwrap(), c["place"].as_str().unwrap())).collect();
    assert_eq!(
        places,
        [
            ("apps/lab/RUNBOOK.md", ""),
            ("apps/lab/banner.yaml", "/"),
            ("apps/lab/values.yaml", "/data/values.yaml/cull/timeout")
        ]
    );
    assert_eq!(conflicts[2]["ours"]["text"], "timeout: 600");
    assert!(environment.read("apps/lab/values.yaml").contains("timeout: 600\n"));
}

#[test]
fn bots_get_a_branch_for_each_instance() {
    let environment = site();
    let run = environment.treewright(&[
        "new",
        "lab-hub",
        "other",
        "--set",
        "host=other.example.org",
        "--set",
        "namespace=other",
        "--commit",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    publish(&environment, "v2");
    commit(&environment, "Publish version 2");
    environment.write("apps/lab/values.yaml", "work in progress\n");
    let run = environment.treewright(&["update", "--all", "--branch-per-instance"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(environment.read("apps/lab/values.yaml"), "work in progress\n");
    let branches = environment.git(&["branch", "--format=%(refname:short)"]);
    assert_eq!(branches, "main\ntreewright/lab-2.0.0\ntreewright/other-2.0.0\n");
    for name in ["lab", "other"] {
        let branch = format!("treewright/{name}-2.0.0");
        let files = environment.git(&["diff", "--name-only", "main", &branch]);
        assert!(files.lines().all(|path| path.starts_with(&format!("apps/{name}/"))), "{files}");
        assert!(environment.git(&["show", &format!("{branch}:apps/{name}/values.yaml")]).contains("timeout: 7200"));
        assert!(
            environment
                .git(&["log", "-1", "--format=%B", &branch])
                .contains("\n- Chart 4.4.0; a profile with a GPU.\n")
        );
    }
    let again = environment.treewright(&["update", "--all", "--branch-per-instance"]);
    assert!(again.stderr.contains("treewright/lab-2.0.0 is there already"), "{}", again.stderr);
}

#[test]
fn branches_that_add_instances_merge_without_conflict() {
    let environment = site();
    for name in ["blue", "green"] {
        environment.git(&["switch", "--quiet", "--create", name, "main"]);
        let host = format!("host={name}.example.org");
        let path = format!("{name}/hub");
        let space = format!("namespace={name}");
        let run = environment.treewright(&[
            "new",
            "lab-hub",
            name,
            "--set",
            &host,
            "--set",
            &space,
            "--path",
            &format!("apps/{path}"),
            "--commit",
        ]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    environment.git(&["switch", "--quiet", "blue"]);
    // The one line that both add to the parent kustomization is Git's to merge; the locks touch different files.
    let _ = environment.run(std::process::Command::new("git").args(["merge", "green"]).current_dir(environment.work()));
    let unmerged = environment.git(&["diff", "--name-only", "--diff-filter=U"]);
    assert!(!unmerged.contains("treewright.lock"), "{unmerged}");
    assert!(environment.read("apps/green/hub/treewright.lock").contains("instance = \"green\""));
    assert!(environment.read("apps/blue/hub/treewright.lock").contains("instance = \"blue\""));
}

#[test]
fn bots_commit_conflicts_only_where_they_are_told_to() {
    let environment = quarrel();
    let run = environment.treewright(&["update", "--all", "--branch-per-instance"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("treewright/lab-2.0.0 is not made: there are conflicts"), "{}", run.stderr);
    assert!(run.stdout.contains("  conflict  apps/lab/values.yaml /data/values.yaml/cull/timeout"), "{}", run.stdout);
    assert_eq!(environment.git(&["branch", "--format=%(refname:short)"]), "main\n");

    let run = environment.treewright(&["update", "--all", "--branch-per-instance", "--on-conflict=markers"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let values = environment.git(&["show", "treewright/lab-2.0.0:apps/lab/values.yaml"]);
    assert!(values.contains("# <<<<<<< conflict: yours is below\n"), "{values}");
    let message = environment.git(&["log", "-1", "--format=%B", "treewright/lab-2.0.0"]);
    assert!(message.contains("Changed on both sides:\n"), "{message}");

    let run = environment.treewright(&["update", "--commit", "--on-conflict=markers"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(environment.git(&["show", "HEAD:apps/lab/values.yaml"]).contains("# <<<<<<< conflict"));
    assert_eq!(environment.git(&["status", "--short"]), "");
}

#[test]
fn an_instance_that_cannot_be_rendered_does_not_stop_the_others() {
    let environment = site();
    let other = ["new", "lab-hub", "other", "--set", "host=other.example.org", "--set", "namespace=other", "--commit"];
    let run = environment.treewright(&other);
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Version 2 asks for a name of a host that this lock does not hold.
    change(&environment, "apps/lab/treewright.lock", "host = \"hub.example.org\"\n", "");
    publish(&environment, "v2");
    commit(&environment, "Publish version 2");
    let before = environment.read("apps/lab/values.yaml");
    for arguments in [&["update", "--dry-run"][..], &["update", "--commit"]] {
        let run = environment.treewright(arguments);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(
            run.stderr.contains("error: left as it is, `lab`: it cannot be rendered with its answers"),
            "{}",
            run.stderr
        );
        assert!(run.stdout.starts_with("other: lab-hub 1.0.0 -> 2.0.0\n"), "{}", run.stdout);
    }
    assert_eq!(environment.read("apps/lab/values.yaml"), before);
    assert!(environment.read("apps/other/values.yaml").contains("timeout: 7200"));
    assert_eq!(environment.git(&["log", "-1", "--format=%s"]), "Update other to lab-hub 2.0.0\n");

    let run = environment.treewright(&["update", "--format=json"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        report["instances"],
        serde_json::json!([{"instance": "lab", "path": "apps/lab", "error": "it cannot be rendered with its answers"}])
    );
}

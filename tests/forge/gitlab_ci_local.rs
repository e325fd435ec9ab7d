//! The component of GitLab, run by `gitlab-ci-local`: on the PATH, or in the variable `TREEWRIGHT_GITLAB_CI_LOCAL`. Skipped without it.
//!
//! It checks the job against GitLab's own JSON schema, puts the inputs in, and runs the job in a shell, as there is no image here.

use std::process::Command;

use treewright::forge::Kind;

use super::{
    command::{job, repository},
    forges::{Forge, TOKEN},
};
use crate::environment::{path_with_treewright, program};

const INCLUDED: &str = "include:
  - local: templates/diff.yml
    inputs:
      image: registry.example.org/tools/treewright:latest
      job-name: tree diff
      when-empty: delete
";

#[test]
fn the_component_comments_under_gitlab_ci_local() {
    let Some(program) = program("TREEWRIGHT_GITLAB_CI_LOCAL", "gitlab-ci-local") else {
        println!("skipped: there is no gitlab-ci-local on the PATH, and none in TREEWRIGHT_GITLAB_CI_LOCAL");
        return;
    };
    let (forge, environment) = (Forge::start(Kind::GitLab), repository());
    environment.git(&["remote", "add", "origin", "https://gitlab.example.org/site/clusters.git"]);
    environment.write("templates/diff.yml", include_str!("../../templates/diff.yml"));
    environment.write(".gitlab-ci.yml", INCLUDED);
    environment.git(&["add", "."]);
    environment.git(&["commit", "--quiet", "-m", "Compare"]);
    let path = path_with_treewright();
    let run = |token: &str| {
        let mut command = Command::new(&program);
        command.args(["--force-shell-executor", "tree diff"]).current_dir(environment.work());
        let mut variables = job(&forge, &environment);
        variables.extend([
            ("CI_PIPELINE_SOURCE".to_owned(), "merge_request_event".to_owned()),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA".to_owned(), "HEAD^^".to_owned()),
            ("TREEWRIGHT_TOKEN".to_owned(), token.to_owned()),
        ]);
        for (name, value) in &variables {
            command.arg("--variable").arg(format!("{name}={value}"));
        }
        let run = environment.run_with(&[("PATH", &path)], &mut command);
        assert_eq!(run.code, 0, "{run:?}");
        run
    };
    let fork = run("");
    assert!(forge.server.calls().is_empty(), "a fork has no token: {fork:?}");
    let report = environment.read("treewright.json");
    assert!(report.contains("\"version\": 1") && environment.read("treewright.html").starts_with("<!doctype html>"));
    let own = run(TOKEN);
    assert!(format!("{own:?}").contains("made the comment `tree-diff`"), "{own:?}");
    assert!(forge.comments()[0].body.contains("- 2\n+ 3\n"));
    forge.assert_well_formed();
}

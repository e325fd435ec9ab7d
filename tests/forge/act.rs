//! The workflows of docs/ci-github.md, run by `act`: `act` on the PATH, or in the variable `TREEWRIGHT_ACT`. Skipped without it.
//!
//! Actions of others cannot be fetched, so others stand for them here: a cache that always has the program, and artifacts in a folder. Everything of ours runs as it is.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use treewright::forge::Kind;

use super::{
    command::repository,
    forges::{Forge, TOKEN},
    recipes::files,
};
use crate::environment::{Environment, Run, program};

/// An action of one step.
fn action(inputs: &[&str], outputs: &str, script: &str) -> String {
    let inputs: String = inputs.iter().map(|name| format!("  {name}: {{description: Given}}\n")).collect();
    format!(
        "name: stand-in\ndescription: Stands for another one\ninputs:\n{inputs}{outputs}runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: {script}\n"
    )
}

/// A repository on GitHub with the workflows of the page, and what they use.
struct Actions {
    act: PathBuf,
    forge: Forge,
    environment: Environment,
}

impl Actions {
    fn new(act: PathBuf) -> Self {
        let (forge, environment) = (Forge::start(Kind::GitHub), repository());
        environment.git(&["remote", "add", "origin", "https://github.com/site/clusters.git"]);
        for (name, text) in files("docs/ci-github.md") {
            environment.write(&name, &text);
        }
        let actions = Self { act, forge, environment };
        actions.copy_of_ours();
        let hit = "outputs:\n  cache-hit:\n    description: Whether it is there\n    value: 'true'\n";
        let program = env!("CARGO_BIN_EXE_treewright");
        let place = format!("mkdir -p '${{{{ inputs.path }}}}/bin' && cp '{program}' '${{{{ inputs.path }}}}/bin'");
        actions.environment.write("../actions/cache/action.yml", &action(&["path", "key"], hit, &place));
        let kept = actions.at("../kept").display().to_string();
        let upload = format!("mkdir -p '{kept}' && cp '${{{{ inputs.path }}}}' '{kept}'");
        actions.environment.write("../actions/upload-artifact/action.yml", &action(&["name", "path"], "", &upload));
        let inputs = ["name", "path", "run-id", "github-token"];
        let download = format!("mkdir -p '${{{{ inputs.path }}}}' && cp '{kept}'/* '${{{{ inputs.path }}}}'");
        actions.environment.write("../actions/download-artifact/action.yml", &action(&inputs, "", &download));
        actions
    }

    fn at(&self, path: &str) -> PathBuf {
        self.environment.work().join(path)
    }

    /// The files that the action looks at.
    fn copy_of_ours(&self) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["action.yml", "Cargo.toml", "Cargo.lock", "src", "schemas", "blueprints"] {
            for entry in walkdir::WalkDir::new(root.join(name)).into_iter().filter_map(Result::ok) {
                if entry.file_type().is_file() {
                    let path = entry.path().strip_prefix(root).expect("below the root");
                    let copy = self.at("../actions/treewright").join(path);
                    std::fs::create_dir_all(copy.parent().expect("a folder")).expect("a folder");
                    std::fs::copy(entry.path(), copy).expect("copied");
                }
            }
        }
    }

    /// Runs one of the workflows for an event.
    fn run(&self, workflow: &str, name: &str, event: &str) -> Run {
        self.environment.write("../event.json", event);
        let here = |name: &str| self.at("../actions").join(name).display().to_string();
        let mut command = Command::new(&self.act);
        command.arg(name).args(["--platform", "ubuntu-latest=-self-hosted", "--action-offline-mode"]);
        command.arg("--workflows").arg(format!(".github/workflows/{workflow}.yml"));
        command.arg("--eventpath").arg(self.at("../event.json"));
        command.args(["--env", &format!("GITHUB_API_URL={}", self.forge.api()), "--secret", "GITHUB_TOKEN"]);
        for (action, folder) in [
            ("example/treewright@main", "treewright"),
            ("actions/cache@v4", "cache"),
            ("actions/upload-artifact@v4", "upload-artifact"),
            ("actions/download-artifact@v4", "download-artifact"),
        ] {
            command.args(["--local-repository", &format!("{action}={}", here(folder))]);
        }
        let home = self.at("../home").display().to_string();
        std::fs::create_dir_all(&home).expect("a folder");
        command.current_dir(self.environment.work());
        let run = self
            .environment
            .run_with(&[("GITHUB_TOKEN", TOKEN), ("HOME", &home), ("XDG_CACHE_HOME", &home)], &mut command);
        assert!(!format!("{run:?}").contains(TOKEN), "the token is shown: {run:?}");
        run
    }
}

#[test]
fn the_workflows_comment_under_act() {
    let Some(act) = program("TREEWRIGHT_ACT", "act") else {
        println!("skipped: there is no act on the PATH, and none in TREEWRIGHT_ACT");
        return;
    };
    let actions = Actions::new(act.clone());
    let opened = r#"{"action": "opened", "number": 7, "pull_request": {"number": 7}}"#;
    let run = actions.run("treewright", "pull_request", opened);
    assert!(run.code == 0 && run.stdout.contains("made the comment `diff`"), "{run:?}");
    let again = actions.run("treewright", "pull_request", opened);
    assert!(again.code == 0 && again.stdout.contains("left, as it says the same already"), "{again:?}");
    assert!(actions.forge.comments()[0].body.contains("- 2\n+ 3\n"));
    actions.forge.assert_well_formed();

    // A pull request from a fork: one workflow renders, the other one says it.
    let actions = Actions::new(act);
    let run = actions.run("treewright-diff", "pull_request", opened);
    assert_eq!((run.code, actions.forge.server.calls().len()), (0, 0), "{run:?}");
    let completed = r#"{"workflow_run": {"event": "pull_request", "conclusion": "success", "id": 98, "head_branch": "fix", "head_sha": "c0ffee",
        "pull_requests": [], "html_url": "https://github.com/site/clusters/actions/runs/98", "head_repository": {"owner": {"login": "mallory"}}}}"#;
    let run = actions.run("treewright-comment", "workflow_run", completed);
    assert!(run.code == 0 && run.stdout.contains("made the comment"), "{run:?}");
    assert!(actions.forge.comments()[0].body.contains("- 2\n+ 3\n"));
    actions.forge.assert_well_formed();
}

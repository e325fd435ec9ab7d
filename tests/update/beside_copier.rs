//! Ten changes that a site and its template make, with treewright and with copier; the table in `docs/updating.md` says what came out.
//!
//! copier is taken from `TREEWRIGHT_COPIER`, else from PATH; where it is missing, only our column is held against the table.

use std::{fs, path::Path, process::Command};

use serde::Deserialize;

use super::commit;
use crate::environment::Environment;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenarios {
    text: String,
    scenarios: Vec<Scenario>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    we: String,
    template: String,
    /// Whether both changes cannot be made.
    #[serde(default)]
    contradicts: bool,
    #[serde(default)]
    ours: Vec<(String, String)>,
    /// Whether we count every column twice.
    #[serde(default)]
    indent: bool,
    #[serde(default)]
    theirs: Vec<(String, String)>,
    /// Where the template has the file now.
    moves: Option<String>,
    wanted: Vec<String>,
}

impl Scenario {
    fn edited(&self, text: &str) -> String {
        if self.indent { super::deployments::wide(text) } else { replaced(text, &self.ours) }
    }

    fn file(&self) -> &str {
        self.moves.as_deref().unwrap_or("deployment.yaml")
    }

    /// What came of it, in the words of the table.
    fn outcome(&self, text: &str) -> &'static str {
        let has_conflict = text.contains("<<<<<<<");
        let is_whole = self.wanted.iter().all(|wanted| text.contains(wanted.as_str()));
        match (has_conflict, self.contradicts) {
            (true, true) => "conflict",
            (true, false) => "false conflict",
            (false, _) if is_whole => "merged",
            (false, _) => "**line and comment lost**",
        }
    }
}

fn replaced(text: &str, pairs: &[(String, String)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from.as_str()), "no {from:?} in\n{text}");
        text.replacen(from.as_str(), to, 1)
    })
}

fn with_treewright(scenario: &Scenario, text: &str) -> String {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    let publish = |version: &str, text: &str, file: &str| {
        environment.write(
            "blueprints/web/blueprint.yaml",
            &format!(
                "blueprint: web\nversion: {version}\nsummary: A Deployment\nengines: [flux]\nnamespaces: {{lab: {{name: lab}}}}\n\
                 manifests: [{{file: manifests/web.yaml, to: {file}}}]\nregisters: {{path: apps/web, root: apps}}\n"
            ),
        );
        environment.write("blueprints/web/manifests/web.yaml", text);
        commit(&environment, "Publish");
    };
    publish("1.0.0", text, "deployment.yaml");
    let run = environment.treewright(&["new", "web", "web", "--commit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    environment.write("apps/web/deployment.yaml", &scenario.edited(text));
    publish("2.0.0", &replaced(text, &scenario.theirs), scenario.file());
    let run = environment.treewright(&["update"]);
    assert_eq!(run.code, i32::from(scenario.contradicts), "{}: {}{}", scenario.we, run.stdout, run.stderr);
    environment.read(&format!("apps/web/{}", scenario.file()))
}

/// The text after an update with copier; `None` if copier is missing.
fn with_copier(scenario: &Scenario, text: &str) -> Option<String> {
    let copier = std::env::var_os("TREEWRIGHT_COPIER").unwrap_or_else(|| "copier".into());
    let environment = Environment::new();
    let git = |folder: &str, arguments: &[&str]| {
        let run = environment.run(Command::new("git").args(arguments).current_dir(environment.work().join(folder)));
        assert_eq!(run.code, 0, "git {arguments:?}: {}", run.stderr);
    };
    let save = |folder: &str| {
        git(folder, &["add", "--all"]);
        git(folder, &["commit", "--quiet", "--message", "Save"]);
    };
    if Command::new(&copier).arg("--version").output().is_err() {
        return None;
    }
    let run = |folder: &Path, arguments: &[&str]| {
        let run = environment.run(Command::new(&copier).args(arguments).current_dir(folder));
        assert_eq!(run.code, 0, "copier {arguments:?}: {}", run.stderr);
    };
    environment.write("template/copier.yml", "answer: {type: str, default: x}\n");
    environment.write("template/{{_copier_conf.answers_file}}.jinja", "{{ _copier_answers|to_nice_yaml }}");
    environment.write("template/deployment.yaml", text);
    git("template", &["init", "--quiet"]);
    save("template");
    git("template", &["tag", "v1.0.0"]);
    let template = environment.work().join("template").display().to_string();
    run(&environment.work(), &["copy", "--defaults", "--quiet", &template, "site"]);
    git("site", &["init", "--quiet"]);
    save("site");
    environment.write("site/deployment.yaml", &scenario.edited(text));
    save("site");
    environment.write("template/deployment.yaml", &replaced(text, &scenario.theirs));
    if scenario.moves.is_some() {
        git("template", &["mv", "deployment.yaml", scenario.file()]);
    }
    save("template");
    git("template", &["tag", "v2.0.0"]);
    run(&environment.work().join("site"), &["update", "--defaults", "--quiet", "--conflict", "inline"]);
    Some(environment.read(&format!("site/{}", scenario.file())))
}

#[test]
fn the_table_says_what_comes_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("fixtures/update/beside-copier.yaml")).expect("scenarios");
    let Scenarios { text, scenarios } = serde_yaml::from_str(&text).expect("scenarios");
    let page = fs::read_to_string(root.join("docs/updating.md")).expect("a page");
    for scenario in &scenarios {
        let ours = with_treewright(scenario, &text);
        let theirs = with_copier(scenario, &text);
        let begin = format!("| {} | {} | ", scenario.we, scenario.template);
        let row = page.lines().find_map(|line| line.strip_prefix(begin.as_str()));
        let row = row.unwrap_or_else(|| panic!("no row begins with {begin}"));
        let (copier, treewright) = row.trim_end_matches(" |").split_once(" | ").expect("two columns");
        assert_eq!(treewright, scenario.outcome(&ours), "{}:\n{ours}", scenario.we);
        let lost = scenario.wanted.iter().find(|wanted| !ours.contains(wanted.as_str()));
        assert_eq!(lost, None, "{}:\n{ours}", scenario.we);
        match theirs {
            Some(theirs) => assert_eq!(copier, scenario.outcome(&theirs), "{}:\n{theirs}", scenario.we),
            None => eprintln!("skipped: copier is not installed, its column was not held against the table"),
        }
    }
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 3).count();
    assert!(rows > scenarios.len(), "{rows} rows");
}

//! What others copy into their CIs: it is well formed, its commands are ours, and it does what it says.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    process::Command,
};

use serde_yaml::Value as Yaml;
use treewright::forge::Kind;

use super::{
    command::{job, repository},
    forges::{Forge, TOKEN},
};
use crate::environment::{Environment, Run, path_with_treewright};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn parsed(text: &str) -> Yaml {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const PAGES: [&str; 3] = ["docs/ci-github.md", "docs/ci-gitlab.md", "docs/ci-gitea.md"];

/// The files that a page shows: their names and texts.
pub fn files(page: &str) -> Vec<(String, String)> {
    let page = text(page);
    let mut lines = page.lines();
    let mut files = Vec::new();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        if let Some(name) = info.strip_prefix("yaml ") {
            files.push((name.to_owned(), block.join("\n") + "\n"));
        }
    }
    files
}

/// The two documents of the component: what it is told, and its job.
fn component() -> (Yaml, String) {
    let text = text("templates/diff.yml");
    let (spec, job) = text.split_once("\n---\n").expect("two documents");
    (parsed(spec)["spec"]["inputs"].clone(), job.to_owned())
}

fn keys(map: &Yaml) -> Vec<String> {
    let map = map.as_mapping().unwrap_or_else(|| panic!("{map:?} is no map"));
    map.keys().map(|key| key.as_str().unwrap_or_default().to_owned()).collect()
}

fn string(value: &Yaml) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is no text")).to_owned()
}

/// Every text under a key, anywhere.
fn under<'y>(value: &'y Yaml, key: &str) -> Vec<&'y Yaml> {
    match value {
        Yaml::Mapping(map) => {
            map.iter().flat_map(|(name, value)| if name == key { vec![value] } else { under(value, key) }).collect()
        }
        Yaml::Sequence(list) => list.iter().flat_map(|value| under(value, key)).collect(),
        _ => Vec::new(),
    }
}

fn named(pattern: &str, text: &str) -> Vec<String> {
    let pattern = regex::Regex::new(pattern).expect("a pattern");
    let mut found: Vec<String> = pattern.captures_iter(text).map(|found| found[1].to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// A script as a runner runs it.
fn bash(environment: &Environment, variables: &[(String, String)], script: &str) -> Run {
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(environment.work());
    let run = environment.run_with(&variables, &mut command);
    assert!(!format!("{run:?}").contains(TOKEN), "the token is shown: {run:?}");
    run
}

/// All scripts of the recipes, with the files that they are in.
fn scripts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut take = |place: &str, text: &str| {
        let yaml = parsed(text);
        for script in under(&yaml, "run") {
            found.push((place.to_owned(), string(script)));
        }
        for script in under(&yaml, "script") {
            let lines: Vec<String> = script.as_sequence().into_iter().flatten().map(string).collect();
            found.push((place.to_owned(), lines.join("\n")));
        }
    };
    take("action.yml", &text("action.yml"));
    take("templates/diff.yml", &component().1);
    for page in PAGES {
        for (name, text) in files(page) {
            take(&format!("{page} {name}"), &text);
        }
    }
    assert_eq!(found.len(), 8, "{found:#?}");
    found
}

#[test]
fn scripts_are_sound() {
    for (place, script) in scripts() {
        // What the one who opens a merge request can write must not become part of a script.
        assert!(!script.contains("${{") && !script.contains("$[["), "{place}: {script}");
        let output = Command::new("bash").args(["-n", "-c", &script]).output().expect("bash");
        assert!(output.status.success(), "{place}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// An option that gets another name breaks this, before it breaks everybody's CI.
#[test]
fn every_command_is_one_of_ours() {
    let pattern =
        regex::Regex::new(r"^\s*(?:- |run: |\$ )?(?:[A-Z_]+=\S+ )*treewright ((?:diff|comment|schema|lint|build) .*)$");
    let pattern = pattern.expect("a pattern");
    let mut count = 0;
    for path in ["action.yml", "templates/diff.yml"].into_iter().chain(PAGES) {
        for line in text(path).lines() {
            let Some(found) = pattern.captures(line) else { continue };
            let names = named(r"\$\{?([A-Za-z_]+)", &found[1]);
            // The shell takes it apart.
            let variables: String = names
                .iter()
                .map(|name| if name == "WHEN_EMPTY" { format!("{name}=keep;") } else { format!("{name}=1;") })
                .collect();
            let script = format!("{variables} printf '%s\\0' treewright {}", &found[1]);
            let output = Command::new("bash").args(["-c", &script]).output().expect("bash");
            let words = String::from_utf8(output.stdout).expect("UTF-8");
            let words: Vec<&str> = words.trim_end_matches('\0').split('\0').collect();
            let parsed = treewright::cli::command().try_get_matches_from(&words);
            assert!(
                parsed.is_ok(),
                "{path}: {line}\n{}",
                parsed.err().map(|error| error.to_string()).unwrap_or_default()
            );
            count += 1;
        }
    }
    assert_eq!(count, 12, "commands are found");
}

#[test]
fn the_action_is_well_formed() {
    let action_text = text("action.yml");
    let action = parsed(&action_text);
    assert!(action["name"].is_string() && action["description"].is_string());
    assert_eq!(action["runs"]["using"], "composite");
    let steps = action["runs"]["steps"].as_sequence().expect("steps");
    for step in steps {
        let is_run = step.get("run").is_some() && step["shell"] == "bash";
        assert!(is_run || step.get("uses").is_some(), "{step:?}");
        assert!(
            keys(step)
                .iter()
                .all(|key| ["name", "id", "if", "uses", "with", "run", "shell", "env"].contains(&key.as_str()))
        );
    }
    let declared = keys(&action["inputs"]);
    for input in &declared {
        assert_eq!(keys(&action["inputs"][input.as_str()]), ["description", "default"], "{input}");
    }
    assert_eq!(sorted(declared.clone()), named(r"\$\{\{ inputs\.([a-z-]+) \}\}", &action_text));
    for (name, text) in PAGES.iter().flat_map(|page| files(page)) {
        let workflow = parsed(&text);
        for step in under(&workflow, "steps").into_iter().flat_map(|steps| steps.as_sequence().into_iter().flatten()) {
            if step.get("uses").is_some_and(|uses| uses == "example/treewright@main") && step.get("with").is_some() {
                for input in keys(&step["with"]) {
                    assert!(declared.contains(&input), "{name}: {input}");
                }
            }
        }
    }
}

#[test]
fn the_component_is_well_formed() {
    let (inputs, job) = component();
    let declared = keys(&inputs);
    assert_eq!(sorted(declared.clone()), named(r"\$\[\[ inputs\.([a-z-]+) \]\]", &job));
    assert_eq!(inputs["when-empty"]["options"], parsed("[delete, keep, update]"));
    let job = parsed(&job);
    assert_eq!(keys(&job).len(), 1);
    let job = job.as_mapping().and_then(|map| map.values().next()).expect("a job");
    assert_eq!(sorted(keys(job)), ["artifacts", "image", "rules", "script", "stage", "variables"]);
    let (_, included) = files("docs/ci-gitlab.md").remove(0);
    for input in keys(&parsed(&included)["include"][0]["inputs"]) {
        assert!(declared.contains(&input), "{input}");
    }
}

#[test]
fn the_image_is_made_of_what_is_there() {
    let file = text("Containerfile");
    let cargo = text("Cargo.toml");
    let needed = named("rust-version = \"([0-9.]+)\"", &cargo).remove(0);
    assert!(file.contains(&format!("/rust:{needed}-slim-")), "the compiler is the one that the program needs");
    for line in file.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from=")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "{line}");
        }
    }
    let last: Vec<&str> = file.lines().skip_while(|line| !line.contains("debian:")).collect();
    assert!(
        last.iter()
            .any(|line| line.strip_prefix("USER ").is_some_and(|user| user.parse::<u32>().is_ok_and(|user| user > 0)))
    );
    assert!(last.contains(&"ENTRYPOINT [\"treewright\"]"));
    // What the compiler reads is all copied.
    for (file, source) in sources() {
        for path in named(r#"include_(?:str|dir|bytes)!\("([^"]+)"\)"#, &source) {
            let path = match path.strip_prefix("$CARGO_MANIFEST_DIR/") {
                Some(path) => PathBuf::from(path),
                None => tidy(&file.parent().expect("a folder").join(path)),
            };
            let folder = path.components().next().expect("a folder").as_os_str().to_owned();
            assert!(["src", "schemas", "blueprints"].iter().any(|copied| folder == *copied), "{}", path.display());
        }
    }
}

/// Every file of the program, from the root, and its text.
fn sources() -> Vec<(PathBuf, String)> {
    walkdir::WalkDir::new(root().join("src"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let path = entry.path().strip_prefix(root()).expect("below the root").to_owned();
            (path, fs::read_to_string(entry.path()).expect("readable"))
        })
        .collect()
}

/// A path without `..`.
fn tidy(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut tidy, component| {
        match component {
            Component::ParentDir => {
                tidy.pop();
            }
            component => tidy.push(component),
        }
        tidy
    })
}

/// The program where a step looks for it.
fn with_program(environment: &Environment) -> String {
    environment.write("../treewright/bin/.keep", "");
    let bin = environment.work().join("../treewright/bin");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_treewright"), bin.join("treewright")).expect("a link");
    bin.parent().expect("a folder").display().to_string()
}

/// Runs the last step of the action.
fn act(environment: &Environment, variables: &[(String, String)], with: &[(&str, &str)]) -> Run {
    let action = parsed(&text("action.yml"));
    let step = action["runs"]["steps"].as_sequence().and_then(|steps| steps.last()).expect("steps").clone();
    let value = |input: &str| {
        let given = with.iter().find(|(name, _)| *name == input).map(|(_, value)| (*value).to_owned());
        given.unwrap_or_else(|| string(&action["inputs"][input]["default"]))
    };
    let root = environment.work().join("../treewright");
    let mut variables = variables.to_vec();
    for name in keys(&step["env"]) {
        let mut text = string(&step["env"][name.as_str()]);
        for input in keys(&action["inputs"]) {
            text = text.replace(&format!("${{{{ inputs.{input} }}}}"), &value(&input));
        }
        let text = text
            .replace("${{ github.token }}", TOKEN)
            .replace("${{ runner.temp }}/treewright", &root.display().to_string());
        assert!(!text.contains("${{"), "{text}");
        variables.push((name, text));
    }
    bash(environment, &variables, &string(&step["run"]))
}

#[test]
fn the_action_comments() {
    let (forge, environment) = (Forge::start(Kind::GitHub), repository());
    with_program(&environment);
    let variables = job(&forge, &environment);
    let run = act(&environment, &variables, &[]);
    assert!(run.code == 0 && run.stderr.starts_with("made the comment `tree-diff`"), "{run:?}");
    let run = act(&environment, &variables, &[("name", "other"), ("base", "HEAD"), ("when-empty", "delete")]);
    assert!(run.code == 0 && run.stderr.starts_with("there is nothing to say"), "{run:?}");
    assert!(forge.comments()[0].body.contains("- 2\n+ 3\n"));
    assert_eq!(forge.comments().len(), 1);
    forge.assert_well_formed();
}

#[test]
fn the_action_comments_on_pull_requests_of_forks() {
    let (forge, environment) = (Forge::start(Kind::GitHub), repository());
    with_program(&environment);
    let variables = job(&forge, &environment);
    let run = act(&environment, &variables, &[("report", "treewright.json"), ("token", "")]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(forge.server.calls(), Vec::<String>::new(), "the job without a token asks nobody");
    let event = |commit: &str| {
        format!(
            r#"{{"workflow_run": {{"event": "pull_request", "head_branch": "fix", "head_sha": "{commit}", "pull_requests": [],
                "html_url": "https://github.com/site/clusters/actions/runs/98", "head_repository": {{"owner": {{"login": "mallory"}}}}}}}}"#
        )
    };
    environment.write("../event.json", &event("beef"));
    let run = act(&environment, &variables, &[("from", "treewright.json")]);
    assert!(run.code == 0 && run.stderr.contains("it was closed, or pushed to since"), "{run:?}");
    environment.write("../event.json", &event("c0ffee"));
    let run = act(&environment, &variables, &[("from", "treewright.json")]);
    assert!(run.code == 0 && run.stderr.starts_with("made the comment"), "{run:?}");
    assert!(forge.comments()[0].body.contains("- 2\n+ 3\n"));
    forge.assert_well_formed();
}

#[test]
fn the_action_names_its_version() {
    let action = parsed(&text("action.yml"));
    let step = &action["runs"]["steps"][0];
    let environment = Environment::new();
    let output = environment.work().join("output").display().to_string();
    let variables = [("SOURCE".to_owned(), root().display().to_string()), ("GITHUB_OUTPUT".to_owned(), output)];
    assert_eq!(bash(&environment, &variables, &string(&step["run"])).code, 0);
    let output = environment.read("output");
    let sum = output.trim_end().strip_prefix("sum=").unwrap_or_default();
    assert!(sum.len() == 64 && sum.chars().all(|c| c.is_ascii_hexdigit()), "{output}");
}

#[test]
fn the_component_comments() {
    let (forge, environment) = (Forge::start(Kind::GitLab), repository());
    let (_, text) = component();
    let text = text.replace("$[[ inputs.job-name ]]", "treewright").replace("$[[ inputs.when-empty ]]", "delete");
    let yaml = parsed(&text);
    let component = &yaml["treewright"];
    let script: Vec<String> = component["script"].as_sequence().expect("lines").iter().map(string).collect();
    let mut variables = job(&forge, &environment);
    for name in keys(&component["variables"]) {
        variables.push((name.clone(), string(&component["variables"][name.as_str()])));
    }
    let path = path_with_treewright();
    variables.extend([("CI_MERGE_REQUEST_DIFF_BASE_SHA".to_owned(), "HEAD^1".to_owned()), ("PATH".to_owned(), path)]);
    let run = bash(&environment, &variables, &script.join("\n"));
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(forge.server.calls(), Vec::<String>::new(), "a fork has no token");
    for file in component["artifacts"]["paths"].as_sequence().expect("paths") {
        assert!(!environment.read(&string(file)).is_empty());
    }
    variables.push(("TREEWRIGHT_TOKEN".to_owned(), TOKEN.to_owned()));
    let run = bash(&environment, &variables, &script.join("\n"));
    assert!(run.code == 0 && run.stderr.starts_with("made the comment `tree-diff`"), "{run:?}");
    assert!(forge.comments()[0].body.contains("- 2\n+ 3\n"));
    forge.assert_well_formed();
}

/// Runs the steps of the workflow in docs/ci-gitea.md for a pull request to `main`, with one token for the job and the comment.
pub fn run_workflow_for_gitea(folder: &Environment, variables: &[(String, String)], number: &str, token: &str) {
    let (_, workflow) = files("docs/ci-gitea.md").remove(0);
    let workflow = parsed(&workflow);
    for step in workflow["jobs"]["diff"]["steps"].as_sequence().expect("steps") {
        let mut variables = variables.to_vec();
        for name in keys(&step["env"]) {
            let text = string(&step["env"][name.as_str()])
                .replace("${{ github.base_ref }}", "main")
                .replace("${{ github.event.pull_request.number }}", number)
                .replace("${{ github.token }}", token)
                .replace("${{ secrets.TREEWRIGHT_TOKEN }}", token);
            assert!(!text.contains("${{"), "{text}");
            variables.push((name, text));
        }
        let run = bash(folder, &variables, &string(&step["run"]));
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!format!("{run:?}").contains(token), "the token is shown: {run:?}");
    }
}

#[test]
fn the_workflow_for_gitea_comments() {
    let (forge, environment) = (Forge::start(Kind::Gitea), repository());
    // The repository on the forge, with a pull request.
    environment.git(&["init", "--quiet", "--bare", "../forge/site/clusters.git"]);
    environment.git(&[
        "push",
        "--quiet",
        "../forge/site/clusters.git",
        "HEAD^1:refs/heads/main",
        "HEAD:refs/pull/7/head",
    ]);
    let job_variables = job(&forge, &environment);
    let job_folder = Environment::new();
    let server = format!("file://{}", environment.work().join("../forge").canonicalize().expect("a folder").display());
    let mut variables: Vec<(String, String)> =
        job_variables.into_iter().filter(|(name, _)| name != "GITHUB_SERVER_URL").collect();
    let path = path_with_treewright();
    variables.extend([("GITHUB_SERVER_URL".to_owned(), server), ("PATH".to_owned(), path)]);
    run_workflow_for_gitea(&job_folder, &variables, "7", TOKEN);
    assert!(forge.comments()[0].body.contains("- 2\n+ 3\n"), "{:?}", forge.comments());
    forge.assert_well_formed();
}

//! The formats that machines read: whole outputs for one repository, fingerprints that stay, secrets that stay out.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::environment::{Environment, Run};

const FORMATS: [&str; 9] = ["text", "concise", "json", "json-lines", "sarif", "gitlab", "github", "junit", "markdown"];

/// A value that must not be seen anywhere.
const MARKER: &str = "hunter2-marker-of-a-secret";

/// A repository with an error in a file of an awkward name, one with places in two files, one that can be mended, and one that a comment silences.
fn repository() -> Environment {
    let environment = Environment::new();
    environment.write(
        "apps/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - hub.yaml\n  - hup.yaml\n",
    );
    environment.write(
        "apps/hub.yaml",
        "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata: {name: hub, namespace: hub}\nspec:\n  \
         interval: 10m\n  chart: {spec: {chart: hub, sourceRef: {kind: HelmRepository, name: hub}}}\n",
    );
    environment.write("apps/<a> & `b`, 100%.yaml", "a: 1\na: 2\n");
    environment.write(
        "apps/secret.yaml",
        &format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: token, namespace: default}}\nstringData:\n  # treewright: ignore[secret/plaintext] only for | tests\n  token: {MARKER}\n  other: {MARKER}\n"
        ),
    );
    environment
}

fn lint(environment: &Environment, format: &str) -> Run {
    let run = environment.treewright(&["lint", "--format", format]);
    assert_eq!(run.code, 1, "{run:?}");
    run
}

#[test]
fn each_format_says_all() {
    let environment = repository();
    for format in FORMATS {
        let mut text = lint(&environment, format).stdout;
        if format == "sarif" {
            text = without_catalogue(&text);
        }
        insta::assert_snapshot!(format, text);
    }
}

/// A SARIF log without what it says about all rules there are, which `treewright rules` says, too.
fn without_catalogue(log: &str) -> String {
    let mut log: Value = serde_json::from_str(log).expect("JSON");
    let run = &mut log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].take();
    for result in run["results"].as_array_mut().expect("a list") {
        let index = result.as_object_mut().expect("an object").remove("ruleIndex").and_then(|index| index.as_u64());
        let index = usize::try_from(index.expect("an index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    format!("{log:#}\n")
}

#[test]
fn a_repository_without_findings_is_a_report_too() {
    let environment = Environment::new();
    environment.write("a.yaml", "a: 1\n");
    for (format, wanted) in [("gitlab", "[]\n"), ("json-lines", ""), ("github", ""), ("concise", ""), ("text", "")] {
        let run = environment.treewright(&["lint", "--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (0, wanted), "{format}");
    }
    let junit = environment.treewright(&["lint", "--format", "junit"]).stdout;
    assert!(junit.contains("<testcase classname=\"treewright\" name=\"no findings\""), "{junit}");
    let sarif = environment.treewright(&["lint", "--format", "sarif"]).stdout;
    let sarif: Value = serde_json::from_str(&sarif).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn no_format_shows_a_secret() {
    let environment = repository();
    for format in FORMATS {
        let run = lint(&environment, format);
        assert!(!run.stdout.contains(MARKER) && !run.stderr.contains(MARKER), "{format}: {}", run.stdout);
    }
}

fn fingerprints(environment: &Environment) -> Vec<String> {
    let report: Value = serde_json::from_str(&lint(environment, "json").stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().map(|finding| finding["fingerprint"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_from_each_other() {
    let environment = repository();
    let before = fingerprints(&environment);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len());
    for file in ["apps/kustomization.yaml", "apps/hub.yaml", "apps/secret.yaml"] {
        let text = environment.read(file);
        environment.write(file, &format!("# one\n# two\n\n{text}"));
    }
    // An entry before the one at fault moves that in its list, too.
    let listed = environment.read("apps/kustomization.yaml").replace("resources:\n", "resources:\n  - other.yaml\n");
    environment.write("apps/kustomization.yaml", &listed);
    environment
        .write("apps/other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: default}\n");
    let moved = fingerprints(&environment).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(before.into_iter().collect::<BTreeSet<_>>(), moved);
}

#[test]
fn gitlab_and_sarif_and_json_agree_on_fingerprints() {
    let environment = repository();
    let json = fingerprints(&environment);
    let gitlab: Value = serde_json::from_str(&lint(&environment, "gitlab").stdout).expect("JSON");
    let gitlab: Vec<&str> =
        gitlab.as_array().expect("a list").iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!(json, gitlab);
    let sarif: Value = serde_json::from_str(&lint(&environment, "sarif").stdout).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let shown = results.iter().filter(|result| result.get("suppressions").is_none());
    let sarif: Vec<&str> =
        shown.filter_map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str()).collect();
    assert_eq!(json, sarif);
}

#[test]
fn findings_go_into_a_file_when_asked() {
    let environment = repository();
    let wanted = lint(&environment, "gitlab").stdout;
    let run = environment.treewright(&["lint", "--format", "gitlab", "--output", "report.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(environment.read("report.json"), wanted);
    let run = environment.treewright(&["lint", "-o", "nowhere/report.json"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("cannot write `"), "{}", run.stderr);
}

#[test]
fn github_gets_the_summary_of_the_step() {
    let environment = repository();
    environment.write("summary.md", "before\n");
    let script = "GITHUB_STEP_SUMMARY=summary.md exec \"$0\" lint --format github";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_treewright")]).current_dir(environment.work());
    let run = environment.run(&mut command);
    assert_eq!(run.code, 1, "{run:?}");
    let markdown = lint(&environment, "markdown").stdout;
    assert_eq!(environment.read("summary.md"), format!("before\n{markdown}"));
}

/// The JSON report has a schema of its own, which `schemas/lint-report.schema.json` holds.
#[test]
fn the_json_report_is_as_its_schema_says() {
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/lint-report.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("there is a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let report: Value = serde_json::from_str(&lint(&repository(), "json").stdout).expect("JSON");
    let faults: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
}

/// `TREEWRIGHT_SARIF_SCHEMA` names the file of the public schema of SARIF 2.1.0, which is not ours to keep here.
#[test]
fn the_sarif_log_is_as_the_public_schema_says() {
    let Some(path) = std::env::var_os("TREEWRIGHT_SARIF_SCHEMA") else {
        println!("skipped: TREEWRIGHT_SARIF_SCHEMA names no file");
        return;
    };
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("readable")).expect("JSON");
    // The public schema has a pattern that is no regular expression.
    for owner in ["run", "toolComponent"] {
        schema["definitions"][owner]["properties"]["language"] = Value::Bool(true);
    }
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let log: Value = serde_json::from_str(&lint(&repository(), "sarif").stdout).expect("JSON");
    let faults: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(faults, Vec::<String>::new());
}

//! Several folders in one editor.

use serde_json::{Value, json};

use super::{
    BUDGET,
    client::{Client, modern},
    codes, range,
};
use crate::environment::Environment;

const CHARTS: &str = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata:\n  name: charts\n  namespace: default\nspec:\n  url: https://charts.example.org\n";

fn release(charts: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: hub\n  namespace: default\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: hub\n      sourceRef:\n        kind: HelmRepository\n        name: {charts}\n"
    )
}

/// Two repositories, side by side, of which only the second has the source `charts`.
fn two() -> Environment {
    let environment = Environment::new();
    for folder in ["one", "two"] {
        environment.write(&format!("{folder}/hub.yaml"), &release("charts"));
    }
    environment.write("two/charts.yaml", CHARTS);
    environment
}

fn missing(findings: &[Value]) -> bool {
    codes(findings).contains(&"flux/source-missing")
}

#[test]
fn each_folder_is_a_repository_of_its_own() {
    let environment = two();
    let (mut client, said) = Client::start_in(&environment, &modern(), &["one", "two"]);
    assert_eq!(said["capabilities"]["workspace"]["workspaceFolders"]["supported"], true);
    client.until("one/hub.yaml", missing);
    assert!(!missing(&client.open("two/hub.yaml", &release("charts"))), "the source of this repository is found");
    // Answers come from the repository of the file.
    let answer = client.ask_at("textDocument/definition", "two/hub.yaml", 12, 16);
    assert_eq!(client.places(&answer), ["two/charts.yaml:3:8"]);
    let answer = client.ask_at("textDocument/definition", "one/hub.yaml", 12, 16);
    assert_eq!(client.places(&answer), Vec::<String>::new());
    // What is typed in one of them counts there.
    client.change("two/hub.yaml", 2, Some(range(12, 14, 20)), "others");
    assert!(missing(&client.findings_of("two/hub.yaml", 2)));
    assert_eq!(client.end(), 0);
}

#[test]
fn folders_come_and_go() {
    let environment = two();
    let (mut client, _) = Client::start_in(&environment, &modern(), &["two"]);
    client.open("two/hub.yaml", &release("charts"));
    let event = |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let one = json!([client.folder("one")]);
    client.tell("workspace/didChangeWorkspaceFolders", event(one.clone(), json!([])));
    client.until("one/hub.yaml", missing);
    client.tell("workspace/didChangeWorkspaceFolders", event(json!([]), one));
    client.until("one/hub.yaml", <[Value]>::is_empty);
    let both = json!([client.folder("two")]);
    client.tell("workspace/didChangeWorkspaceFolders", event(json!([]), both));
    let document = json!({ "textDocument": { "uri": client.uri("two/hub.yaml") } });
    let refused = client.ask("textDocument/documentSymbol", document).expect_err("nothing is open");
    assert_eq!(refused["message"], "no folder is open");
    assert_eq!(client.end(), 0);
}

#[test]
fn two_folders_of_one_repository_are_linted_once() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write("apps/budget.yaml", BUDGET);
    environment.write("infrastructure/charts.yaml", CHARTS);
    let (mut client, _) = Client::start_in(&environment, &modern(), &["apps", "infrastructure"]);
    client.until("apps/budget.yaml", |findings| codes(findings).contains(&"kubernetes/removed-api"));
    // Closing one of them leaves the repository open.
    let removed = json!([client.folder("apps")]);
    client.tell("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": removed } }));
    let actions = client.actions("apps/budget.yaml", &range(0, 14, 14));
    assert!(!actions.is_empty());
    assert_eq!(client.end(), 0);
}

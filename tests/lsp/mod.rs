//! The editor's server, spoken to by an editor over its standard streams.

mod client;
mod folders;

use client::{Client, modern};
use serde_json::{Value, json};

use super::environment::Environment;

const BUDGET: &str = "\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: podinfo
  namespace: default
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: podinfo
";

const PATCH: &str = "\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: podinfo
  namespace: default
spec:
  minAvailable: 2
";

const RELEASE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: hub
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: hub
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      sourceRef:
        kind: HelmRepository
        name: charts
  valuesFrom:
    - kind: ConfigMap
      name: hub-values
      valuesKey: hub.yaml
";

const CHARTS: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: hub
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub-values
  namespace: hub
data:
  hub.yaml: |
    replicas: 1
";

fn codes(findings: &[Value]) -> Vec<&str> {
    findings.iter().map(|finding| finding["code"].as_str().expect("a code")).collect()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

fn range(line: u32, from: u32, to: u32) -> Value {
    json!({ "start": { "line": line, "character": from }, "end": { "line": line, "character": to } })
}

/// A repository with a budget of an old version and a patch for it.
fn budget() -> Environment {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    environment.write(
        "apps/kustomization.yaml",
        "resources:\n  - budget.yaml\n  - pod.yaml\npatches:\n  - path: patch.yaml\n",
    );
    environment.write("apps/budget.yaml", BUDGET);
    environment.write(
        "apps/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: podinfo, namespace: default, labels: {app: podinfo}}\nspec: {containers: [{name: podinfo, image: 'podinfo:1'}]}\n",
    );
    environment.write("apps/patch.yaml", PATCH);
    environment
}

/// A repository with a release, its chart repository and its values.
fn release() -> Environment {
    let environment = Environment::new();
    environment.write("apps/kustomization.yaml", "resources:\n  - hub.yaml\n  - ../charts\n");
    environment.write("apps/hub.yaml", RELEASE);
    environment.write("charts/kustomization.yaml", "resources:\n  - charts.yaml\n");
    environment.write("charts/charts.yaml", CHARTS);
    environment
}

#[test]
fn a_finding_is_shown_mended_and_gone() {
    let environment = budget();
    let (mut client, said) = Client::start(&environment, &modern());
    assert_eq!(said["serverInfo"]["name"], "treewright");
    assert_eq!(said["capabilities"]["positionEncoding"], "utf-16");
    let watching = client.wait(|message| message["method"] == "client/registerCapability");
    assert_eq!(watching["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");

    let findings = client.open("apps/budget.yaml", BUDGET);
    assert_eq!(codes(&findings), ["kubernetes/removed-api"]);
    assert_eq!(findings[0]["range"], range(0, 12, 26));
    assert_eq!(findings[0]["severity"], 1);

    let actions = client.actions("apps/budget.yaml", &range(0, 14, 14));
    assert_eq!(
        titles(&actions),
        [
            "Use `policy/v1`",
            "Ignore kubernetes/removed-api here",
            "Ignore kubernetes/removed-api in this file",
            "Explain kubernetes/removed-api",
            "Mend everything in this file that can be mended safely",
        ]
    );
    assert_eq!(actions[0]["isPreferred"], true);
    // The patch must change with its object; only the open file has a version.
    let edit = |path: &str, version: Value| {
        let edits = json!([{ "range": range(0, 12, 26), "newText": "policy/v1" }]);
        json!({ "textDocument": { "uri": client.uri(path), "version": version }, "edits": edits })
    };
    let expected = json!([edit("apps/budget.yaml", json!(1)), edit("apps/patch.yaml", Value::Null)]);
    assert_eq!(actions[0]["edit"]["documentChanges"], expected);
    assert_eq!(actions[4]["kind"], "source.fixAll");
    assert_eq!(actions[4]["edit"]["documentChanges"], expected);

    environment.write("apps/patch.yaml", &PATCH.replace("policy/v1beta1", "policy/v1"));
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    client.change("apps/budget.yaml", 2, Some(range(0, 12, 26)), "policy/v1");
    assert_eq!(client.findings_of("apps/budget.yaml", 2), Vec::<Value>::new());
    assert_eq!(client.end(), 0);
}

#[test]
fn a_comment_silences_where_it_is_put() {
    let environment = Environment::new();
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\n";
    environment.write("a.yaml", text);
    let (mut client, _) = Client::start(&environment, &json!({}));
    let findings = client.open("a.yaml", text);
    assert_eq!(codes(&findings), ["yaml/duplicate-key"]);
    // An editor that shows no other places is told of them in words.
    let message = "the key `name` stands twice in this mapping\nagain here\na.yaml:4: first here\n\
                   help: remove one of the two; kustomize and Flux refuse the whole file";
    assert_eq!(findings[0]["message"], message);
    let actions = client.actions("a.yaml", &range(4, 2, 2));
    assert_eq!(titles(&actions)[0], "Ignore yaml/duplicate-key here");
    let edits = &actions[0]["edit"]["changes"][client.uri("a.yaml")];
    assert_eq!(*edits, json!([{ "range": range(4, 0, 0), "newText": "  # treewright: ignore[yaml/duplicate-key]\n" }]));
    client.change("a.yaml", 2, Some(range(4, 0, 0)), "  # treewright: ignore[yaml/duplicate-key]\n");
    assert_eq!(client.findings_of("a.yaml", 2), Vec::<Value>::new());

    let explain = json!({ "command": "treewright.explain", "arguments": ["yaml/duplicate-key"] });
    let page = client.ask("workspace/executeCommand", explain).expect("a page");
    assert!(page.as_str().expect("a text").starts_with("# yaml/duplicate-key\n"), "{page}");
    client.wait(|message| message["method"] == "window/showMessage");
    assert_eq!(client.end(), 0);
}

#[test]
fn names_lead_to_what_they_name_and_back() {
    let environment = release();
    let (mut client, _) = Client::start(&environment, &modern());
    client.open("apps/hub.yaml", RELEASE);
    let definition = |client: &mut Client, path: &str, line: u32, character: u32| {
        let answer = client.ask_at("textDocument/definition", path, line, character);
        client.places(&answer)
    };
    // sourceRef, valuesFrom, the key of the values, a file of a kustomization, a directory.
    assert_eq!(definition(&mut client, "apps/hub.yaml", 17, 16), ["charts/charts.yaml:3:8"]);
    assert_eq!(definition(&mut client, "apps/hub.yaml", 20, 14), ["charts/charts.yaml:12:8"]);
    assert_eq!(definition(&mut client, "apps/hub.yaml", 21, 20), ["charts/charts.yaml:15:2"]);
    assert_eq!(definition(&mut client, "apps/kustomization.yaml", 1, 6), ["apps/hub.yaml:0:0"]);
    assert_eq!(definition(&mut client, "apps/kustomization.yaml", 2, 6), ["charts/kustomization.yaml:0:0"]);
    assert_eq!(definition(&mut client, "apps/hub.yaml", 11, 4), Vec::<String>::new());

    let references = client.ask_at("textDocument/references", "charts/charts.yaml", 12, 10);
    assert_eq!(client.places(&references), ["apps/hub.yaml:20:12", "charts/charts.yaml:12:8"]);

    let symbols = json!({ "textDocument": { "uri": client.uri("charts/charts.yaml") } });
    let symbols = client.ask("textDocument/documentSymbol", symbols).expect("symbols");
    assert_eq!(symbols[0]["name"], "charts");
    assert_eq!(symbols[1]["detail"], "ConfigMap in hub");
    assert_eq!(client.end(), 0);
}

#[test]
fn hovers_tell_of_fields_names_and_rules() {
    let environment = release();
    let (mut client, _) = Client::start(&environment, &modern());
    client.open("apps/hub.yaml", RELEASE);
    let hover = |client: &mut Client, path: &str, line: u32, character: u32| {
        let answer = client.ask_at("textDocument/hover", path, line, character);
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let interval = hover(&mut client, "apps/hub.yaml", 11, 4);
    assert!(interval.starts_with("**spec.interval**: a text, required\n"), "{interval}");
    assert!(interval.contains("*HelmRelease, Flux "), "{interval}");
    let source = hover(&mut client, "apps/hub.yaml", 17, 16);
    assert!(source.starts_with("HelmRepository `charts` in `hub`: `charts/charts.yaml:4`\n"), "{source}");
    let name = hover(&mut client, "charts/charts.yaml", 12, 10);
    assert!(name.starts_with("ConfigMap hub/hub-values: applied by `apps`"), "{name}");
    assert!(name.contains("; referred to once\n"), "{name}");
    let kustomization = hover(&mut client, "apps/kustomization.yaml", 0, 2);
    assert!(kustomization.starts_with("**resources**: a list of texts\n"), "{kustomization}");
    client.change("apps/hub.yaml", 2, Some(range(17, 14, 20)), "chart");
    let findings = client.findings_of("apps/hub.yaml", 2);
    assert_eq!(codes(&findings), ["flux/source-missing"]);
    let start = &findings[0]["range"]["start"];
    let line = u32::try_from(start["line"].as_u64().expect("a line")).expect("small");
    let character = u32::try_from(start["character"].as_u64().expect("a column")).expect("small");
    let page = hover(&mut client, "apps/hub.yaml", line, character);
    assert!(page.contains("# flux/source-missing\n"), "{page}");
    assert_eq!(client.end(), 0);
}

#[test]
fn what_an_edit_breaks_elsewhere_is_shown_there() {
    let environment = release();
    let (mut client, _) = Client::start(&environment, &modern());
    client.open("charts/charts.yaml", CHARTS);
    let renamed = CHARTS.replace("name: charts", "name: others");
    client.change("charts/charts.yaml", 2, None, &renamed);
    let findings = client.until("apps/hub.yaml", |findings| !findings.is_empty());
    assert_eq!(codes(&findings), ["flux/source-missing"]);
    client.change("charts/charts.yaml", 3, None, CHARTS);
    client.until("apps/hub.yaml", <[Value]>::is_empty);
    // Without saving, what was typed goes away with the document.
    client.change("charts/charts.yaml", 4, None, &renamed);
    client.until("apps/hub.yaml", |findings| !findings.is_empty());
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": client.uri("charts/charts.yaml") } }));
    client.until("apps/hub.yaml", <[Value]>::is_empty);
    assert_eq!(client.end(), 0);
}

const ASTRAL: &str = "# 𝔸é\n{ \"𝔸é\": 1, a: 2, \"𝔸é\": 3 }\n";

#[test]
fn columns_count_units_of_utf_16_unless_bytes_are_agreed() {
    let environment = Environment::new();
    let text = ASTRAL;
    environment.write("a.yaml", text);
    // `{ "𝔸é": 1, a: 2, ` has 17 characters; 𝔸 has two units and four bytes, é one unit and two bytes.
    for (capabilities, encoding, from, to) in [
        (json!({}), "utf-16", 18, 23),
        (json!({ "general": { "positionEncodings": ["utf-16", "utf-8"] } }), "utf-8", 21, 29),
    ] {
        let (mut client, said) = Client::start(&environment, &capabilities);
        assert_eq!(said["capabilities"]["positionEncoding"], encoding);
        let findings = client.open("a.yaml", text);
        assert_eq!(codes(&findings), ["yaml/duplicate-key"], "{findings:?}");
        assert_eq!(findings[0]["range"], range(1, from, to), "{encoding}");
        client.change("a.yaml", 2, Some(range(1, from, to)), "b");
        assert_eq!(client.findings_of("a.yaml", 2), Vec::<Value>::new());
        assert_eq!(client.end(), 0);
    }
}

#[test]
fn faults_of_the_configuration_are_shown_in_it() {
    let environment = Environment::new();
    let duplicate = "a: 1\na: 2\n";
    environment.write("a.yaml", duplicate);
    environment.write("treewright.toml", "[lint]\nignore = [\"yaml/duplicate-keys\"]\n");
    let (mut client, _) = Client::start(&environment, &modern());
    let findings = client.until("treewright.toml", |findings| !findings.is_empty());
    assert_eq!(findings[0]["range"], range(1, 10, 31));
    // Everything else is still linted, and the configuration counts once it is right.
    client.until("a.yaml", |findings| codes(findings) == ["yaml/duplicate-key"]);
    client.open("treewright.toml", "[lint]\nignore = [\"yaml/duplicate-key\"]\n");
    client.until("a.yaml", <[Value]>::is_empty);
    assert_eq!(client.end(), 0);
}

#[test]
fn nonsense_is_refused_and_the_server_goes_on() {
    let environment = budget();
    let (mut client, _) = Client::start(&environment, &modern());
    let code = |answer: Result<Value, Value>| answer.expect_err("a refusal")["code"].clone();
    assert_eq!(code(client.ask("treewright/unknown", json!({}))), -32601);
    assert_eq!(code(client.ask("textDocument/hover", json!({ "what": 1 }))), -32602);
    assert_eq!(code(client.ask("workspace/executeCommand", json!({ "command": "rm", "arguments": [] }))), -32602);
    client.tell("textDocument/didOpen", json!(5));
    client.tell("unknown/notice", json!({}));
    client.change("apps/never-opened.yaml", 3, None, "a");
    let elsewhere = json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": 9, "character": 9 } });
    assert_eq!(client.ask("textDocument/hover", elsewhere), Ok(Value::Null));
    assert_eq!(client.ask_at("textDocument/hover", "apps/budget.yaml", 4000, 4000), Value::Null);
    // Texts that are no YAML, binary and empty.
    for (version, text) in [(2, "a: [\n"), (3, "\u{0}\u{feff}\t: -"), (4, ""), (5, "\u{feff}a: 1\r\na: 2\r\n")] {
        if version == 2 {
            client.open("apps/budget.yaml", BUDGET);
        }
        client.change("apps/budget.yaml", version, None, text);
        client.findings_of("apps/budget.yaml", version);
        for line in 0..2 {
            client.ask_at("textDocument/hover", "apps/budget.yaml", line, 1);
            client.actions("apps/budget.yaml", &range(line, 0, 9));
        }
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn an_editor_that_goes_away_leaves_no_server_behind() {
    let environment = Environment::new();
    let (client, _) = Client::start(&environment, &modern());
    assert_eq!(client.leave(), 1);
    let (mut client, _) = Client::start(&environment, &modern());
    client.tell("exit", Value::Null);
    assert_eq!(client.leave(), 1);
    assert_eq!(Client::spawn(&environment).leave(), 1);
}

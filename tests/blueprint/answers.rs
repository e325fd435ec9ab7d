//! Answers: what follows from them, and what is said about those that cannot be.

use serde_json::json;
use treewright::{
    blueprint::{
        Blueprint, Engine, Problems,
        parameters::{Answers, Facts, Question, QuestionKind, questions},
        render,
        render::Renderer,
    },
    path::RepoPath,
    text::SourceText,
};

const MANIFEST: &str = "\
blueprint: b
version: 1.0.0
summary: s
parameters:
  host: {title: Host name, type: string, format: hostname, examples: [a.example.org]}
  exposure: {enum: [ingress, nodeport], default: ingress}
  node_port: {title: Node port, when: exposure == \"nodeport\", type: integer, minimum: 30000}
  tag: {type: string, default: \"v-[[ exposure ]]\"}
  vault:
    title: Vault
    type: object
    required: [server]
    properties:
      server: {title: Address, type: string, format: uri}
      mount: {type: string, default: app, pattern: \"^[a-z]+$\"}
  users:
    type: array
    default: []
    items: {type: object, required: [name], properties: {name: {type: string}, admin: {type: boolean, default: false}}}
required: [host, node_port]
checks:
  - {unless: \"users | selectattr('admin') | list | length <= 1\", parameter: users, message: More than one user is admin}
  - {level: warning, when: vault.mount == \"app\", parameter: vault.mount, message: \"The mount is [[ vault.mount ]]\"}
manifests: [o.yaml]
";

const OBJECT: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: [[ instance ]]
data:
  host: [[ host ]]
  tag: [[ tag ]]
  port: \"[[ node_port | default('none', true) ]]\"
  users: [[ users | map(attribute='name') | join(' ') ]]
";

fn blueprint() -> Blueprint {
    super::blueprint(&[("blueprint.yaml", MANIFEST), ("o.yaml", OBJECT)])
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn facts() -> Facts {
    Facts { instance: "i".to_owned(), engine: Engine::Flux, path: None }
}

fn answers(file: &str, arguments: &[&str]) -> Result<Answers, Problems> {
    let path = RepoPath::new("answers.yaml").expect("a path");
    let mut answers = if file.is_empty() { Answers::new() } else { Answers::from_file(&path, &SourceText::new(file))? };
    for argument in arguments {
        answers.set(argument, &blueprint().manifest.parameters)?;
    }
    Ok(answers)
}

fn object(file: &str, arguments: &[&str]) -> Result<String, String> {
    let answers = answers(file, arguments).map_err(|problems| problems.to_string())?;
    let instance = render(&blueprint(), &answers, &facts()).map_err(|problems| problems.to_string())?;
    Ok(instance.files[&RepoPath::new("o.yaml").expect("a path")].clone())
}

#[test]
fn answers_defaults_and_conditions_give_the_values() {
    let file = "host: h.example.org\nvault: {server: \"https://v\"}\nusers: [{name: a}, {name: b, admin: true}]\n";
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: i\ndata:\n  host: h.example.org\n";
    let found = object(file, &[]).expect("a tree");
    assert_eq!(found, format!("{head}  tag: v-ingress\n  port: \"none\"\n  users: a b\n"));
    let found = object(file, &["exposure=nodeport", "node_port=30001", "tag=1.10", "users=[]"]).expect("a tree");
    assert_eq!(found, format!("{head}  tag: \"1.10\"\n  port: \"30001\"\n  users: \"\"\n"));
}

#[test]
fn what_cannot_be_is_refused_at_its_place() {
    let ok = "host: h\nvault: {server: \"https://v\"}\n";
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "hots: h\nhost: h\nvault: {server: \"https://v\"}\n",
            &[],
            "answers.yaml:1:1: error: there is no parameter `hots`\n  help: did you mean `host`?",
        ),
        (
            ok,
            &["vault.mont=x"],
            "--set:1:1: error: there is no parameter `vault.mont`\n  help: did you mean `vault.mount`?",
        ),
        (ok, &["host"], "--set:1:1: error: the form is NAME=VALUE"),
        (
            ok,
            &["tag=x", "node_port=30001"],
            "--set:2:1: error: `node_port` is not asked here\n  help: it is asked when exposure == \"nodeport\"",
        ),
        (
            ok,
            &["exposure=ingres"],
            "--set:1:1: error: `exposure`: the value must be `ingress` or `nodeport`, not the text \"ingres\"; did you mean `ingress`?",
        ),
        (
            "host: h\nvault:\n  server: \"https://v\"\n  mount: a/b\n",
            &[],
            "answers.yaml:4:10: error: `vault.mount`: the value must match the pattern `^[a-z]+$`, not the text \"a/b\"",
        ),
        (
            "host: 1.10\nvault: {server: \"https://v\"}\n",
            &[],
            "answers.yaml:1:7: error: `host`: the value must be a text, not the number 1.1; put it in quotes\n  help: for example a.example.org",
        ),
        (
            "host: h\nvault: {server: \"https://v\"}\nusers: [{name: a, admn: true}]\n",
            &[],
            "answers.yaml:3:19: error: there is no parameter `users.0.admn`\n  help: did you mean `admin`?",
        ),
        (
            "host: h\nvault: {server: \"https://v\"}\nusers: [{name: a, admin: true}, {name: b, admin: true}]\n",
            &[],
            "answers.yaml:2:1: warning: The mount is app\nanswers.yaml:3:8: error: More than one user is admin",
        ),
        (
            "host: h\nvault: x\n",
            &[],
            "answers.yaml:2:8: error: `vault`: the value must be a mapping, not the text \"x\"",
        ),
        (
            "a: b: c\n",
            &[],
            "answers.yaml:1:4: error: a value without quotes cannot hold a colon followed by a blank\n  help: write `'b: c'`",
        ),
    ];
    for (file, arguments, expected) in cases {
        let found = object(file, arguments).expect_err(expected);
        assert_eq!(found, *expected, "{file}");
    }
}

#[test]
fn missing_answers_are_listed_all_at_once() {
    let found = object("exposure: nodeport\n", &[]).expect_err("answers are missing");
    let expected = "\
answers.yaml: error: `host` has no answer (Host name)
  help: --set host=a.example.org, or `host` in the answers file
answers.yaml: error: `node_port` has no answer (Node port)
  help: --set node_port=…, or `node_port` in the answers file
answers.yaml: error: `vault.server` has no answer (Address)
  help: --set vault.server=…, or `vault.server` in the answers file";
    assert_eq!(found, expected);
    let found = object("", &[]).expect_err("answers are missing");
    assert_eq!(found.lines().next(), Some("b/blueprint.yaml:5:3: error: `host` has no answer (Host name)"));
}

#[test]
fn warnings_do_not_refuse() {
    let answers = answers("host: h\nvault:\n  server: \"https://v\"\n  mount: app\n", &[]).expect("answers");
    let instance = render(&blueprint(), &answers, &facts()).expect("an instance");
    assert_eq!(instance.warnings.to_string(), "answers.yaml:4:10: warning: The mount is app");
    assert_eq!(
        serde_json::Value::Object(instance.answers),
        json!({"host": "h", "vault": {"server": "https://v", "mount": "app"}})
    );
}

#[test]
fn open_questions_follow_the_answers() {
    let blueprint = blueprint();
    let mut answers = Answers::new();
    let open = |answers: &Answers| questions(&Renderer::new(), &blueprint, answers, &facts());
    let names = |open: &[Question]| open.iter().map(|question| question.route.join(".")).collect::<Vec<_>>();
    assert_eq!(
        names(&open(&answers)),
        [
            "host",
            "exposure",
            "tag",
            "vault.server",
            "vault.mount",
            "users",
            "gitops.source",
            "gitops.namespace",
            "gitops.repository",
            "gitops.revision",
            "gitops.literal_secrets"
        ]
    );
    answers.insert(&["exposure"], json!("nodeport"));
    let now = open(&answers);
    assert_eq!(
        names(&now),
        [
            "host",
            "node_port",
            "tag",
            "vault.server",
            "vault.mount",
            "users",
            "gitops.source",
            "gitops.namespace",
            "gitops.repository",
            "gitops.revision",
            "gitops.literal_secrets"
        ]
    );
    assert_eq!((now[1].kind, now[1].is_required, &now[1].default), (QuestionKind::Integer, true, &None));
    assert_eq!(now[1].read("80").expect_err("too small"), "the value must be at least 30000, not 80");
    assert_eq!(now[1].read("30080").expect("a port"), json!(30080));
    assert_eq!((&now[2].default, &now[3].group), (&Some(json!("v-nodeport")), &vec!["Vault".to_owned()]));
}

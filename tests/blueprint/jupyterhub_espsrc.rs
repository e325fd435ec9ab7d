//! The blueprint `jupyterhub-espsrc` beyond its own two tests: what it refuses, and what holds for every way it can be answered.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use treewright::{
    blueprint::{
        Blueprint, Engine, Instance, Problems, check,
        parameters::{Answers, Facts},
        render,
    },
    path::RepoPath,
    text::SourceText,
};

/// What has to be answered and has no bearing on anything below.
const GIT: &str = "git: {owner: group, repository: tree}\n";

/// Answers that take every branch of the blueprint, together with its own tests.
const SITES: &[(&str, &str)] = &[
    (
        "gateway",
        "host: hub.example.org
exposure: httproute
gateway: {name: public}
access: {admin_users: [ada]}
profiles: []
features: {culling: false, network_policy: false, hub_secrets: false}
git: {provider: github, owner: group, repository: tree, auth: token}
",
    ),
    (
        "balancer",
        "host: hub.example.org
exposure: loadbalancer
contact_email: hub@example.org
chart: {version: 3.3.8}
access: {allowed_groups: [physics]}
features: {local_path: true, manila_share: true}
local_path: {mode: node-path-map, path: /srv/homes}
git: {owner: ada, owner_is_user: true, repository: tree, auth: ssh}
",
    ),
    (
        "packaged",
        "host: hub.example.org
base_url: /a/b/
access: {allow_all: true}
features: {local_path: true, monitoring: true, namespace_object: false}
local_path: {packaged_by_k3s: true}
git: {owner: group, repository: tree, auth: token}
",
    ),
];

fn blueprint_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/jupyterhub-espsrc")
}

fn instance(name: &str, answers: &str) -> Result<Instance, Problems> {
    let blueprint = Blueprint::read(super::folder("jupyterhub-espsrc", &blueprint_folder()))?;
    let path = RepoPath::new("answers.yaml").expect("a path");
    let answers = Answers::from_file(&path, &SourceText::new(answers))?;
    render(&blueprint, &answers, &Facts { instance: name.to_owned(), engine: Engine::Flux, path: None })
}

/// The instances of all sites: those above, and those of the blueprint's own tests.
fn instances() -> Vec<Instance> {
    let own = ["notebook", "lab"].map(|case| {
        let path = blueprint_folder().join("tests").join(case).join("answers.yaml");
        (case, fs::read_to_string(path).expect("the answers of a test"))
    });
    let own = own.iter().map(|(name, answers)| (*name, answers.as_str()));
    let sites = SITES.iter().copied().chain(own);
    sites
        .map(|(name, answers)| instance(name, answers).unwrap_or_else(|problems| panic!("{name}:\n{problems}")))
        .collect()
}

fn refusal(answers: &str) -> String {
    match instance("hub", &format!("{answers}{GIT}")) {
        Ok(_) => panic!("not refused:\n{answers}"),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn the_blueprint_itself_has_no_fault() {
    let blueprint = Blueprint::read(super::folder("jupyterhub-espsrc", &blueprint_folder())).expect("a manifest");
    assert_eq!(check(&blueprint).to_string(), "");
}

#[test]
fn answers_that_cannot_work_are_refused_at_their_place() {
    let host = "host: hub.example.org\n";
    let open = "host: hub.example.org\naccess: {allow_all: true}\n";
    let cases = [
        ("access: {allow_all: true}\n".to_owned(), "host"),
        (host.to_owned(), "Nobody could log in"),
        (format!("{host}access: {{allow_all: yes please}}\n"), "allow_all"),
        (format!("{open}node_port: 8080\n"), "30000"),
        (format!("{open}exposure: ingress\nnode_port: 31000\n"), "`node_port` is not asked here"),
        (format!("{open}exposure: loadbalancer\n"), "contact_email"),
        (format!("{open}exposure: httproute\ngateway: {{name: public}}\nchart: {{version: 4.2.0}}\n"), "4.3.0"),
        (format!("{open}features: {{logo: true}}\n"), "logo_svg"),
        (format!("{open}vault: {{path: /jupyter}}\n"), "answers.yaml:3:15"),
        (format!("{open}vault: {{path: data/jupyter}}\n"), "answers.yaml:3:15"),
        (format!("{open}vault: {{fields: {{token: \"a b\"}}}}\n"), "token"),
        (format!("{open}oauth: {{scopes: [profile]}}\n"), "scopes"),
        (format!("{open}oauth: {{token_url: http://iam.example.org/token}}\n"), "token_url"),
        (format!("{open}user: {{cpu_guarantee: 2}}\n"), "The CPU guarantee is more than the limit"),
        (format!("{open}user: {{memory_guarantee: 2G}}\n"), "The memory guarantee is more than the limit"),
        (format!("{open}user: {{image: {{tag: latest}}}}\n"), "tag"),
        (format!("{open}profiles: [{{display_name: A, image: \"a:latest\"}}]\n"), "image"),
        (format!("{open}profiles: [{{display_name: A}}, {{display_name: a}}]\n"), "Two profiles have one name"),
        (
            format!("{open}profiles: [{{display_name: A, default: true}}, {{display_name: B, default: true}}]\n"),
            "More than one profile is the default",
        ),
        (format!("{open}refresh_interval: 15\n"), "refresh_interval"),
        (format!("{open}hosts: a.example.org\n"), "did you mean `host`?"),
    ];
    for (answers, expected) in cases {
        let refusal = refusal(&answers);
        assert!(refusal.contains(expected), "{answers}\nis refused without `{expected}`:\n{refusal}");
    }
}

#[test]
fn what_is_risky_is_said() {
    let warnings = |answers: &str| {
        let instance = instance("hub", &format!("{answers}{GIT}")).unwrap_or_else(|problems| panic!("{problems}"));
        instance.warnings.to_string()
    };
    let open = warnings("host: hub.example.org\naccess: {allow_all: true}\n");
    assert!(open.contains("Every account of SKA IAM may start servers"), "{open}");
    assert!(open.contains("Secrets travel unencrypted"), "{open}");
    let closed =
        "host: hub.example.org\naccess: {admin_users: [ada]}\nvault: {server: \"https://vault.example.org\"}\n";
    assert_eq!(warnings(closed), "");
    let unknown = warnings(&format!("{closed}chart: {{version: 9.9.9}}\n"));
    assert!(unknown.contains("not tried with chart 9.9.9"), "{unknown}");
}

fn field<'y>(value: &'y serde_yaml::Value, path: &[&str]) -> &'y serde_yaml::Value {
    path.iter().fold(value, |value, key| &value[*key])
}

fn yaml(instance: &Instance, file: &str) -> serde_yaml::Value {
    let text = &instance.files[&RepoPath::new(file).expect("a path")];
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_key_of_the_secret_is_made_and_read_and_nothing_comes_after_it() {
    for instance in instances() {
        let external = yaml(&instance, "externalsecret.yaml");
        let release = yaml(&instance, "helmrelease.yaml");
        let text = |value: &serde_yaml::Value| value.as_str().expect("a text").to_owned();
        let made: Vec<String> = field(&external, &["spec", "data"])
            .as_sequence()
            .expect("data")
            .iter()
            .map(|entry| text(&entry["secretKey"]))
            .collect();
        let values = field(&release, &["spec", "valuesFrom"]).as_sequence().expect("valuesFrom");
        let (objects, secrets): (Vec<_>, Vec<_>) = values.iter().partition(|entry| entry["kind"] == "ConfigMap");
        assert_eq!(values[0]["kind"], "ConfigMap", "the public values come first");
        assert_eq!(objects.len(), 1);
        let read: Vec<String> = secrets.iter().map(|entry| text(&entry["valuesKey"])).collect();
        assert_eq!(made, read, "{}", instance.name);
        assert!(secrets.iter().all(|entry| entry["name"] == external["spec"]["target"]["name"]));
        let targets: BTreeSet<String> = secrets.iter().map(|entry| text(&entry["targetPath"])).collect();
        assert_eq!(targets.len(), secrets.len(), "each value has a place of its own");
    }
}

#[test]
fn texts_of_any_kind_stay_where_they_belong() {
    let texts = [
        "no",
        "0042",
        "a: b # c",
        "\"quoted' \\",
        "- [x, {y: z}]",
        "${HOME} $${x}",
        "{{ .Values.x }}",
        "first\n  second\n",
        " blank ",
    ];
    for text in texts {
        let word = serde_json::to_string(text).expect("a JSON text");
        let answers = format!(
            "host: hub.example.org
access: {{admin_groups: [{word}]}}
oauth: {{login_service: {word}}}
profiles: [{{display_name: {word}, description: {word}, slug: one}}]
{GIT}"
        );
        let instance = instance("hub", &answers).unwrap_or_else(|problems| panic!("{text:?}:\n{problems}"));
        let object = yaml(&instance, "values.yaml");
        let values = object["data"]["values.yaml"].as_str().expect("values");
        let values: serde_yaml::Value =
            serde_yaml::from_str(values).unwrap_or_else(|error| panic!("{error}:\n{values}"));
        let class = field(&values, &["hub", "config", "GenericOAuthenticator"]);
        assert_eq!(class["login_service"], *text);
        assert_eq!(class["admin_groups"][0], *text);
        let profile = &values["singleuser"]["profileList"][0];
        assert_eq!((&profile["display_name"], &profile["description"]), (&text.into(), &text.into()));
        let untouched = &object["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/substitute"];
        assert_eq!(text.contains("${"), *untouched == *"disabled", "Flux substitutes nothing in {text:?}");
    }
}

/// The blocks of a page that are marked as shell.
fn shell_blocks(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in page.lines() {
        match (&mut block, line) {
            (None, "```sh") => block = Some(String::new()),
            (Some(_), "```") => blocks.extend(block.take()),
            (Some(text), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    assert!(block.is_none(), "a block is not closed");
    blocks
}

fn runbook(instance: &Instance) -> &str {
    &instance.files[&RepoPath::new("RUNBOOK.md").expect("a path")]
}

#[test]
fn no_runbook_leaves_a_gap_or_repeats_a_trap() {
    for instance in instances() {
        let page = runbook(&instance);
        for trap in ["[[", "[%", "path \"*\"", "kubectl edit", "policies=*", "TODO", "<your"] {
            assert!(!page.contains(trap), "{}: `{trap}` in\n{page}", instance.name);
        }
        assert_eq!(page.matches("vault kv put -mount").count(), 1, "one command fills the entry");
        assert!(!page.contains("\n\n\n"), "{}: blank lines in a row", instance.name);
        assert!(page.lines().all(|line| line.trim_end() == line), "{}: blanks at the end of a line", instance.name);
        assert_eq!(
            page.contains("--personal"),
            page.contains("--owner=ada"),
            "only a user is bootstrapped as a person"
        );
    }
}

#[test]
fn the_shell_of_every_runbook_passes_shellcheck() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        eprintln!("skipped: no shellcheck on PATH");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for instance in instances() {
        for (number, block) in shell_blocks(runbook(&instance)).iter().enumerate() {
            fs::write(folder.path().join(format!("{}-{number:02}.sh", instance.name)), block).expect("a file");
        }
    }
    let files = fs::read_dir(folder.path()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let output = Command::new("shellcheck").args(["-s", "sh"]).args(files).output().expect("shellcheck starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn kustomize_builds_every_instance() {
    if Command::new("kubectl").args(["kustomize", "--help"]).output().is_err() {
        eprintln!("skipped: no kubectl on PATH");
        return;
    }
    for instance in instances() {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in &instance.files {
            fs::write(folder.path().join(path.as_str()), text).expect("a file");
        }
        let output = Command::new("kubectl").arg("kustomize").arg(folder.path()).output().expect("kubectl starts");
        assert!(output.status.success(), "{}: {}", instance.name, String::from_utf8_lossy(&output.stderr));
        let objects = instance.files.iter().filter(|(path, _)| path.extension() == Some("yaml"));
        let objects = objects.map(|(_, text)| text).map(|text| text.matches("\nkind: ").count()).sum::<usize>() - 1;
        let built = String::from_utf8_lossy(&output.stdout).matches("\nkind: ").count();
        assert_eq!(built, objects, "{}: every object but the kustomization itself is built", instance.name);
    }
}

//! The bundled deployments as whole trees: what holds for every one of them and for each of the sites that come with it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use rayon::prelude::*;
use treewright::{
    blueprint::{
        Blueprint, Engine, Instance, Problems,
        catalogue::{bundled, bundled_names},
        parameters::{Answers, Facts},
        render,
    },
    path::RepoPath,
    schema::Catalogue,
    text::SourceText,
};

use super::environment::{Environment, files};

/// Each deployment with each site that comes with it.
fn sites() -> Vec<(String, String)> {
    let names = bundled_names().into_iter();
    names
        .flat_map(|name| {
            let cases = blueprint(&name).examples();
            cases.into_iter().map(move |case| (name.clone(), case))
        })
        .collect()
}

fn blueprint(name: &str) -> Blueprint {
    bundled(name).expect(name).unwrap_or_else(|problems| panic!("{problems}"))
}

fn rendered(name: &str, case: &str, answers: &Answers) -> Result<Instance, Problems> {
    let engine = if is_for_argo(name, case) { Engine::ArgoCd } else { Engine::Flux };
    render(&blueprint(name), answers, &Facts { instance: "site".to_owned(), engine, path: None })
}

fn folder(name: &str, case: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("blueprints").join(name).join("tests").join(case)
}

/// Whether a site is followed by Argo CD: the tree expected from it says so.
fn is_for_argo(name: &str, case: &str) -> bool {
    folder(name, case).join("argocd").is_dir()
}

fn instance(name: &str, case: &str) -> Instance {
    let answers = blueprint(name).example(case).expect(case).unwrap_or_else(|problems| panic!("{problems}"));
    rendered(name, case, &answers).unwrap_or_else(|problems| panic!("{name} {case}:\n{problems}"))
}

/// The instance of a site in a repository of its own.
fn written(name: &str, case: &str) -> Environment {
    let environment = Environment::new();
    let engine = if is_for_argo(name, case) { "argocd" } else { "flux" };
    let run =
        environment.treewright(&["new", name, "site", "--init", "--example", case, "--engine", engine, "--commit"]);
    assert_eq!(run.code, 0, "{name} {case}: {}", run.stderr);
    environment
}

/// What the linter says beyond its default set; docs/deployments.md gives the reason for each.
const EXCEPTIONS: [&str; 10] = [
    "argo/inert-wave",
    "helm/target-path-not-literal",
    "jupyterhub/grant-sudo",
    "kubernetes/host-path",
    "kubernetes/privileged",
    "kubernetes/run-as-root",
    "kustomize/unsorted",
    "repo/example-domain",
    "secret/argo-permanent-diff",
    "secret/nobody-makes",
];

#[test]
fn beyond_the_default_set_only_what_is_meant_is_found() {
    let found: Vec<BTreeSet<String>> = sites()
        .par_iter()
        .map(|(name, case)| {
            let run = written(name, case).treewright(&["lint", "--extend", "all", "--format", "json"]);
            let report: serde_json::Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
            let findings = report["findings"].as_array().expect("findings");
            let rules: BTreeSet<String> =
                findings.iter().map(|finding| finding["rule"].as_str().expect("a rule").to_owned()).collect();
            let meant: BTreeSet<String> = EXCEPTIONS.map(str::to_owned).into();
            let other: Vec<_> = rules.difference(&meant).collect();
            assert!(other.is_empty(), "{name} {case}: {other:?}");
            rules
        })
        .collect();
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/deployments.md")).expect("the page");
    for rule in EXCEPTIONS {
        assert!(found.iter().any(|rules| rules.contains(rule)), "{rule} is an exception that no site needs");
        assert!(page.contains(&format!("- `{rule}`")), "docs/deployments.md gives no reason for {rule}");
    }
}

/// Whether the kind of an object is known, so that it was checked.
fn is_known(object: &serde_yaml::Value) -> bool {
    let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    group == "kustomize.config.k8s.io" || Catalogue::embedded().lookup(group, version, &kind).is_some()
}

#[test]
fn the_schema_of_every_object_is_known() {
    for (name, case) in sites() {
        for (path, text) in instance(&name, &case).files.iter().filter(|(path, _)| path.extension() == Some("yaml")) {
            for object in serde_yaml::Deserializer::from_str(text) {
                let object: serde_yaml::Value = serde::Deserialize::deserialize(object).expect("YAML");
                // Values of a chart, which Argo CD reads from a file.
                let is_object = object.get("apiVersion").is_some();
                assert!(!is_object || is_known(&object), "{name} {case} {path}: {:?}", object["kind"]);
            }
        }
    }
}

/// What two clusters apply is what one instance for each would be.
#[test]
fn clusters_that_share_a_base_apply_what_each_alone_would() {
    for (name, case) in [
        ("jupyterhub-espsrc", "notebook"),
        ("jupyterhub-gpu", "native"),
        ("jupyterhub-firecrest", "daint-argocd"),
        ("jupyterlab-manifests", "lsst"),
        ("jupyterlab-manifests", "small-argocd"),
    ] {
        let environment = Environment::new();
        let engine = if is_for_argo(name, case) { "argocd" } else { "flux" };
        let repository = "https://git.example.org/group/tree.git";
        let mut init = vec!["init", "--engine", engine, "--cluster", "staging,production", "--commit"];
        if engine == "argocd" {
            init.extend(["--repository", repository]);
        }
        let run = environment.treewright(&init);
        assert_eq!(run.code, 0, "{}", run.stderr);
        // All that is registered elsewhere than in `apps` would need its own skeleton.
        let root = root_of(name, case);
        for cluster in ["staging", "production"] {
            let list = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n";
            if !environment.work().join(format!("{root}/{cluster}/kustomization.yaml")).exists() {
                environment.write(&format!("{root}/{cluster}/kustomization.yaml"), list);
            }
        }
        environment.git(&["add", "."]);
        environment.git(&["commit", "--quiet", "--allow-empty", "-m", "Make room"]);
        // The site names another repository than this one.
        let address = format!("gitops.repository={repository}");
        let mut arguments = vec!["new", name, "site", "--example", case, "--engine", engine];
        if engine == "argocd" {
            arguments.extend(["--set", &address]);
        }
        let host = "clusters.staging.host=hub.staging.example.net";
        let mut both = arguments.clone();
        both.extend(["--cluster", "staging,production", "--set", host]);
        let run = environment.treewright(&both);
        assert_eq!(run.code, 0, "{name} {case}: {}", run.stderr);
        let base = environment.work().join(format!("{root}/base/site"));
        assert!(!kustomizations(&base).is_empty(), "{name} {case} shares nothing");
        assert_eq!(environment.treewright(&["status"]).code, 0, "{name} {case}");
        let of = |prefix: &str| -> BTreeSet<String> {
            let directories = kustomizations(&environment.work().join(prefix));
            assert!(!directories.is_empty(), "{name} {case}: no kustomization in {prefix}");
            let objects = directories.iter().flat_map(|directory| {
                let run = environment.treewright(&["build", &format!("{prefix}/{directory}")]);
                // What Helm renders is read from the files below.
                run.stdout.split("---\n").map(str::to_owned).collect::<Vec<_>>()
            });
            objects.map(|object| object.trim().to_owned()).filter(|object| !object.is_empty()).collect()
        };
        let shared = of(&format!("{root}/staging/site"));
        environment.git(&["clean", "-fdq"]);
        environment.git(&["checkout", "--quiet", "."]);
        let path = format!("{root}/staging/site");
        let mut alone = arguments.clone();
        alone.extend(["--path", &path, "--set", "host=hub.staging.example.net"]);
        let run = environment.treewright(&alone);
        assert_eq!(run.code, 0, "{name} {case}: {}", run.stderr);
        assert_eq!(shared, of(&path), "{name} {case}");
    }
}

/// The directory that the cluster of a site reconciles.
fn root_of(name: &str, case: &str) -> String {
    instance(name, case).root.to_string()
}

/// The directories below one that have a kustomization, from there.
fn kustomizations(directory: &Path) -> Vec<String> {
    let lists = files(directory).into_iter().filter(|(path, _)| path.ends_with("kustomization.yaml"));
    lists.map(|(path, _)| path.parent().expect("a folder").to_string_lossy().into_owned()).collect()
}

#[test]
fn every_site_lints_clean_and_builds_as_with_kubectl() {
    let has_kubectl = Command::new("kubectl").args(["version", "--client"]).output().is_ok();
    if !has_kubectl {
        eprintln!("builds not compared: no kubectl on PATH");
    }
    for (name, case) in sites() {
        let environment = written(&name, &case);
        let lint = environment.treewright(&["lint"]);
        assert_eq!((lint.code, lint.stdout.as_str()), (0, ""), "{name} {case}: {}", lint.stderr);
        let work = environment.work();
        let tree = files(&work);
        // What Argo CD renders with Helm nobody else can.
        let is_plain = |text: &[u8]| !String::from_utf8_lossy(text).contains("\nhelmCharts:");
        let plain = tree.iter().filter(|(path, text)| path.ends_with("kustomization.yaml") && is_plain(text));
        for (path, _) in plain.filter(|_| has_kubectl) {
            let directory = path.parent().expect("a folder").to_string_lossy().into_owned();
            let ours = environment.treewright(&["build", &directory]);
            let theirs = environment.run(Command::new("kubectl").args(["kustomize", &directory]).current_dir(&work));
            assert_eq!(theirs.code, 0, "{name} {case} {directory}: {}", theirs.stderr);
            assert_eq!(ours.stdout, theirs.stdout, "{name} {case} {directory}");
        }
    }
}

#[test]
fn every_secret_of_every_site_goes_all_the_way() {
    for (name, case) in sites() {
        let environment = written(&name, &case);
        let mut secrets = BTreeSet::new();
        for (path, text) in files(&environment.work()) {
            if path.ends_with("externalsecret.yaml") {
                let text = String::from_utf8(text).expect("UTF-8");
                let objects = serde_yaml::Deserializer::from_str(&text);
                for object in objects {
                    let object: serde_yaml::Value = serde::Deserialize::deserialize(object).expect("YAML");
                    secrets.insert(object["spec"]["target"]["name"].as_str().expect("a name").to_owned());
                }
            }
        }
        assert!(!secrets.is_empty(), "{name} {case}");
        for secret in secrets {
            let run = environment.treewright(&["trace", &format!("secret/{secret}")]);
            assert_eq!(run.code, 0, "{name} {case} {secret}:\n{}{}", run.stdout, run.stderr);
        }
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
    for (name, case) in sites() {
        let instance = instance(&name, &case);
        let page = runbook(&instance);
        let traps = ["[[", "[%", "path \"*\"", "kubectl edit", "policies=*", "TODO", "FIXME", "<your", "-nodes --"];
        for trap in traps {
            assert!(!page.contains(trap), "{name} {case}: `{trap}` in\n{page}");
        }
        assert!(!page.contains("\n\n\n"), "{name} {case}: blank lines in a row\n{page}");
        assert!(page.lines().all(|line| line.trim_end() == line), "{name} {case}: blanks at the end of a line");
        for step in page.split("\n## ").skip(1).filter(|step| step.contains("```sh")) {
            let title = step.lines().next().unwrap_or_default();
            assert!(step.contains("Check"), "{name} {case}: `{title}` has no check");
            assert!(step.contains("Undo") || step.contains("step"), "{name} {case}: `{title}` has no undo");
        }
    }
}

#[test]
fn the_shell_of_every_runbook_passes_shellcheck() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        eprintln!("skipped: no shellcheck on PATH");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, case) in sites() {
        for (number, block) in shell_blocks(runbook(&instance(&name, &case))).iter().enumerate() {
            fs::write(folder.path().join(format!("{name}-{case}-{number:02}.sh")), block).expect("a file");
        }
    }
    let written = fs::read_dir(folder.path()).expect("the folder");
    let written: Vec<PathBuf> = written.map(|entry| entry.expect("an entry").path()).collect();
    let output = Command::new("shellcheck").args(["-s", "sh"]).args(written).output().expect("shellcheck starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The answers of a site with some of them replaced.
fn answers(name: &str, case: &str, changed: &str) -> Answers {
    let text = fs::read_to_string(folder(name, case).join("answers.yaml")).expect("the answers");
    let mut answers: serde_yaml::Mapping = serde_yaml::from_str(&text).expect("a mapping");
    let changed: serde_yaml::Mapping = serde_yaml::from_str(changed).expect("a mapping");
    answers.extend(changed);
    let text = serde_yaml::to_string(&answers).expect("YAML");
    let path = RepoPath::new("answers.yaml").expect("a path");
    Answers::from_file(&path, &SourceText::new(text.as_str())).expect("answers")
}

/// Whether a text is a scalar somewhere, values of charts included.
fn holds(value: &serde_yaml::Value, text: &str) -> bool {
    match value {
        serde_yaml::Value::String(found) if found == text => true,
        serde_yaml::Value::String(found) if found.contains(":\n") => {
            serde_yaml::from_str(found).is_ok_and(|inner: serde_yaml::Value| !inner.is_string() && holds(&inner, text))
        }
        serde_yaml::Value::Sequence(items) => items.iter().any(|item| holds(item, text)),
        serde_yaml::Value::Mapping(entries) => entries.values().any(|value| holds(value, text)),
        _ => false,
    }
}

#[test]
fn texts_of_any_kind_stay_where_they_belong() {
    let places = [
        ("jupyterhub-magnum", "course", "choices: {profiles: [{display_name: TEXT, slug: one}]}"),
        ("jupyterhub-gpu", "stfc", "oauth: {login_service: TEXT}"),
        ("jupyterlab-manifests", "lsst", "lab: {selector_title: TEXT}"),
    ];
    let texts = [
        "no",
        "0042",
        "a: b # c",
        "\"quoted' \\",
        "- [x, {y: z}]",
        "${HOME} $${x}",
        "{{ .Values.x }}",
        "one\n  two\n",
        " blank ",
    ];
    for (name, case, place) in places {
        for text in texts {
            let word = serde_json::to_string(text).expect("a JSON text");
            let answers = answers(name, case, &place.replace("TEXT", &word));
            let instance =
                rendered(name, case, &answers).unwrap_or_else(|problems| panic!("{name} {text:?}:\n{problems}"));
            let yaml = instance.files.iter().filter(|(path, _)| path.extension() == Some("yaml"));
            let is_there = yaml.flat_map(|(_, file)| serde_yaml::Deserializer::from_str(file)).any(|object| {
                let object: serde_yaml::Value = serde::Deserialize::deserialize(object).expect("YAML");
                holds(&object, text)
            });
            assert!(is_there, "{name}: {text:?} is nowhere");
        }
    }
}

/// Answers that cannot work are refused, and the message names what to change.
#[test]
fn answers_that_cannot_work_are_refused() {
    let cases = [
        ("jupyterhub-magnum", "course", "cluster: a-name-that-is-much-too-long-for-this\n", "cluster"),
        ("jupyterhub-magnum", "course", "dns_zone: example.org\n", "dns_zone"),
        ("jupyterhub-magnum", "course", "access: {allow_existing: false}\n", "Nobody could log in"),
        ("jupyterhub-magnum", "course", "access: {admin_users: [Ada]}\n", "admin_users"),
        ("jupyterhub-magnum", "course", "scheduling: {placeholders: 2, pod_priority: false}\n", "set pod_priority"),
        (
            "jupyterhub-magnum",
            "course",
            "choices: {profiles: [{display_name: A, node_group: large}]}\n",
            "names a node group that magnum.node_groups does not make",
        ),
        (
            "jupyterhub-gpu",
            "certificate",
            "features: {magnum: false, gpu: false, limits: true, log_shipping: true}\nchoices: {profiles: [{display_name: G, gpus: 1}]}\n",
            "features.gpu leaves out",
        ),
        (
            "jupyterhub-gpu",
            "stfc",
            "magnum: {masters: 2, flavor: l3.micro, keypair: ops, master_flavor: l3.nano, template: kubernetes-1-30}\n",
            "even number",
        ),
        ("jupyterhub-gpu", "native", "access: {}\n", "native.admins"),
        ("jupyterlab-manifests", "lsst", "nfs: {cluster_ip: 10.11.240.200, size: 600Gi}\n", "smaller than the volume"),
        ("jupyterlab-manifests", "lsst", "nfs: {}\n", "nfs.cluster_ip"),
        ("jupyterlab-manifests", "lsst", "lab: {images: [{name: A, image: lab}]}\n", "image"),
        ("jupyterhub-firecrest", "daint", "host: jupyterhub\n", "host"),
        ("jupyterhub-firecrest", "daint", "keycloak: {server: \"http://sso.example.org\", realm: a}\n", "server"),
        ("jupyterhub-magnum", "course-argocd", "git: {owner: a, repository: b}\n", "`git` is not asked here"),
    ];
    for (name, case, changed, expected) in cases {
        let answers = answers(name, case, changed);
        let refused = match rendered(name, case, &answers) {
            Ok(_) => panic!("{name} is not refused with {changed}"),
            Err(problems) => problems.to_string(),
        };
        assert!(refused.contains(expected), "{name} with {changed} is refused without `{expected}`:\n{refused}");
    }
}

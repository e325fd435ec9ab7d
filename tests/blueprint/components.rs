//! Components: what is handed down, what is referred to, what comes together, and what is refused.

use std::collections::BTreeMap;

use treewright::{
    blueprint::{
        Blueprint, Engine, Folder, Instance, Problems,
        parameters::{Answers, Facts},
        render,
    },
    path::RepoPath,
    text::SourceText,
};

/// Blueprints by name, each with its files; the first is the one that is read.
fn read(blueprints: &[(&str, &[(&str, &str)])]) -> Result<Blueprint, Problems> {
    let folders: BTreeMap<String, Folder> = blueprints
        .iter()
        .map(|(name, files)| {
            let files =
                files.iter().map(|(path, text)| (RepoPath::new(path).expect("a path"), text.as_bytes().to_vec()));
            ((*name).to_owned(), Folder::new(RepoPath::new(name).expect("a path"), files))
        })
        .collect();
    Blueprint::read_with(folders[blueprints[0].0].clone(), &|name| Ok(folders.get(name).cloned()))
}

fn instance(blueprint: &Blueprint, answers: &str) -> Result<Instance, Problems> {
    let answers = Answers::from_file(&RepoPath::new("answers.yaml").expect("a path"), &SourceText::new(answers))?;
    render(blueprint, &answers, &Facts { instance: "site".to_owned(), engine: Engine::Flux, path: None })
}

fn file<'i>(instance: &'i Instance, name: &str) -> &'i str {
    instance.files.get(&RepoPath::new(name).expect("a path")).unwrap_or_else(|| panic!("no {name}"))
}

const STORE: &str = "\
blueprint: store
version: 1.0.0
summary: A store
engines: [flux]
parameters:
  namespace: {title: Namespace, type: string}
  server: {title: Server, type: string, default: \"https://vault.[[ namespace ]]\", pattern: \"^https://\"}
  mount: {title: Mount, type: string, default: app}
required: [namespace]
names: {account: \"[[ namespace ]]-reader\"}
stores:
  main: {kind: vault-kubernetes, name: vault, namespace: \"[[ namespace ]]\", server: \"[[ server ]]\", mount: \"[[ mount ]]\", auth: {role: r, service-account: \"[[ account ]]\"}}
runbook: [{file: vault.md, phase: store}]
next-steps: [\"Unseal [[ server ]].\"]
";

const HUB: &str = "\
blueprint: hub
version: 1.0.0
summary: A release
engines: [flux]
parameters: {namespace: {title: N, type: string}, size: {title: Size, type: integer, default: 1}}
releases:
  main:
    name: hub
    namespace: \"[[ namespace ]]\"
    chart: {name: jupyterhub, version: 4.4.0, repository: {name: r, namespace: \"[[ namespace ]]\", url: \"https://charts.example.org\"}}
    values: [{inline: {hub: {size: \"[[ size ]]\"}}}]
";

const LOGIN: &str = "\
blueprint: login
version: 1.0.0
summary: Login
engines: [flux]
needs: {hub: release, secrets: secret-set}
parameters: {realm: {title: Realm, type: string}}
required: [realm]
secrets:
  client: {from: {path: hub, property: client}, to: [{release: hub, value: \"hub.[[ realm ]]\"}]}
values:
  hub: [values/login.yaml]
manifests: [manifests/note.yaml]
runbook: [{file: login.md, phase: register}]
";

const LOGIN_FILES: &[(&str, &str)] = &[
    ("blueprint.yaml", LOGIN),
    ("values/login.yaml", "hub:\n  title: [[ hub.namespace ]]/[[ hub.name ]] reads [[ secrets.name ]]\n"),
    (
        "manifests/note.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [[ realm ]]\n  namespace: [[ hub.namespace ]]\n",
    ),
    ("login.md", "# Register [[ realm ]] for [[ wiring.releases.hub.name ]]\n"),
];

const SITE: &str = "\
blueprint: site
version: 1.0.0
summary: A site
engines: [flux]
parameters:
  namespace: {title: Namespace, type: string, default: lab}
  second: {title: A second login, type: boolean, default: false}
uses:
  - {component: store, with: {namespace: \"[[ namespace ]]\"}, defaults: {mount: \"[[ namespace ]]-kv\"}}
  - {component: hub, with: {namespace: \"[[ namespace ]]\"}}
  - {component: login, as: github, bind: {secrets: made}}
  - {component: login, as: keycloak, when: second, bind: {secrets: made, hub: hub.main}, with: {realm: kc}}
secret-sets:
  made: {store: store, name: secrets, namespace: \"[[ store.namespace ]]\"}
values:
  hub: [{inline: {extra: \"[[ github.realm ]]\"}}]
runbook: [{file: head.md, phase: head}, {file: end.md, phase: teardown}]
next-steps: [Begin.]
";

fn site(manifest: &str) -> Result<Blueprint, Problems> {
    read(&[
        (
            "site",
            &[
                ("blueprint.yaml", manifest),
                ("head.md", "# [[ instance ]]\n"),
                ("end.md", "# The end of [[ wiring.stores.store.mount ]]\n"),
            ],
        ),
        ("store", &[("blueprint.yaml", STORE), ("vault.md", "# Vault [[ wiring.stores.main.entries[0].path ]]\n")]),
        ("hub", &[("blueprint.yaml", HUB)]),
        ("login", LOGIN_FILES),
    ])
}

fn refused(manifest: &str) -> String {
    site(manifest).map_or_else(|problems| problems.to_string(), |_| String::new())
}

#[test]
fn what_components_make_comes_together() {
    let blueprint = site(SITE).unwrap_or_else(|problems| panic!("{problems}"));
    let instance =
        instance(&blueprint, "github: {realm: gh}\nhub: {size: 3}\n").unwrap_or_else(|problems| panic!("{problems}"));
    let names: Vec<&str> = instance.files.keys().map(RepoPath::as_str).collect();
    let expected = [
        "RUNBOOK.md",
        "externalsecret.yaml",
        "github-note.yaml",
        "helmrelease.yaml",
        "helmrepository.yaml",
        "kustomization.yaml",
        "secretstore.yaml",
        "serviceaccount.yaml",
        "values.yaml",
    ];
    assert_eq!(names, expected);
    // The release's own value, then that of the component, then the site's.
    assert!(file(&instance, "values.yaml").ends_with(
        "  values.yaml: |\n    hub:\n      size: \"3\"\n      title: lab/hub reads secrets\n    extra: gh\n"
    ));
    // The default that the site gives, and the one that follows from what is handed down.
    let store = file(&instance, "secretstore.yaml");
    assert!(store.contains("path: lab-kv\n") && store.contains("server: https://vault.lab\n"), "{store}");
    assert!(file(&instance, "serviceaccount.yaml").contains("name: lab-reader\n"));
    let release = file(&instance, "helmrelease.yaml");
    assert!(release.contains("valuesKey: client\n      targetPath: hub.gh\n"), "{release}");
    assert_eq!(
        file(&instance, "RUNBOOK.md"),
        "# site\n\n# Vault hub\n\n# Register gh for hub\n\n# The end of lab-kv\n"
    );
    assert_eq!(instance.next_steps, ["Begin.", "Unseal https://vault.lab."]);
}

#[test]
fn a_component_can_be_used_twice_and_left_out() {
    let blueprint = site(SITE).unwrap_or_else(|problems| panic!("{problems}"));
    let answers = "second: true\ngithub: {realm: gh}\n";
    // Both write the same key into one set: the places of both uses are the component's.
    let found = instance(&blueprint, answers).expect_err("one key twice").to_string();
    assert!(found.contains("two secrets have the key `client` in one set"), "{found}");
    let left_out = instance(&blueprint, "second: false\ngithub: {realm: gh}\nkeycloak: {realm: x}\n");
    let expected = "answers.yaml:3:1: error: `keycloak` is not asked here\n  help: it is asked when second";
    assert_eq!(left_out.expect_err("not asked").to_string(), expected);
}

#[test]
fn answers_for_components_are_refused_at_their_place() {
    let blueprint = site(SITE).unwrap_or_else(|problems| panic!("{problems}"));
    let say =
        |answers: &str| instance(&blueprint, answers).map_or_else(|problems| problems.to_string(), |_| String::new());
    assert_eq!(
        say("store: {server: ftp, sever: x, namespace: other}\n"),
        "\
answers.yaml: error: `github.realm` has no answer (Realm)
  help: --set github.realm=…, or `github.realm` in the answers file
answers.yaml:1:17: error: `store.server`: the value must match the pattern `^https://`, not the text \"ftp\"
answers.yaml:1:22: error: there is no parameter `store.sever`
  help: did you mean `server`?
answers.yaml:1:32: error: `store.namespace` is not asked here: the blueprint sets it"
    );
    assert!(say("github: yes\n").contains("`github` is a mapping"), "{}", say("github: yes\n"));
}

#[test]
fn a_value_that_two_components_set_is_told_with_both_places() {
    let both =
        SITE.replace("extra: \\\"", "extra: \"").replace("{inline: {extra:", "{inline: {hub: {title: mine}, extra:");
    let blueprint = site(&both).unwrap_or_else(|problems| panic!("{problems}"));
    let found = instance(&blueprint, "github: {realm: gh}\n").expect_err("a collision").to_string();
    let expected =
        "error: two fragments set `hub.title`\n  login/values/login.yaml (rendered):2:3: the other one sets it here";
    assert!(found.contains(expected), "{found}");
}

#[test]
fn what_is_said_about_components_is_checked() {
    let uses = |lines: &str| {
        let head = SITE.split("uses:\n").next().unwrap_or_default();
        refused(&format!("{head}uses:\n{lines}"))
    };
    assert_eq!(
        uses("  - {component: stor}\n"),
        "site/blueprint.yaml:9:17: error: there is no blueprint `stor`\n  help: components are bundled, or lie in `blueprints/` of the repository"
    );
    assert_eq!(
        uses("  - {component: store, with: {namespaces: a}}\n"),
        "site/blueprint.yaml:9:31: error: `store` has no parameter `namespaces`\n  help: did you mean `namespace`?"
    );
    let hub = "  - {component: hub, with: {namespace: a}}\n";
    let expected = "\
site/blueprint.yaml:10:17: error: `login` needs a secret set `secrets`
  help: none is declared";
    assert_eq!(uses(&format!("{hub}  - {{component: login}}\n")), expected);
    let below = uses(
        "  - {component: login, bind: {secrets: s}}\n  - {component: hub, with: {namespace: a}}\nsecret-sets: {s: {generated: true, name: s, namespace: n}}\n",
    );
    assert!(below.contains("`hub` stands below"), "{below}");
    let wrong = uses(&format!("{hub}  - {{component: login, bind: {{hub: hub.man, sets: a}}}}\n"));
    assert!(wrong.contains("there is no release `hub.man`\n  help: did you mean `hub.main`?"), "{wrong}");
    assert!(wrong.contains("`login` has no need `sets`\n  help: its needs: hub, secrets"), "{wrong}");
    let taken = uses("  - {component: store, as: namespace}\n");
    assert!(
        taken.contains(
            "`namespace` is the name of a parameter already\n  help: give the component another name with `as`"
        ),
        "{taken}"
    );
}

#[test]
fn a_circle_of_components_is_shown() {
    let one = "blueprint: one\nversion: 1.0.0\nsummary: s\nuses: [{component: two}]\n";
    let two = "blueprint: two\nversion: 1.0.0\nsummary: s\nuses: [{component: one}]\n";
    let found = read(&[("one", &[("blueprint.yaml", one)]), ("two", &[("blueprint.yaml", two)])]);
    let expected = "two/blueprint.yaml:4:20: error: a blueprint cannot be its own component\n  help: one → two → one";
    assert_eq!(found.expect_err("a circle").to_string(), expected);
}

#[test]
fn stages_come_one_after_another() {
    let operator = "\
blueprint: operator
version: 1.0.0
summary: s
stage: controllers
engines: [flux]
releases:
  main: {name: op, namespace: op, chart: {name: op, version: 1.0.0, repository: {name: charts, namespace: op, url: \"https://charts.example.org\"}}}
";
    let site = "\
blueprint: site
version: 1.0.0
summary: s
engines: [flux]
uses: [{component: operator}]
secret-sets: {made: {generated: true, name: made, namespace: lab}}
secrets:
  token: {make: hex32, to: [{release: hub, value: token}]}
releases:
  hub: {name: hub, namespace: lab, chart: {name: hub, version: 1.0.0, repository: {name: charts, namespace: op, url: \"https://charts.example.org\"}}}
";
    let blueprint = read(&[("site", &[("blueprint.yaml", site)]), ("operator", &[("blueprint.yaml", operator)])]);
    let instance = instance(&blueprint.unwrap_or_else(|problems| panic!("{problems}")), "");
    let instance = instance.unwrap_or_else(|problems| panic!("{problems}"));
    let names: Vec<&str> = instance.files.keys().map(RepoPath::as_str).collect();
    // The repository of both charts is written once, where it is needed first.
    let expected = [
        "apps/externalsecret.yaml",
        "apps/generator.yaml",
        "apps/helmrelease.yaml",
        "apps/kustomization.yaml",
        "controllers/helmrelease.yaml",
        "controllers/helmrepository.yaml",
        "controllers/kustomization.yaml",
        "kustomization.yaml",
        "stages.yaml",
    ];
    assert_eq!(names, expected);
    let stages = file(&instance, "stages.yaml");
    assert!(
        stages.contains(
            "  name: site-apps\n  namespace: flux-system\nspec:\n  dependsOn:\n    - name: site-controllers\n"
        ),
        "{stages}"
    );
    assert!(stages.contains("path: ./apps/site/controllers\n"), "{stages}");
    let made = file(&instance, "apps/externalsecret.yaml");
    assert!(made.contains("refreshPolicy: CreatedOnce") && made.contains("target: token"), "{made}");
}

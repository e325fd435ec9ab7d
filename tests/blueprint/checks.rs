//! What reading and checking a blueprint says about its faults.

use treewright::{
    blueprint::{Locked, check},
    path::RepoPath,
};

fn read(manifest: &str) -> String {
    super::blueprint(&[("blueprint.yaml", manifest)]).map_or_else(|problems| problems.to_string(), |_| String::new())
}

const HEAD: &str = "blueprint: b\nversion: 1.0.0\nsummary: s\n";

#[test]
fn a_manifest_with_faults_is_told_all_of_them() {
    let manifest = "\
blueprint: b
version: 1.0
sumary: s
engines: [flux, fluxx]
parameters:
  Host: {type: string}
  path: {type: string}
  ok: nothing
required: [hots]
checks: [{message: m}]
stores:
  vault: {kind: vault-tokens, name: v, namespace: n, server: s, auth: {role: r, service-account: a}}
secret-sets:
  hub: {store: valt, name: n}
secrets:
  one: {from: {path: p}, make: hex, to: [{release: hub, value: a}]}
";
    let expected = "\
b/blueprint.yaml:2:10: error: `1.0` is not a semantic version such as `1.0.0`
b/blueprint.yaml:3:1: error: unknown key `sumary` in `blueprint.yaml`
  help: did you mean `summary`?
b/blueprint.yaml:4:17: error: unknown engine `fluxx`
  help: known engines: flux, argocd
b/blueprint.yaml:6:3: error: `Host` is no name for a parameter
  help: use lower case letters, digits and `_`, and begin with a letter
b/blueprint.yaml:7:3: error: the name `path` is taken: templates know it already
b/blueprint.yaml:8:3: error: the parameter `ok` needs a JSON Schema, a mapping
b/blueprint.yaml:10:10: error: a check needs `when` or `unless`
b/blueprint.yaml:12:3: error: `stores` needs the key `mount`
b/blueprint.yaml:12:17: error: unknown kind of store `vault-tokens`
  help: known kinds: vault-kubernetes, vault-approle, existing, existing-cluster
b/blueprint.yaml:16:9: error: `from` needs the key `property`
b/blueprint.yaml:16:32: error: unknown way to make a secret: `hex`
  help: known ways: none, file, hex32, base64-32";
    let found = read(manifest);
    // The summary is missing as well, which is said at the first key.
    assert_eq!(found, format!("b/blueprint.yaml:1:1: error: `blueprint.yaml` needs the key `summary`\n{expected}"));
}

#[test]
fn references_that_lead_nowhere_are_found() {
    let store = "stores:\n  vault: {kind: vault-kubernetes, name: v, namespace: n, server: s, mount: m, auth: {role: r, service-account: a}}\n";
    let found = read(&format!(
        "{HEAD}{store}secret-sets:\n  hub: {{store: valt, name: n}}\nsecrets:\n  one:\n    set: hubb\n    from: {{path: p, property: q}}\n    to: [{{release: web, value: a}}, {{manifest: x.yaml}}]\n"
    ));
    let expected = "\
b/blueprint.yaml:7:16: error: there is no store `valt`
  help: did you mean `vault`?
b/blueprint.yaml:10:10: error: there is no secret set `hubb`
  help: did you mean `hub`?
b/blueprint.yaml:12:20: error: there is no release `web`
  help: none is declared
b/blueprint.yaml:12:47: error: there is no manifest `x.yaml`
  help: none is declared";
    assert_eq!(found, expected);
}

#[test]
fn checking_follows_every_template() {
    let manifest = format!(
        "{HEAD}parameters:\n  host: {{title: Host, type: string}}\n  token: {{title: Token, type: string}}\n  unused: {{title: U, type: string}}\n\
         names:\n  url: \"https://[[ hots ]]/[[ token ]]\"\nmanifests: [manifests/a.yaml, {{file: manifests/gone.yaml}}]\nnext-steps: [\"[[ wiring.stores ]]\"]\n"
    );
    let files = [
        ("blueprint.yaml", manifest.as_str()),
        ("manifests/a.yaml", "a: [[ host ]]\nb: [[ url ]]\n"),
        ("manifests/b.yaml", "a: 1\n"),
    ];
    let blueprint = super::blueprint(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let expected = "\
b/blueprint.yaml:6:3: warning: `token` looks like a secret, whose value would end up in Git
  help: declare it under `secrets`, or say `secret: never` if it holds none
b/blueprint.yaml:7:3: warning: no template uses the parameter `unused`
b/blueprint.yaml:9:20: error: `hots` is not defined
  help: did you mean `host`?
b/blueprint.yaml:10:38: error: the blueprint has no file `manifests/gone.yaml`
b/manifests/b.yaml: warning: nothing in `blueprint.yaml` names `manifests/b.yaml`";
    assert_eq!(check(&blueprint).to_string(), expected);
}

#[test]
fn a_broken_lock_is_refused_with_the_way_out() {
    let say = |text: &str| Locked::parse(text, &RepoPath::root()).expect_err(text).to_string();
    assert_eq!(say("format = 2\nengine = \"flux\"\n"), "the lock file lacks `instance`");
    assert_eq!(say("instance = \"a\"\n"), "the lock file does not say its `format`");
    assert_eq!(say("format = 9\n"), "the lock file has format 9; this program knows format 2");
    assert_eq!(say("format = 1\n"), "the lock file has format 1; this program knows format 2");
    assert!(say("format = 2\n<<<<<<< HEAD\n").contains("key"), "{}", say("format = 2\n<<<<<<< HEAD\n"));
}

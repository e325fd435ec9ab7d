//! What `treewright.toml` and Git's configuration say about clusters, in every command.

use crate::environment::Environment;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\n";

fn application(name: &str, url: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  namespace: argocd\nspec:\n  project: default\n  source:\n    repoURL: {url}\n    path: apps/{name}\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: default\n"
    )
}

/// The names of the units that are listed, each with the number of its objects.
fn units(environment: &Environment, arguments: &[&str]) -> Vec<String> {
    let run = environment.treewright(&[&["build", "--list"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        format!("{} {}", words[1], words[2])
    };
    run.stdout.lines().skip(1).map(line).collect()
}

#[test]
fn what_is_archived_is_no_unit() {
    let environment = Environment::new();
    for name in ["apps", "old/apps"] {
        environment.write(&format!("{name}/kustomization.yaml"), "resources: [settings.yaml]\n");
        environment.write(&format!("{name}/settings.yaml"), CONFIG_MAP);
    }
    assert_eq!(units(&environment, &[]), ["apps 1", "old/apps 1"]);
    environment.write("treewright.toml", "archived = [\"old\"]\n");
    assert_eq!(units(&environment, &[]), ["apps 1"]);
}

#[test]
fn a_root_is_a_unit_although_another_kustomization_names_it() {
    let environment = Environment::new();
    environment.write("base/kustomization.yaml", "resources: [settings.yaml]\n");
    environment.write("base/settings.yaml", CONFIG_MAP);
    environment.write("overlay/kustomization.yaml", "resources: [../base]\n");
    assert_eq!(units(&environment, &[]), ["overlay 1"]);
    environment.write("treewright.toml", "roots = [\"base\"]\n");
    assert_eq!(units(&environment, &[]), ["base 1", "overlay 1"]);
}

#[test]
fn the_remotes_and_the_configured_addresses_tell_which_sources_are_here() {
    let environment = Environment::new();
    environment.git(&["init", "-q"]);
    let urls = ["https://a.example.org/x.git", "https://b.example.org/x.git", "https://b.example.org/x.git"];
    for (name, url) in ["one", "two", "three"].into_iter().zip(urls) {
        environment.write(&format!("argocd/{name}.yaml"), &application(name, url));
        environment.write(&format!("apps/{name}/settings.yaml"), CONFIG_MAP);
    }
    let here = |environment: &Environment| -> Vec<String> {
        let all = units(environment, &[]);
        all.into_iter().filter(|line| line.starts_with("argo:") && line.ends_with(" 1")).collect()
    };
    assert_eq!(here(&environment), ["argo:argocd/three 1", "argo:argocd/two 1"]);
    environment.git(&["remote", "add", "origin", urls[0]]);
    assert_eq!(here(&environment), ["argo:argocd/one 1"]);
    environment.git(&["remote", "remove", "origin"]);
    environment.write("treewright.toml", &format!("[argo]\nrepositories = [\"{}\"]\n", urls[0]));
    assert_eq!(here(&environment), ["argo:argocd/one 1"]);
}

#[test]
fn the_inventory_of_the_configuration_expands_application_sets_and_arguments_win() {
    let environment = Environment::new();
    environment.write(
        "argocd/set.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\nspec:\n  generators:\n    - clusters: {selector: {matchLabels: {tier: edge}}}\n  template:\n    metadata: {name: 'apps-{{name}}'}\n    spec:\n      project: default\n      source: {repoURL: 'https://a.example.org/x.git', path: apps}\n      destination: {server: '{{server}}', namespace: default}\n",
    );
    environment.write("apps/settings.yaml", CONFIG_MAP);
    let inventory = |name: &str| {
        format!("clusters:\n  - name: {name}\n    server: https://{name}.example.org\n    labels: {{tier: edge}}\n")
    };
    environment.write("inventory.yaml", &inventory("north"));
    environment.write("other.yaml", &inventory("south"));
    environment.write("treewright.toml", "[argo]\ninventory = \"inventory.yaml\"\n");
    let argo = |arguments: &[&str]| -> Vec<String> {
        units(&environment, arguments).into_iter().filter(|line| line.starts_with("argo:")).collect()
    };
    assert_eq!(argo(&[]), ["argo:argocd/apps-north 1"]);
    assert_eq!(argo(&["--inventory", "other.yaml"]), ["argo:argocd/apps-south 1"]);
    let run = environment.treewright(&["graph", "--depth", "units"]);
    assert!(run.stdout.contains("apps-north"), "{}{}", run.stdout, run.stderr);
    environment.write("treewright.toml", "[argo]\ninventory = \"missing.yaml\"\n");
    let run = environment.treewright(&["lint"]);
    let expected = "error: cannot read `missing.yaml`, which treewright.toml names: there is no such file\n";
    assert_eq!((run.code, run.stderr.as_str()), (2, expected));
}

#[test]
fn what_is_outside_of_git_counts_as_there() {
    let environment = Environment::new();
    environment.write(
        "apps/release.yaml",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: hub, namespace: default}\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: hub\n      version: 1.0.0\n      sourceRef: {kind: HelmRepository, name: charts}\n  valuesFrom:\n    - {kind: Secret, name: hub-values}\n",
    );
    environment.write("apps/kustomization.yaml", "resources: [release.yaml]\n");
    let rules = ["lint", "--select", "flux/source-missing,helm/values-from-missing"];
    let run = environment.treewright(&rules);
    assert_eq!(run.code, 1, "{}", run.stdout);
    environment.write(
        "treewright.toml",
        "[[external]]\nkind = \"HelmRepository\"\nname = \"charts\"\n\n[[external]]\nkind = \"Secret\"\nnamespace = \"default\"\nname = \"hub-*\"\n",
    );
    let run = environment.treewright(&rules);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn what_is_made_elsewhere_leads_on_in_traces_and_has_its_keys() {
    let environment = Environment::new();
    environment.write(
        "apps/release.yaml",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: hub, namespace: team}\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: jupyterhub\n      version: 4.3.5\n      sourceRef: {kind: HelmRepository, name: charts}\n  valuesFrom:\n    - {kind: Secret, name: by-hand, valuesKey: tokn, targetPath: proxy.secretToken}\n  values:\n    hub: {existingSecret: hub-existing}\n",
    );
    environment.write("apps/kustomization.yaml", "resources: [release.yaml]\n");
    let external = |keys: &str| {
        let one = |name: &str, keys: &str| format!("[[external]]\nkind = \"Secret\"\nname = \"{name}\"\n{keys}\n");
        environment.write("treewright.toml", &format!("{}{}", one("by-hand", keys), one("hub-*", "")));
    };
    let trace = |name: &str| environment.treewright(&["trace", &format!("secret/{name}")]);
    let lint = || environment.treewright(&["lint", "--format", "concise", "--select", "helm/values-from-key-missing"]);
    let run = trace("hub-existing");
    assert!(run.code == 1 && run.stdout.contains("nothing in this repository makes it"), "{}", run.stdout);

    external("");
    for name in ["hub-existing", "by-hand"] {
        let run = trace(name);
        assert_eq!(run.code, 0, "{}", run.stdout);
        assert!(run.stdout.contains("made outside of this repository"), "{}", run.stdout);
    }
    assert_eq!(lint().code, 0);

    external("keys = [\"token\", \"other\"]");
    let run = trace("by-hand");
    assert!(run.code == 1 && run.stdout.contains("it is made elsewhere, and has no key `tokn`"), "{}", run.stdout);
    assert!(run.stdout.contains("did you mean `token`?"), "{}", run.stdout);
    let run = lint();
    let line = "apps/release.yaml:12:48: error[helm/values-from-key-missing]: Secret `by-hand`, which is made elsewhere, has no key `tokn`\n";
    assert_eq!((run.code, run.stdout.as_str()), (1, line));

    external("keys = [\"tokn\"]");
    assert_eq!((trace("by-hand").code, lint().code), (0, 0));
}

#[test]
fn rules_on_secrets_take_what_is_made_elsewhere_as_there() {
    let environment = Environment::new();
    environment.write(
        "apps/objects.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: site, namespace: team}\ndata: {colour: blue}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: team}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      serviceAccountName: runner\n      containers:\n        - name: web\n          image: web:1\n          env:\n            - {name: A, valueFrom: {secretKeyRef: {name: site, key: a}}}\n            - {name: B, valueFrom: {configMapKeyRef: {name: site, key: color}}}\n---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: more, namespace: team}\nspec:\n  secretStoreRef: {name: vault}\n  target: {name: merged, creationPolicy: Merge}\n  data: [{secretKey: k, remoteRef: {key: app, property: k}}]\n",
    );
    environment.write("apps/kustomization.yaml", "resources: [objects.yaml]\n");
    let rules =
        "secret/reference-missing,secret/key-missing,secret/merge-into-nothing,kubernetes/service-account-missing";
    let found = || {
        let run = environment.treewright(&["lint", "--format", "concise", "--select", rules]);
        let ids = run.stdout.lines().filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned()));
        ids.collect::<Vec<_>>()
    };
    let all = ["secret/reference-missing", "secret/key-missing", "secret/merge-into-nothing"];
    let before = found();
    assert!(all.iter().all(|id| before.iter().any(|one| one == id)), "{before:?}");
    let one =
        |kind: &str, name: &str| format!("[[external]]\nkind = \"{kind}\"\nnamespace = \"team\"\nname = \"{name}\"\n");
    let external = [("Secret", "site"), ("ConfigMap", "site"), ("Secret", "merged"), ("ServiceAccount", "runner")]
        .map(|(kind, name)| one(kind, name));
    environment.write("treewright.toml", &external.concat());
    assert_eq!(found(), Vec::<String>::new());
}

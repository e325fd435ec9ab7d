//! What the fixes of the rules on secrets make of a file: the bytes that are wrong change, all others stay.

use crate::environment::Environment;

/// An ExternalSecret with this specification.
fn external(specification: &str) -> String {
    let head = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: hub # the name people know\n  namespace: default\n";
    format!("{head}spec:\n  secretStoreRef: {{kind: ClusterSecretStore, name: vault}}\n{specification}")
}

fn secret(rest: &str) -> String {
    format!(
        "# by hand\napiVersion: v1\nkind: Secret\nmetadata:\n  name: hub # the name people know\n  namespace: default\n{rest}"
    )
}

fn store(kind: &str, vault: &str) -> String {
    format!(
        "apiVersion: external-secrets.io/v1\nkind: {kind}\nmetadata:\n  name: vault\n  namespace: default\nspec:\n  provider:\n    vault:\n      server: https://vault.example.org\n{vault}"
    )
}

/// Mends a file as one rule would have it.
#[track_caller]
fn mends(rule: &str, before: &str, after: &str) {
    let environment = Environment::new();
    environment.write("apps/hub.yaml", before);
    let rule = format!("secret/{rule}");
    let run = environment.treewright(&["lint", "--select", &rule, "--unsafe-fixes"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(environment.read("apps/hub.yaml"), after);
}

#[test]
fn what_is_no_base64_moves_to_string_data() {
    let before = secret("data:\n  host: hub.example.org # where it is\n");
    mends("not-base64", &before, &before.replace("\ndata:", "\nstringData:"));
}

#[test]
fn the_line_break_at_the_end_goes() {
    let before = secret("data:\n  username: aHViCg== # hub\n  user: 'aHViCg=='\n");
    mends("trailing-newline", &before, &before.replace("aHViCg==", "aHVi"));
    let before = secret("stringData:\n  username: |\n    hub\n  user: bub\n");
    mends("trailing-newline", &before, &before.replace("|\n", "|-\n"));
}

#[test]
fn the_value_that_is_lost_goes() {
    let before = secret("data:\n  # nobody sees this\n  username: aHVi\n  host: aHVi\nstringData:\n  username: bub\n");
    mends("key-in-both", &before, &before.replace("  # nobody sees this\n  username: aHVi\n", ""));
}

#[test]
fn a_misspelt_type_is_corrected() {
    let before = secret("type: kubernetes.io/dockerconfig.json # for pulling\nstringData: {}\n");
    mends("type-unknown", &before, &before.replace("dockerconfig.json", "dockerconfigjson"));
}

#[test]
fn readers_get_the_name_and_the_key_that_are_there() {
    let made =
        external("  target: {name: hub-secrets}\n  data:\n    - secretKey: token\n      remoteRef: {key: hub}\n");
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: hub\n  namespace: default\nspec:\n  containers:\n    - name: hub\n      image: hub:1\n      env:\n        - name: TOKEN\n          valueFrom:\n            secretKeyRef: {name: hub-secrets, key: tokn} # the token\n";
    let right = format!("{made}{pod}").replace("tokn", "token");
    mends("key-missing", &format!("{made}{pod}"), &right);
    mends("reference-missing", &right.replace("{name: hub-secrets, key", "{name: hub-secret, key"), &right);
}

#[test]
fn durations_are_written_in_hours() {
    let before = external("  refreshInterval: 1d # daily\n  dataFrom:\n    - extract: {key: hub}\n");
    mends("invalid-duration", &before, &before.replace("1d", "24h"));
    let quoted = before.replace("1d", "\"2w\"");
    mends("invalid-duration", &quoted, &quoted.replace("2w", "336h"));
}

#[test]
fn policies_that_conflict_lose_the_one_that_deletes() {
    let policies = "  target:\n    creationPolicy: Merge\n    deletionPolicy: Delete\n    name: hub\n";
    let before = external(&format!("{policies}  dataFrom:\n    - extract: {{key: hub}}\n"));
    mends("policies-conflict", &before, &before.replace("    deletionPolicy: Delete\n", ""));
}

const TEMPLATED: &str = "  target:\n    template:\n      data:\n        values.yaml: |\n          # .tokn\n          a: \"{{ .token }}\"\n          b: \"{{ .token | b64enc }}\"\n  data:\n    - secretKey: token # from the vault\n      remoteRef: {key: hub}\n    - secretKey: cookie\n      remoteRef: {key: hub-cookie}\n";

#[test]
fn templates_take_the_name_that_is_given_and_nothing_is_read_in_vain() {
    let right = external(TEMPLATED);
    mends(
        "template-name-missing",
        &right.replace("{{ .token", "{{ .tokn").replace("# .tokn", "#"),
        &right.replace("# .tokn", "#"),
    );
    let without = right.replace("    - secretKey: cookie\n      remoteRef: {key: hub-cookie}\n", "");
    mends("entry-unused", &right, &without);
}

#[test]
fn parts_of_a_secret_get_their_names() {
    let before = external(
        "  target:\n    template:\n      templateFrom:\n        - target: Label # who\n          literal: 'a: b'\n  dataFrom:\n    - extract: {key: hub}\n",
    );
    mends("target-not-known", &before, &before.replace("Label", "Labels"));
}

#[test]
fn paths_of_vault_lose_what_the_store_adds() {
    let store = store("ClusterSecretStore", "      path: kv # the mount\n").replace("  namespace: default\n", "");
    let mount = store.replace("path: kv", "path: kv/data");
    mends("vault-mount-data", &mount, &store);
    let reader = external("  data:\n    - secretKey: token\n      remoteRef: {key: data/hub, property: token}\n");
    let before = format!("{store}---\n{reader}");
    mends("vault-data-twice", &before, &before.replace("data/hub", "hub"));
}

#[test]
fn credentials_of_a_store_are_looked_for_where_they_can_be() {
    let before = store(
        "SecretStore",
        "      auth:\n        tokenSecretRef:\n          name: token\n          namespace: vault\n          key: token\n",
    );
    mends("store-foreign-namespace", &before, &before.replace("          namespace: vault\n", ""));
    let before = "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata:\n  name: doppler\nspec:\n  provider:\n    doppler:\n      auth:\n        secretRef:\n          dopplerToken:\n            name: hub\n            key: token\n";
    let made = external("  dataFrom:\n    - extract: {key: hub}\n");
    let after = before.replace("            name: hub\n", "            name: hub\n            namespace: default\n");
    mends("cluster-store-namespace", &format!("{before}---\n{made}"), &format!("{after}---\n{made}"));
}

#[test]
fn defaults_are_written_out_for_argo() {
    let application = "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: apps\n  namespace: argocd\nspec:\n  source: {repoURL: https://git.example.org/apps.git, path: apps}\n  destination: {namespace: default, server: https://kubernetes.default.svc}\n";
    let before = external("  dataFrom:\n    - extract:\n        key: hub # all of it\n");
    let defaults =
        "        conversionStrategy: Default\n        decodingStrategy: None\n        metadataPolicy: None\n";
    mends("argo-permanent-diff", &format!("{before}{application}"), &format!("{before}{defaults}{application}"));
}

//! Fixes of single rules: the tree of a rule's fixture before and after, byte by byte.

use std::{fs, path::Path};

use crate::environment::Environment;

/// Mends the bad fixture of a rule and compares one of its files with what is expected: the file with these replacements.
fn mends(rule: &str, file: &str, replacements: &[(&str, &str)]) {
    let environment = Environment::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(rule).join("bad");
    for entry in walkdir::WalkDir::new(&fixture).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&fixture).expect("below the fixture");
            let text = fs::read_to_string(entry.path()).expect("a text");
            environment.write(path.to_str().expect("UTF-8"), &text);
        }
    }
    let mut expected = environment.read(file);
    for (from, to) in replacements {
        assert!(expected.contains(from), "{rule}: {from}");
        expected = expected.replacen(from, to, 1);
    }
    let run = environment.treewright(&["lint", "--unsafe-fixes", "--select", rule]);
    assert_eq!(environment.read(file), expected, "{rule}: {}{}", run.stdout, run.stderr);
}

#[test]
fn what_argo_cd_passes_over_is_removed() {
    let source = "  source:\n    repoURL: https://charts.example.org\n    chart: old-hub\n    targetRevision: 1.0.0\n";
    mends("argo/source-and-sources", "argocd/hub.yaml", &[(source, "")]);
    let values = "      values: |\n        replicas: 2\n";
    mends("argo/values-and-values-object", "argocd/hub.yaml", &[(values, "")]);
}

#[test]
fn words_for_argo_cd_are_corrected() {
    mends("argo/annotation-not-string", "apps/settings.yaml", &[("sync-wave: 2", "sync-wave: \"2\"")]);
    mends("argo/hook", "apps/settings.yaml", &[("Presync", "PreSync")]);
    let options = [("CreateNamespaces=true", "CreateNamespace=true"), ("ServerSideApply", "ServerSideApply=true")];
    mends("argo/sync-option", "argocd/hub.yaml", &options);
    mends("argo/finalizer", "argocd/hub.yaml", &[("resource-finalizer", "resources-finalizer")]);
    mends("argo/project-missing", "argocd/hub.yaml", &[("platfrom", "platform")]);
}

#[test]
fn missing_parameters_stop_an_application_set() {
    let last = "        targetRevision: 1.2.0\n";
    let with = "        targetRevision: 1.2.0\n  goTemplateOptions:\n    - missingkey=error\n";
    mends("argo/missing-key", "argocd/hubs.yaml", &[(last, with)]);
}

#[test]
fn releases_lose_what_is_deprecated_or_never_read() {
    mends("helm/ignored-version", "apps/hub.yaml", &[("      version: 1.0.0\n", "")]);
    mends("helm/old-skip-crds", "apps/hub.yaml", &[("skipCRDs: true", "crds: Skip")]);
}

#[test]
fn profiles_and_classes_of_a_hub_are_corrected() {
    mends("jupyterhub/profile-override-key", "apps/hub.yaml", &[("memLimit", "mem_limit")]);
    mends("jupyterhub/class-name", "apps/hub.yaml", &[("authenticator:", "Authenticator:")]);
    mends("jupyterhub/profile-empty-override", "apps/hub.yaml", &[("          kubespawner_override: null\n", "")]);
    let second = "          default: true\n        - display_name: Large\n          default: true\n";
    let once = "          default: true\n        - display_name: Large\n";
    mends("jupyterhub/profile-defaults", "apps/hub.yaml", &[(second, once)]);
}

#[test]
fn target_paths_and_names_of_values_are_put_right() {
    let dots = [
        ("hub.nodeSelector.hub.jupyter.org/node-purpose", "hub.nodeSelector.hub\\.jupyter\\.org/node-purpose"),
        ("\"podLabels.example.org/team\"", "\"podLabels.example\\\\.org/team\""),
    ];
    mends("helm/target-path-dots", "hub.yaml", &dots);
    let last = "      optional: true # for now\n";
    mends("helm/target-path-not-literal", "hub.yaml", &[(last, &format!("{last}      literal: true\n"))]);
    mends("helm/optional-values-missing", "hub.yaml", &[("hub-secret # later", "hub-secrets # later")]);
    mends("helm/misspelt-value", "hub.yaml", &[("persistance:", "persistence:"), ("usrname:", "username:")]);
}

#[test]
fn what_renovate_reads_says_its_namespace() {
    let metadata = |name: &str, more: &str| format!("metadata:\n  name: {name}\n{more}");
    let said = "  namespace: default\n";
    let [before, after] = ["", said].map(|more| [metadata("charts", more), metadata("hub", more)]);
    mends("flux/renovate-source", "apps/hub.yaml", &[(&before[0], &after[0]), (&before[1], &after[1])]);
}

#[test]
fn values_of_objects_get_their_types_and_names() {
    let replacements =
        [("  replica:", "  replicas:"), ("value: 9898", "value: \"9898\""), ("value: 48151623", "value: \"48151623\"")];
    mends("kubernetes/schema-violation", "base/deployment.yaml", &replacements);
}

#[test]
fn users_stand_in_a_list_once() {
    let replacements = [("[ada, grace, ADA]", "[ada, grace]"), ("            - ada # and again\n", "")];
    mends("jupyterhub/user-twice", "apps/hub.yaml", &replacements);
}

//! Fixes from the command line: applied until none is left, shown as a patch, never beyond what was asked for.

use crate::environment::{Environment, Run};

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2beta2\nkind: HelmRelease\nmetadata:\n  name: hub # the name people know\n  namespace: default\nspec:\n  interval: 10m\n  chart:\n    spec:\n      chart: hub\n      version: 1.0.0\n      sourceRef:\n        kind: HelmRepository\n        name: hub\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata:\n  name: hub\n  namespace: default\nspec:\n  interval: 1h\n  url: https://charts.example.org\n";

fn broken() -> Environment {
    let environment = Environment::new();
    environment.write("release.yaml", RELEASE);
    environment
}

#[test]
fn a_safe_fix_changes_its_bytes_and_no_others() {
    let environment = broken();
    assert_eq!(environment.treewright(&["lint"]).code, 1);
    let run = environment.treewright(&["lint", "--fix"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(run.stderr.starts_with("mended kubernetes/removed-api: "), "{}", run.stderr);
    assert_eq!(environment.read("release.yaml"), RELEASE.replace("/v2beta2", "/v2"));
    assert_eq!(environment.treewright(&["lint"]).code, 0);
}

#[test]
fn a_diff_shows_the_fix_and_writes_nothing() {
    let environment = broken();
    let patch = "\
--- a/release.yaml
+++ b/release.yaml
@@ -1,4 +1,4 @@
-apiVersion: helm.toolkit.fluxcd.io/v2beta2
+apiVersion: helm.toolkit.fluxcd.io/v2
 kind: HelmRelease
 metadata:
   name: hub # the name people know
";
    let run = environment.treewright(&["lint", "--fix", "--diff"]);
    assert_eq!(run, Run { code: 1, stdout: patch.to_owned(), stderr: String::new() });
    assert_eq!(environment.read("release.yaml"), RELEASE);
}

#[test]
fn an_unsafe_fix_is_made_only_when_asked_for() {
    let environment = Environment::new();
    environment.write(
        "release.yaml",
        &RELEASE.replace("v2beta2", "v2").replace("        name: hub\n", "        name: hubb\n"),
    );
    let run = environment.treewright(&["lint", "--fix"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("with --unsafe-fixes"), "{}", run.stderr);
    let run = environment.treewright(&["lint", "--unsafe-fixes"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(environment.read("release.yaml"), RELEASE.replace("v2beta2", "v2"));
}

#[test]
fn fixes_go_to_the_work_tree_only() {
    let environment = broken();
    environment.git(&["init", "--quiet"]);
    assert_eq!(environment.treewright(&["lint", "--fix", "--staged"]).code, 2);
    assert_eq!(environment.treewright(&["lint", "--diff", "--rev", "HEAD"]).code, 2);
}

const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\n";

/// Mends everything that can be, and lints again: nothing is left.
fn mended(environment: &Environment) {
    let run = environment.treewright(&["lint", "--unsafe-fixes"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let run = environment.treewright(&["lint", "--format", "concise"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
}

#[test]
fn a_misspelt_kustomization_gets_its_name() {
    let environment = Environment::new();
    let text = "# what the hub needs\nresources: [settings.yaml]\n";
    environment.write("apps/kustomization.yaml", "resources: [hub]\n");
    environment.write("apps/hub/kustomisation.yml", text);
    environment.write("apps/hub/settings.yaml", SETTINGS);
    assert_eq!(environment.treewright(&["lint", "--fix"]).code, 0);
    assert_eq!(environment.read("apps/hub/kustomization.yml"), text);
    assert!(!environment.work().join("apps/hub/kustomisation.yml").exists());
}

#[test]
fn an_entry_that_leads_nowhere_names_what_was_meant() {
    let environment = Environment::new();
    environment.write("kustomization.yaml", "resources:\n  - ./setings.yaml # the settings\n  - other.yaml\n");
    environment.write("settings.yaml", SETTINGS);
    environment.write("other.yml", &SETTINGS.replace("settings", "other"));
    mended(&environment);
    let text = "resources:\n  - ./settings.yaml # the settings\n  - other.yml\n";
    assert_eq!(environment.read("kustomization.yaml"), text);
}

#[test]
fn a_forgotten_file_is_listed_where_it_belongs() {
    let environment = Environment::new();
    environment.write("kustomization.yaml", "# all of it\nresources:\n  - a.yaml\n  # last\n  - z.yaml\n");
    for name in ["a", "m", "z"] {
        environment.write(&format!("{name}.yaml"), &SETTINGS.replace("settings", name));
    }
    mended(&environment);
    let text = environment.read("kustomization.yaml");
    let items: Vec<&str> = text.lines().filter(|line| line.contains("- ")).collect();
    assert_eq!(items, ["  - a.yaml", "  - m.yaml", "  - z.yaml"], "{text}");
    assert!(text.starts_with("# all of it\n") && text.contains("  # last\n"), "{text}");
}

const OVERLAY: &str = "resources:\n  - release.yaml\npatches:\n  - path: patch.yaml\n";
const PATCH: &str = "apiVersion: helm.toolkit.fluxcd.io/v2beta2\nkind: HelmRelease\nmetadata:\n  name: hub\n  namespace: default\nspec:\n  interval: 5m\n";

#[test]
fn a_new_version_comes_to_the_patches_of_the_object_too() {
    let environment = broken();
    environment.write("kustomization.yaml", OVERLAY);
    environment.write("patch.yaml", PATCH);
    assert_eq!(environment.treewright(&["lint", "--fix"]).code, 0);
    assert_eq!(environment.read("release.yaml"), RELEASE.replace("/v2beta2", "/v2"));
    assert_eq!(environment.read("patch.yaml"), PATCH.replace("/v2beta2", "/v2"));
}

#[test]
fn a_version_that_an_inline_patch_names_is_left_to_people() {
    let environment = broken();
    let inline = format!("      {}\n", PATCH.trim_end().replace('\n', "\n      "));
    environment
        .write("kustomization.yaml", &format!("resources:\n  - release.yaml\npatches:\n  - patch: |-\n{inline}"));
    assert_eq!(environment.treewright(&["lint", "--fix"]).code, 1);
    assert_eq!(environment.read("release.yaml"), RELEASE);
}

#[test]
fn a_version_with_other_fields_is_left_to_people() {
    let environment = Environment::new();
    let old = RELEASE.replace("      version: 1.0.0\n", "      version: 1.0.0\n      valuesFile: values.yaml\n");
    environment.write("release.yaml", &old);
    assert_eq!(environment.treewright(&["lint", "--fix"]).code, 1);
    assert_eq!(environment.read("release.yaml"), old);
}

#[test]
fn a_diff_shows_no_secret() {
    let environment = Environment::new();
    let release = RELEASE.replacen("spec:\n  interval", "spec:\n  values: {password: hunter2-hunter2}\n  interval", 1);
    environment.write(
        "release.yaml",
        &release.replace("kind: HelmRelease\n", "kind: HelmRelease # password: hunter2-hunter2\n"),
    );
    let run = environment.treewright(&["lint", "--fix", "--diff"]);
    assert!(run.stdout.contains("+apiVersion: helm.toolkit.fluxcd.io/v2\n"), "{}", run.stdout);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("hunter2"), "{}", run.stdout);
}

#[test]
fn a_missing_namespace_is_added_and_listed() {
    let environment = Environment::new();
    environment.write("clusters/production/apps.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ./apps\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n");
    environment.write("apps/kustomization.yaml", "# all of it\nresources:\n  - settings.yaml # colours\n");
    environment.write("apps/settings.yaml", &SETTINGS.replace("namespace: default", "namespace: hub"));
    mended(&environment);
    let listed = "# all of it\nresources:\n  - namespace.yaml\n  - settings.yaml # colours\n";
    assert_eq!(environment.read("apps/kustomization.yaml"), listed);
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: hub\n";
    assert_eq!(environment.read("apps/namespace.yaml"), namespace);
}

//! The fixes of single rules: a file before, and the same file after, comments kept.

use crate::environment::Environment;

const SETTINGS: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\n  labels:\n    app: hub\n";
const PATCH: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  colour: blue\n";

/// Mends what one rule finds in a kustomization beside `settings.yaml` and `patch.yaml`.
fn mended(rule: &str, kustomization: &str) -> String {
    let environment = Environment::new();
    environment.write("apps/kustomization.yaml", kustomization);
    environment.write("apps/settings.yaml", SETTINGS);
    environment.write("apps/patch.yaml", PATCH);
    let run = environment.treewright(&["lint", "--select", rule, "--unsafe-fixes"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{rule}: {}", run.stderr);
    environment.read("apps/kustomization.yaml")
}

#[test]
fn deprecated_fields_are_moved() {
    let cases = [
        (
            "kustomize/deprecated-patches-strategic-merge",
            "resources:\n  - settings.yaml\npatchesStrategicMerge: # colours\n  - patch.yaml\n",
            "resources:\n  - settings.yaml\npatches: # colours\n  - path: patch.yaml\n",
        ),
        (
            "kustomize/deprecated-common-labels",
            "resources:\n  - settings.yaml\ncommonLabels:\n  team: hub\n",
            "resources:\n  - settings.yaml\nlabels:\n  - includeSelectors: true\n    pairs:\n      team: hub\n",
        ),
    ];
    for (rule, before, after) in cases {
        assert_eq!(mended(rule, before), after, "{rule}");
    }
}

#[test]
fn lists_are_put_in_order() {
    let cases = [
        (
            "kustomize/duplicate-entry",
            "resources:\n  - settings.yaml # first\n  - ./settings.yaml\n",
            "resources:\n  - settings.yaml # first\n",
        ),
        (
            "kustomize/unsorted",
            "resources:\n  - settings.yaml\n  - patch.yaml\n",
            "resources:\n  - patch.yaml\n  - settings.yaml\n",
        ),
        (
            "kustomize/kind-missing",
            "# all of it\nresources:\n  - settings.yaml\n",
            "# all of it\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - settings.yaml\n",
        ),
    ];
    for (rule, before, after) in cases {
        assert_eq!(mended(rule, before), after, "{rule}");
    }
}

const APPS: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n  namespace: flux-system\nspec:\n  interval: 10m\n  path: ./apps # all\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n";

/// Mends what one rule finds in the Flux Kustomization `apps`, which is written as `APPS` with a change and more behind it.
fn mended_flux(rule: &str, (from, to): (&str, &str), more: &str) -> String {
    let environment = Environment::new();
    environment.write("apps/settings.yaml", &format!("{PATCH}  shade: ${{SHADE:=dark}}\n"));
    environment.write("clusters/production/apps.yaml", &format!("{}{more}", APPS.replace(from, to)));
    let run = environment.treewright(&["lint", "--select", rule, "--unsafe-fixes"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{rule}: {}", run.stderr);
    environment.read("clusters/production/apps.yaml")
}

#[test]
fn flux_kustomizations_are_mended_in_place() {
    let same = ("", "");
    let cases = [
        ("flux/path-missing", ("./apps", "./app"), "", APPS.to_owned()),
        ("flux/path-leaves-source", ("./apps", "../../apps"), "", APPS.to_owned()),
        ("flux/suspended", same, "  suspend: true\n", APPS.to_owned()),
        ("flux/force-on", same, "  force: true\n", APPS.to_owned()),
        ("flux/prune-off", ("prune: true", "prune: false"), "", APPS.to_owned()),
        (
            "flux/health-checks-ignored",
            same,
            "  wait: true\n  healthChecks:\n    - kind: Deployment\n      name: hub\n",
            format!("{APPS}  wait: true\n"),
        ),
        (
            "flux/variable-not-a-string",
            same,
            "  postBuild:\n    substitute:\n      SIZE: 3 # few\n",
            format!("{APPS}  postBuild:\n    substitute:\n      SIZE: \"3\" # few\n"),
        ),
        (
            "flux/unused-variable",
            same,
            "  postBuild:\n    substitute:\n      SHADE: light\n      SIZE: \"3\"\n",
            format!("{APPS}  postBuild:\n    substitute:\n      SHADE: light\n"),
        ),
    ];
    for (rule, change, more, after) in cases {
        assert_eq!(mended_flux(rule, change, more), after, "{rule}");
    }
}

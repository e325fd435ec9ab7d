//! What lint says of builds: each cause once, at its place, and nothing that only follows from another.

use std::sync::Arc;

use treewright::{
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    report,
    source::Memory,
};

/// What is found in some files, one line each.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let mut view = Memory::new();
    for (path, text) in files {
        view.insert(RepoPath::new(path).expect("a path"), *text);
    }
    let project = Project::open(Arc::new(view)).expect("the view can be read");
    let outcome = lint::lint(&project, &Options::default());
    let lines = report::concise(&outcome.findings, &|path| project.text(path));
    lines.lines().map(str::to_owned).collect()
}

const SETTINGS: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  colour: blue\n";

/// A patch for an object that the repository does not have.
const PATCH: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n  namespace: default\ndata:\n  colour: red\n";

const WITHOUT_TARGET: &str = "error[kustomize/patch-without-target]: no matches for Id ConfigMap.v1.[noGrp]/other.default; failed to find unique target for patch ConfigMap.v1.[noGrp]/other.default";

#[test]
fn a_base_that_many_include_is_told_once() {
    let base = [
        ("base/kustomization.yaml", "resources: [settings.yaml]\npatches: [{path: patch.yaml}]\n"),
        ("base/settings.yaml", SETTINGS),
        ("base/patch.yaml", PATCH),
    ];
    let overlays = ["a", "b", "c"].map(|name| format!("{name}/kustomization.yaml"));
    let overlays = overlays.iter().map(|path| (path.as_str(), "resources: [../base]\n"));
    let files: Vec<_> = base.into_iter().chain(overlays).collect();
    assert_eq!(found(&files), [format!("base/patch.yaml:1:1: {WITHOUT_TARGET}")]);
}

#[test]
fn what_follows_from_something_that_is_not_there_is_not_told() {
    let patched = |first: &str| format!("resources: [settings.yaml, {first}]\npatches: [{{path: patch.yaml}}]\n");
    let files = |kustomization: &str, other: Option<(&'static str, &'static str)>| {
        let all = [("kustomization.yaml", kustomization), ("settings.yaml", SETTINGS), ("patch.yaml", PATCH)];
        found(&all.into_iter().chain(other).collect::<Vec<_>>())
    };
    // The target may be in the remote base.
    assert_eq!(files(&patched("\"https://example.org/base?ref=v1\""), None), [""; 0]);
    assert_eq!(
        files(&patched("gone.yaml"), None),
        ["kustomization.yaml:1:28: error[kustomize/missing-resource]: `gone.yaml` does not exist"]
    );
    let broken = files(&patched("broken.yaml"), Some(("broken.yaml", "a: [\n")));
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].starts_with("broken.yaml:") && broken[0].contains("[yaml/syntax]"), "{broken:?}");
    let twice = files(&patched("twice.yaml"), Some(("twice.yaml", "kind: A\nkind: A\n")));
    assert_eq!(twice, ["twice.yaml:2:1: error[yaml/duplicate-key]: the key `kind` stands twice in this mapping"]);
    // Nothing is missing here.
    assert_eq!(files("resources: [settings.yaml]\npatches: [{path: patch.yaml}]\n", None).len(), 1);
}

#[test]
fn patches_for_what_a_component_of_flux_brings_are_not_blamed() {
    let flux = |more: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: flux-system, namespace: flux-system}}\nspec: {{url: 'https://example.org/x.git', interval: 1m}}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: app, namespace: flux-system}}\nspec:\n  path: ./app\n  interval: 10m\n  prune: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{more}"
        )
    };
    let about_patches = |more: &str| {
        let flux = flux(more);
        let files = [
            ("clusters/app.yaml", flux.as_str()),
            ("app/kustomization.yaml", "resources: [settings.yaml]\npatches: [{path: patch.yaml}]\n"),
            ("app/settings.yaml", SETTINGS),
            ("app/patch.yaml", PATCH),
        ];
        found(&files).into_iter().filter(|line| line.contains("patch-without-target")).count()
    };
    assert_eq!(about_patches(""), 1);
    assert_eq!(about_patches("  components: [../part]\n"), 0);
}

#[test]
fn a_circle_that_nothing_leads_to_is_found() {
    let lines = found(&[
        ("a/kustomization.yaml", "resources: [../b]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
        ("c/kustomization.yaml", "resources: [.]\n"),
    ]);
    assert_eq!(
        lines,
        [
            "b/kustomization.yaml:1:13: error[kustomize/cycle]: cycle detected: candidate root `a` contains visited root `a`",
            "c/kustomization.yaml:1:13: error[kustomize/cycle]: cycle detected: candidate root `c` contains visited root `c`",
        ]
    );
}

#[test]
fn objects_without_a_value_are_told_where_no_build_takes_them_in() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  1: a\n";
    assert_eq!(
        found(&[("settings.yaml", text)]),
        ["settings.yaml:7:3: error[kustomize/unparsable-file]: the key is not a string"]
    );
}

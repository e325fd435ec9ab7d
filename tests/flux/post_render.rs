//! What becomes of the objects of a chart: post renderers and common metadata, by reasoning over what helm-controller does.

use std::sync::Arc;

use treewright::{
    diagnostic::Label,
    flux::{FluxOptions, post_render},
    manifest::{NotRendered, Rendered, RenderedObject},
    path::RepoPath,
    yaml::print,
};

use super::render::{Case, place};

const HEAD: &str = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: team
spec:
";

const CHART: &str = "apiVersion: v1
kind: Service
metadata:
  name: hub
  labels:
    app: hub
spec:
  type: ClusterIP
---
apiVersion: v1
kind: Pod
metadata:
  name: hub
spec:
  containers:
  - image: hub:1
    name: main
---
apiVersion: v1
kind: Pod
metadata:
  annotations:
    helm.sh/hook: post-install
  name: hook
spec:
  containers:
  - image: hub:1
    name: main
";

const RENDERERS: &str = "  postRenderers:
    - kustomize:
        patches:
          - target:
              kind: Service
            patch: |
              - op: replace
                path: /spec/type
                value: NodePort
    - kustomize:
        images:
          - name: hub
            newName: mirror/hub
            newTag: \"2\"
  commonMetadata:
    labels:
      team: ours
";

/// What the release makes of the chart, and what is said about it.
fn rendered(spec: &str, chart: &str, version: &str) -> (String, Vec<String>) {
    let case = Case::new(&[("release.yaml", &format!("{HEAD}{spec}")), ("chart.yaml", chart)], "");
    let path = RepoPath::new("release.yaml").expect("a path");
    let object =
        |(id, value)| RenderedObject { id, value: Arc::new(value), path: path.clone(), name_before_hash: None };
    let release = object(case.objects("release.yaml").pop().expect("the release"));
    let objects: Vec<RenderedObject> = case.objects("chart.yaml").into_iter().map(object).collect();
    let mut given = Rendered { objects, ..Rendered::default() };
    if given.objects.is_empty() {
        let (what, reason) = ("Helm release hub".to_owned(), "no helm".into());
        given.not_rendered.push(NotRendered { place: Label::file(&path, ""), what, reason });
    }
    let options = FluxOptions { version: version.parse().expect("a version"), strict: None };
    let out = post_render(&case.session, &release, given, &options);
    let mut text = String::new();
    print::kustomize::documents(out.objects.iter().map(|object| &*object.value), &mut text).expect("printable");
    let place = |label: &Label| place(&case.session, label);
    let left_out = out.not_rendered.iter().map(|one| format!("{}: {}: {}", place(&one.place), one.what, one.reason));
    let problems = out.problems.iter().map(|one| format!("{}: {}", place(&one.primary), one.message));
    (text, left_out.chain(problems).collect())
}

/// The chart as the renderers leave it; hooks are changed or not.
fn expected(hook_changed: bool) -> String {
    let pod = |name: &str, image: &str, annotations: &str, labels: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n{annotations}{labels}  name: {name}\nspec:\n  containers:\n  - image: {image}\n    name: main\n"
        )
    };
    let labels = "  labels:\n    team: ours\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    app: hub\n    team: ours\n  name: hub\nspec:\n  type: NodePort\n";
    let annotations = "  annotations:\n    helm.sh/hook: post-install\n";
    let (image, hook_labels) = if hook_changed { ("mirror/hub:2", labels) } else { ("hub:1", "") };
    [service, &pod("hub", "mirror/hub:2", "", labels), &pod("hook", image, annotations, hook_labels)].join("---\n")
}

#[test]
fn renderers_change_objects_one_after_the_other_and_metadata_comes_last() {
    assert_eq!(rendered(RENDERERS, CHART, "2.9"), (expected(true), Vec::new()));
}

#[test]
fn hooks_are_spared_before_2_9_and_where_that_is_asked_for() {
    assert_eq!(rendered(RENDERERS, CHART, "2.8"), (expected(false), Vec::new()));
    let spares = format!("{RENDERERS}  postRenderStrategy: nohooks\n");
    assert_eq!(rendered(&spares, CHART, "2.9"), (expected(false), Vec::new()));
}

#[test]
fn without_objects_renderers_are_listed() {
    let wanted = [
        "release.yaml:1:1: Helm release hub: no helm",
        "release.yaml:9:9: the post renderers of HelmRelease team/hub: they change what the chart gives",
    ];
    assert_eq!(rendered(RENDERERS, "", "2.9"), (String::new(), wanted.map(str::to_owned).to_vec()));
}

#[test]
fn a_renderer_that_fails_fails_the_release() {
    let spec = "  postRenderers:
    - kustomize:
        patches:
          - patch: |
              apiVersion: v1
              kind: Service
              metadata:
                name: absent
";
    let (objects, said) = rendered(spec, CHART, "2.9");
    assert_eq!((objects.as_str(), said.len()), ("", 1), "{said:?}");
}

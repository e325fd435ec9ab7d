//! Charts that somebody renders take the place of their source among the others.

use std::sync::Arc;

use treewright::{
    argo::{self, Application, ArgoOptions, Repository},
    helm::Release,
    manifest::{ObjectId, Rendered, RenderedObject},
    path::RepoPath,
};

use super::{tree, yaml};

const TREE: &str = "\
-- application.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: demo, namespace: argocd}
spec:
  destination: {server: s, namespace: target}
  sources:
    - {repoURL: https://h/t/repo, path: first}
    - {repoURL: https://charts.example.org, chart: hub, helm: {valuesObject: {name: both}}}
    - {repoURL: https://h/t/repo, path: last}
-- first/a.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: both}, type: first}
-- last/a.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: after}}
";

/// A chart of one Secret, named by its values.
fn charts(release: &Release) -> Rendered {
    let name = &release.values.get("name").and_then(|name| name.as_scalar()).expect("a name").text;
    let value = yaml(&format!("{{apiVersion: v1, kind: Secret, metadata: {{name: {name}}}, type: chart}}"));
    let id = ObjectId::of_value(&value).expect("an object");
    let object = RenderedObject { id, value: Arc::new(value), path: RepoPath::root(), name_before_hash: None };
    Rendered { objects: vec![object], ..Rendered::default() }
}

#[test]
fn a_chart_is_one_source_among_others() {
    let view = tree::view(&tree::files(TREE));
    let session = tree::session(&view);
    let file = session.file(&RepoPath::new("application.yaml").expect("a path")).expect("readable").expect("a file");
    let value = file
        .stream()
        .expect("YAML")
        .documents()
        .next()
        .expect("a document")
        .root()
        .to_value(file.id())
        .expect("a value");
    let application = Application::of(&ObjectId::of_value(&value).expect("an object"), &value).expect("an Application");
    let options = ArgoOptions {
        repository: Repository::at(["https://h/t/repo"]),
        charts: Some(&charts),
        ..ArgoOptions::default()
    };
    let output = argo::render(&session, view.as_ref(), &application, &options);
    let objects: Vec<String> = output.rendered.objects.iter().map(|object| object.id.to_string()).collect();
    assert_eq!(objects, ["Secret target/both", "Secret target/after"]);
    let kept = output.rendered.objects.first().expect("the chart's").value.get("type").cloned();
    assert_eq!(kept, Some(yaml("chart")));
    assert_eq!(output.rendered.problems.len(), 1);
    assert_eq!(output.rendered.not_rendered, []);
    assert_eq!(output.releases.first().map(|one| one.source), Some(1));
}

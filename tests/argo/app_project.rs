//! What an `AppProject` allows.

use std::sync::Arc;

use treewright::{
    argo::{AppProject, Application},
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
};

use super::yaml;

fn project(spec: &str) -> AppProject {
    let value = yaml(&format!(
        "{{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {{name: p}}, spec: {{{spec}}}}}"
    ));
    AppProject::of(&ObjectId::of_value(&value).expect("an object"), &value).expect("an AppProject")
}

fn application(namespace: &str, url: &str, destination: &str) -> Application {
    let value = yaml(&format!(
        "{{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {{name: a, namespace: {namespace}}}, \
         spec: {{project: p, destination: {{{destination}}}, source: {{repoURL: '{url}', path: x}}}}}}"
    ));
    Application::of(&ObjectId::of_value(&value).expect("an object"), &value).expect("an Application")
}

fn object(api_version: &str, kind: &str, namespace: &str) -> RenderedObject {
    let value =
        yaml(&format!("{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: o, namespace: '{namespace}'}}}}"));
    let id = ObjectId::of_value(&value).expect("an object");
    RenderedObject { id, value: Arc::new(value), path: RepoPath::root(), name_before_hash: None }
}

fn reasons(project: &AppProject, application: &Application, objects: &[RenderedObject]) -> Vec<String> {
    project.refusals(application, "argocd", objects).into_iter().map(|refusal| refusal.reason).collect()
}

const ALL: &str = "sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'}]";

#[test]
fn sources_are_globs_and_may_be_denied() {
    let allows = |repos: &str, url: &str| {
        let project = project(&format!("sourceRepos: [{repos}]"));
        project.allows_source(&application("argocd", url, "").sources[0]).is_ok()
    };
    assert!(allows("'*'", "https://h/a/b"));
    assert!(allows("'https://h/a/*'", "https://h/a/b.git"));
    assert!(!allows("'https://h/*'", "https://h/a/b"));
    assert!(allows("'https://h/**'", "https://h/a/b"));
    assert!(allows("'git@h:a/b.git'", "ssh://git@h/a/b"));
    assert!(!allows("'*', '!https://h/a/b'", "https://h/a/b"));
    assert!(allows("'!https://h/a/c'", "https://h/a/b"));
    assert!(!allows("", "https://h/a/b"));
}

#[test]
fn destinations_need_cluster_and_namespace() {
    let allows = |destinations: &str, destination: &str| {
        let project = project(&format!("destinations: [{destinations}]"));
        let application = application("argocd", "https://h/a/b", destination);
        project.allows_destination(&application.destination, application.origin).is_ok()
    };
    assert!(allows("{server: 'https://k', namespace: 'jhub-*'}", "server: 'https://k', namespace: jhub-one"));
    assert!(!allows("{server: 'https://k', namespace: 'jhub-*'}", "server: 'https://k', namespace: other"));
    assert!(!allows("{server: 'https://k', namespace: '*'}", "server: 'https://l', namespace: x"));
    assert!(allows("{name: prod, namespace: '*'}", "name: prod, namespace: x"));
    assert!(!allows(
        "{server: '*', namespace: '*'}, {server: '*', namespace: '!kube-system'}",
        "server: 'https://k', namespace: kube-system"
    ));
    assert!(allows("{server: '*', namespace: '!kube-system'}", "server: 'https://k', namespace: x"));
}

#[test]
fn cluster_scoped_kinds_must_be_listed_and_namespaced_kinds_must_not() {
    let application = application("argocd", "https://h/a/b", "server: s, namespace: n");
    let objects = [object("v1", "Namespace", ""), object("v1", "ConfigMap", "n"), object("apps/v1", "Deployment", "n")];
    assert_eq!(reasons(&project(ALL), &application, &objects), ["the project `p` does not allow the kind Namespace"]);
    let listed = project(&format!("{ALL}, clusterResourceWhitelist: [{{group: '', kind: Namespace}}]"));
    assert_eq!(reasons(&listed, &application, &objects), [""; 0]);
    let named = project(&format!("{ALL}, clusterResourceWhitelist: [{{group: '', kind: Namespace, name: 'x-*'}}]"));
    assert_eq!(reasons(&named, &application, &objects).len(), 1);
    let denied = project(&format!(
        "{ALL}, clusterResourceWhitelist: [{{group: '*', kind: '*'}}], namespaceResourceBlacklist: [{{group: apps, kind: '*'}}]"
    ));
    assert_eq!(
        reasons(&denied, &application, &objects),
        ["the project `p` does not allow the kind Deployment of apps"]
    );
    let few = project(&format!(
        "{ALL}, clusterResourceWhitelist: [{{group: '*', kind: '*'}}], namespaceResourceWhitelist: [{{group: '', kind: ConfigMap}}]"
    ));
    assert_eq!(reasons(&few, &application, &objects), ["the project `p` does not allow the kind Deployment of apps"]);
    let none = project(&format!(
        "{ALL}, clusterResourceWhitelist: [{{group: '*', kind: '*'}}], namespaceResourceWhitelist: []"
    ));
    assert_eq!(reasons(&none, &application, &objects).len(), 2);
}

#[test]
fn everything_that_is_refused_is_told() {
    let project = project(
        "sourceRepos: ['https://h/a/b'], destinations: [{server: s, namespace: n}], sourceNamespaces: [team-*]",
    );
    let fine = application("team-a", "https://h/a/b", "server: s, namespace: n");
    assert_eq!(reasons(&project, &fine, &[object("v1", "ConfigMap", "n")]), [""; 0]);
    let wrong = application("other", "https://h/a/c", "server: s, namespace: m");
    let expected = [
        "the project `p` takes no Applications in namespace `other`",
        "the project `p` does not allow the source https://h/a/c",
        "the project `p` does not allow the namespace `x` of cluster `s`",
        "the project `p` does not allow the namespace `m` of cluster `s`",
    ];
    assert_eq!(reasons(&project, &wrong, &[object("v1", "ConfigMap", "x")]), expected);
}

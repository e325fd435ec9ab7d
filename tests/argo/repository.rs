//! Which addresses are those of the repository at hand.

use treewright::{
    argo::{Application, Repository},
    manifest::ObjectId,
};

use super::{tree, yaml};

fn application(sources: &[(&str, &str)]) -> Application {
    let sources: String = sources.iter().map(|(url, path)| format!("{{repoURL: '{url}', path: '{path}'}}, ")).collect();
    let value = yaml(&format!(
        "{{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {{name: a}}, spec: {{sources: [{sources}]}}}}"
    ));
    Application::of(&ObjectId::of_value(&value).expect("an object"), &value).expect("an Application")
}

fn find(remotes: &[&str], sources: &[(&str, &str)]) -> Repository {
    let files = [("apps/one/a.yaml".to_owned(), String::new()), ("apps/two/a.yaml".to_owned(), String::new())];
    Repository::find(remotes.iter().copied(), &[application(sources)], tree::view(&files).as_ref())
}

#[test]
fn one_repository_has_many_spellings() {
    let here = Repository::at(["git@git.example.org:team/repo.git"]);
    for url in [
        "https://git.example.org/team/repo",
        "ssh://git@git.example.org/team/repo.git",
        "https://me@GIT.example.org/Team/repo/",
    ] {
        assert!(here.is_here(url), "{url}");
    }
    for url in
        ["https://git.example.org/team/other", "https://elsewhere.org/team/repo", "https://git.example.org/repo", ""]
    {
        assert!(!here.is_here(url), "{url}");
    }
}

#[test]
fn a_remote_that_is_used_decides() {
    let here = find(&["https://h/t/fork"], &[("https://h/t/fork", "gone"), ("https://h/t/other", "apps/one")]);
    assert!(here.is_here("https://h/t/fork"));
    assert!(!here.is_here("https://h/t/other"));
}

#[test]
fn else_the_directories_decide() {
    let sources = [
        ("https://h/t/one", "apps/one"),
        ("https://h/t/one", "apps/two"),
        ("https://h/t/other", "apps/one"),
        ("https://h/t/root", "."),
    ];
    let here = find(&["https://h/t/fork"], &sources);
    assert!(here.is_here("https://h/t/one"));
    assert!(!here.is_here("https://h/t/other"));
    assert!(!here.is_here("https://h/t/root"));
}

#[test]
fn more_missing_than_found_is_another_repository() {
    let here = find(&[], &[("https://h/t/x", "apps/one"), ("https://h/t/x", "gone"), ("https://h/t/x", "lost")]);
    assert!(!here.is_here("https://h/t/x"));
}

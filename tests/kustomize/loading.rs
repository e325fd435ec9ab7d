//! What is loaded, and through which ways.

use std::sync::Arc;

use treewright::{
    kustomize::{Options, Session},
    source::EntryKind,
};

use super::{build, config_map, printed, view};

#[test]
fn all_three_names_are_found() {
    for name in ["kustomization.yaml", "kustomization.yml", "Kustomization"] {
        assert_eq!(printed(&[(name, "resources: [a.yaml]\n"), ("a.yaml", &config_map("a"))]), config_map("a"));
    }
}

#[test]
fn field_names_match_in_any_case_and_the_last_of_two_counts() {
    let files = [
        ("kustomization.yaml", "Resources: [a.yaml]\nNAMEPREFIX: x-\nresources: [b.yaml]\nresources: [a.yaml]\n"),
        ("a.yaml", &*config_map("a")),
    ];
    assert_eq!(printed(&files), config_map("x-a"));
}

#[test]
fn only_the_first_document_of_a_kustomization_counts() {
    let files =
        [("kustomization.yaml", "resources: [a.yaml]\n---\nresources: [b.yaml]\n"), ("a.yaml", &*config_map("a"))];
    assert_eq!(printed(&files), config_map("a"));
}

#[test]
fn documents_after_bare_dots_are_lost_as_in_kustomize() {
    let text = format!("{}...\n{}...\n---\n{}", config_map("a"), config_map("b"), config_map("c"));
    let files = [("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", text.as_str())];
    assert_eq!(printed(&files), format!("{}---\n{}", config_map("a"), config_map("c")));
}

#[test]
fn a_list_without_items_stays() {
    let files = [("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", "kind: FooList\napiVersion: v1\n")];
    assert_eq!(printed(&files), "apiVersion: v1\nkind: FooList\nmetadata: {}\n");
}

#[test]
fn nulls_in_lists_are_kept() {
    let object = "kind: Any\nmetadata:\n  name: a\nspec:\n- 1\n- null\n";
    assert_eq!(printed(&[("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", object)]), object);
}

#[test]
fn nothing_to_print_is_nothing() {
    assert_eq!(printed(&[("kustomization.yaml", "resources: []\n")]), "");
    assert_eq!(printed(&[("kustomization.yaml", "namePrefix: a-\n")]), "");
}

#[test]
fn symbolic_links_are_followed_inside_of_the_view() {
    let mut files = view(&[
        ("app/kustomization.yaml", "resources: [linked.yaml, base]\n"),
        ("app/real.yaml", &config_map("a")),
        ("shared/base/kustomization.yaml", "namePrefix: b-\nresources: [c.yaml]\n"),
        ("shared/base/c.yaml", &config_map("c")),
    ]);
    files.insert_as(super::path("app/linked.yaml"), EntryKind::Symlink, "real.yaml");
    files.insert_as(super::path("app/base"), EntryKind::Symlink, "../shared/base");
    files.insert_as(super::path("other"), EntryKind::Symlink, "app");
    let session = Session::new(Arc::new(files), Options::default());
    for directory in ["app", "other"] {
        let build = session.build(&super::path(directory)).expect("builds");
        assert_eq!(build.to_yaml().expect("prints"), format!("{}---\n{}", config_map("a"), config_map("b-c")));
    }
}

#[test]
fn a_link_does_not_get_around_the_restriction() {
    let mut files =
        view(&[("app/kustomization.yaml", "resources: [linked.yaml]\n"), ("secret.yaml", &config_map("a"))]);
    files.insert_as(super::path("app/linked.yaml"), EntryKind::Symlink, "../secret.yaml");
    let error = Session::new(Arc::new(files), Options::default()).build(&super::path("app")).expect_err("refused");
    assert_eq!(error.problem().kind.id(), "kustomize/outside-root");
}

#[test]
fn links_in_a_circle_end_in_an_error() {
    let mut files = view(&[("kustomization.yaml", "resources: [a]\n")]);
    files.insert_as(super::path("a"), EntryKind::Symlink, "b");
    files.insert_as(super::path("b"), EntryKind::Symlink, "a");
    let error = Session::new(Arc::new(files), Options::default()).build(&super::path("")).expect_err("refused");
    assert!(error.to_string().contains("leads back to itself"), "{error}");
}

#[test]
fn a_long_row_of_bases_ends_in_an_error() {
    let names: Vec<String> = (0..300).map(|number| format!("d{number}/kustomization.yaml")).collect();
    let texts: Vec<String> = (1..=300).map(|number| format!("resources: [../d{number}]\n")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    files.push(("kustomization.yaml", "resources: [d0]\n"));
    let error = build(&files).expect_err("refused");
    assert_eq!(error.problem().kind.id(), "kustomize/cycle");
}

//! Findings as people read them: frames of several files, at 80 columns, with and without colour.

use std::sync::Arc;

use treewright::{
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::Memory,
};

const KUSTOMIZATION: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
";

/// A repository in which a finding has places in two files.
fn project() -> Project {
    let mut view = Memory::new();
    let mut put = |path: &str, text: &str| view.insert(RepoPath::new(path).expect("a path"), text);
    put("clusters/production/apps.yaml", KUSTOMIZATION);
    put("apps/values.yaml", "# Für den Hub\nhub:\n  replicas: 1\n");
    Project::open(Arc::new(view)).expect("the view can be read")
}

fn drawn(colour: bool) -> String {
    let project = project();
    let outcome = lint::lint(&project, &Options::default());
    report::text(&outcome.findings, &|path| project.text(path), TextOptions { colour, width: 80 })
}

/// The text without escape sequences.
fn stripped(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    plain.extend(parts.map(|part| part.split_once('m').map_or("", |(_, rest)| rest)));
    plain
}

#[test]
fn a_finding_shows_a_frame_for_each_file() {
    insta::assert_snapshot!(drawn(false), @r"
    error[flux/not-kubernetes]: this is no Kubernetes object, but Flux applies every YAML file here
       ╭─[apps/values.yaml:2:1]
     1 │ # Für den Hub
     2 │ hub:
       · ──┬─
       ·   ╰── the build of the directory ends here
     3 │   replicas: 1
       ╰────
       ╭─[clusters/production/apps.yaml:8:9]
     7 │   interval: 10m
     8 │   path: ./apps
       ·         ───┬──
       ·            ╰── Kustomization flux-system/apps applies all of it
     9 │   prune: true
       ╰────
      help: the directory has no kustomization file: add one that lists what is to be applied, or move this file away
    ");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let coloured = drawn(true);
    assert!(coloured.contains("\u{1b}["), "there is colour");
    assert_eq!(stripped(&coloured), drawn(false));
}

#[test]
fn lines_fit_the_width() {
    let text = drawn(false);
    let frames = text.lines().filter(|line| !line.trim_start().starts_with("help:") && !line.starts_with("error["));
    let long: Vec<&str> = frames.filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:#?}");
}

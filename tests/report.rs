//! Findings as people read them: frames of several files, at 80 columns, with and without colour.

use std::{collections::BTreeMap, sync::Arc};

use treewright::{
    change::{ChangeSet, TextEdit},
    diagnostic::{Diagnostic, Fix, Label, Safety, Severity},
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::Memory,
    text::{SourceText, Span},
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
      help: the directory has no kustomization file: add one that lists what is to
            be applied, or move this file away
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
    let below = text.lines().filter(|line| !line.starts_with("error["));
    let long: Vec<&str> = below.filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:#?}");
}

const PLAIN: TextOptions = TextOptions { colour: false, width: 80 };

/// Files in which labels are placed by the text they mean.
struct Files(BTreeMap<&'static str, String>);

impl Files {
    fn new(files: &[(&'static str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect())
    }

    fn label(&self, path: &str, meant: &str, message: &str) -> Label {
        let start = self.0[path].find(meant).expect("the text is there");
        Label::new(&RepoPath::new(path).expect("a path"), Span::new(start, start + meant.len()), message)
    }

    fn text(&self, finding: Diagnostic, options: TextOptions) -> String {
        report::text(&[finding], &|path| Some(SourceText::new(self.0.get(path.as_str())?.as_str())), options)
    }

    fn concise(&self, findings: &[Diagnostic]) -> String {
        report::concise(findings, &|path| Some(SourceText::new(self.0.get(path.as_str())?.as_str())))
    }
}

const RELEASE: &str = "kind: HelmRelease\nspec:\n  valuesFrom:\n    - kind: Secret\n      name: hub-secrets\n      valuesKey: CLIENT-ID\n      targetPath: hub.id\n";
const EXTERNAL: &str = "kind: ExternalSecret\nspec:\n  # 1\n  # 2\n  # 3\n  # 4\n  # 5\n  data:\n    - remoteRef:\n        key: hub\n      secretKey: CLIENT_ID\n";

/// A finding with places in two files, help longer than a line, and a fix.
fn in_two_files(severity: Severity) -> (Files, Diagnostic) {
    let files = Files::new(&[("release.yaml", RELEASE), ("external.yaml", EXTERNAL)]);
    let key = files.label("release.yaml", "CLIENT-ID", "HelmRelease hub/hub reads this key");
    let mut changes = ChangeSet::new();
    changes.edit(&key.path, [TextEdit::new(key.span, "CLIENT_ID")]).expect("one edit");
    let finding = Diagnostic::new(
        "helm/values-from-key-missing",
        severity,
        "nothing puts `CLIENT-ID` into Secret hub-secrets",
        key,
    )
    .with_label(files.label(
        "external.yaml",
        "CLIENT_ID",
        "the ExternalSecret that makes the Secret writes `CLIENT_ID`",
    ))
    .with_label(files.label("release.yaml", "hub-secrets", "of this Secret"))
    .with_help("did you mean `CLIENT_ID`? Names of keys are compared letter by letter, and case counts")
    .with_fix(Fix { title: "read `CLIENT_ID`".to_owned(), safety: Safety::Unsafe, changes });
    (files, finding)
}

#[test]
fn places_in_two_files_stand_below_each_other() {
    let (files, finding) = in_two_files(Severity::Error);
    let text = "\
error[helm/values-from-key-missing]: nothing puts `CLIENT-ID` into Secret hub-secrets
    ╭─[release.yaml:6:18]
  4 │     - kind: Secret
  5 │       name: hub-secrets
    ·             ─────┬─────
    ·                  ╰── of this Secret
  6 │       valuesKey: CLIENT-ID
    ·                  ────┬────
    ·                      ╰── HelmRelease hub/hub reads this key
  7 │       targetPath: hub.id
    ╰────
    ╭─[external.yaml:11:18]
 10 │         key: hub
 11 │       secretKey: CLIENT_ID
    ·                  ────┬────
    ·                      ╰── the ExternalSecret that makes the Secret writes `CLIENT_ID`
    ╰────
  help: did you mean `CLIENT_ID`? Names of keys are compared letter by letter,
        and case counts
  fix: read `CLIENT_ID` (--unsafe-fixes)

";
    assert_eq!(files.text(finding, PLAIN), text);
}

#[test]
fn the_primary_place_has_the_colour_of_the_level() {
    let (files, finding) = in_two_files(Severity::Warning);
    let text = "\
^[1;33mwarning[helm/values-from-key-missing]^[0m: ^[1mnothing puts `CLIENT-ID` into Secret hub-secrets^[0m
    ╭─[^[36;1;4mrelease.yaml:6:18^[0m]
  ^[2m4^[0m │     - kind: Secret
  ^[2m5^[0m │       name: hub-secrets
    · ^[36m            ─────┬─────^[0m
    ·                  ^[36m╰── ^[36mof this Secret^[0m^[0m
  ^[2m6^[0m │       valuesKey: CLIENT-ID
    · ^[33m                 ────┬────^[0m
    ·                      ^[33m╰── ^[33mHelmRelease hub/hub reads this key^[0m^[0m
  ^[2m7^[0m │       targetPath: hub.id
    ╰────
    ╭─[^[36;1;4mexternal.yaml:11:18^[0m]
 ^[2m10^[0m │         key: hub
 ^[2m11^[0m │       secretKey: CLIENT_ID
    · ^[36m                 ────┬────^[0m
    ·                      ^[36m╰── ^[36mthe ExternalSecret that makes the Secret writes `CLIENT_ID`^[0m^[0m
    ╰────
  ^[36mhelp^[0m: did you mean `CLIENT_ID`? Names of keys are compared letter by letter,
        and case counts
  ^[36mfix^[0m: read `CLIENT_ID` (--unsafe-fixes)

";
    assert_eq!(files.text(finding, TextOptions { colour: true, width: 80 }).replace('\u{1b}', "^"), text);
}

#[test]
fn a_file_as_a_whole_shows_its_path_alone() {
    let files = Files::new(&[("kustomisation.yaml", "resources: []\n"), ("empty.yaml", "")]);
    let path = RepoPath::new("kustomisation.yaml").expect("a path");
    let finding =
        Diagnostic::new("kustomize/misspelt-file", Severity::Error, "kustomize overlooks this", Label::file(&path, ""));
    let text = "\
error[kustomize/misspelt-file]: kustomize overlooks this
   ╭─[kustomisation.yaml]
   ╰────

";
    assert_eq!(files.text(finding, PLAIN), text);
    let path = RepoPath::new("empty.yaml").expect("a path");
    let finding =
        Diagnostic::new("any/rule", Severity::Info, "there is nothing in it", Label::file(&path, "write something"));
    let text = "\
info[any/rule]: there is nothing in it
   ╭─[empty.yaml]: write something
   ╰────

";
    assert_eq!(files.text(finding, PLAIN), text);
}

#[test]
fn of_a_long_line_only_what_is_near_is_shown() {
    let long = format!("before: 1\nlist: [{}wrong, {}last]\nafter: 2\n", "item, ".repeat(200), "item, ".repeat(200));
    let files = Files::new(&[("long.yaml", &long)]);
    let finding =
        Diagnostic::new("any/rule", Severity::Error, "this is wrong", files.label("long.yaml", "wrong", "here"));
    let text = "\
error[any/rule]: this is wrong
   ╭─[long.yaml:2:1208]
 2 │ item, item, item, item, item, wrong, item, item, item, item, item
   ·                               ──┬──
   ·                                 ╰── here
   ╰────

";
    assert_eq!(files.text(finding, PLAIN), text);
}

#[test]
fn marks_stand_below_wide_characters_and_tabs() {
    let files = Files::new(&[("wide.yaml", "名前: 東京タワー # 塔\nname: \u{65}\u{301}tage\ttop # 🗼 tower\n")]);
    let finding = Diagnostic::new(
        "any/rule",
        Severity::Warning,
        "`東京タワー` is far",
        files.label("wide.yaml", "東京タワー", "a tower"),
    )
    .with_label(files.label("wide.yaml", "top", "behind a tab"))
    .with_label(files.label("wide.yaml", "tower", "behind a picture"));
    let text = "\
warning[any/rule]: `東京タワー` is far
   ╭─[wide.yaml:1:5]
 1 │ 名前: 東京タワー # 塔
   ·       ─────┬────
   ·            ╰── a tower
 2 │ name: e\u{301}tage top # 🗼 tower
   ·             ─┬─      ──┬──
   ·              │         ╰── behind a picture
   ·              ╰── behind a tab
   ╰────

";
    assert_eq!(files.text(finding, PLAIN), text);
}

#[test]
fn concise_is_one_line_for_each_finding() {
    let (files, finding) = in_two_files(Severity::Error);
    let whole = Diagnostic::new(
        "any/rule",
        Severity::Info,
        "all of it",
        Label::file(&RepoPath::new("gone.yaml").expect("a path"), ""),
    );
    let lines = "\
release.yaml:6:18: error[helm/values-from-key-missing]: nothing puts `CLIENT-ID` into Secret hub-secrets
gone.yaml:1:1: info[any/rule]: all of it
";
    assert_eq!(files.concise(&[finding, whole]), lines);
    assert_eq!(files.concise(&[]), "");
}

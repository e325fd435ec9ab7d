//! What is said when a build fails: the place, the message, the help, and the way there.

use treewright::{
    diagnostic::Label,
    kustomize::{LoadRestriction, Options, Problem, ProblemKind},
    path::RepoPath,
    text::SourceText,
};

use super::{build, config_map, session};

/// A problem as people would read it.
pub(super) fn describe(files: &[(&str, &str)], problem: &Problem) -> String {
    let place = |label: &Label| {
        let text = files.iter().find(|(name, _)| *name == label.path.as_str()).map_or("", |(_, text)| *text);
        let text = SourceText::new(text);
        let position = text.position(label.span.start);
        let bytes = text.slice(label.span);
        format!("{}:{}:{} «{bytes}» {}", label.path, position.line, position.column, label.message)
            .trim_end()
            .to_owned()
    };
    let mut lines =
        vec![format!("{}: {}", problem.kind.id(), problem.message), format!("  at {}", place(&problem.place))];
    lines.extend(problem.related.iter().map(|label| format!("  and {}", place(label))));
    lines.extend(problem.chain.iter().map(|label| format!("  via {}", place(label))));
    lines.extend(problem.help.iter().map(|help| format!("  help: {help}")));
    lines.join("\n")
}

/// Builds the root, which must fail, and gives the problem as text.
pub(super) fn failure(files: &[(&str, &str)]) -> String {
    let error = build(files).expect_err("must not build");
    describe(files, error.problem())
}

#[test]
fn an_unknown_field() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "resources: []\nnamePrefx: a-\n")]), @r"
    kustomize/invalid-kustomization: invalid Kustomization: unknown field `namePrefx` in the kustomization
      at kustomization.yaml:2:1 «namePrefx»
      help: did you mean `namePrefix`?
    ");
}

#[test]
fn an_unknown_field_of_an_entry() {
    let text = "images:\n  - name: nginx\n    tag: \"1\"\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", text)]), @r"
    kustomize/invalid-kustomization: invalid Kustomization: unknown field `tag` in images
      at kustomization.yaml:3:5 «tag»
      help: did you mean `newTag`?
    ");
}

#[test]
fn a_wrong_type() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "images:\n  - {name: nginx, newTag: 1.20}\n")]), @r"
    kustomize/invalid-kustomization: invalid Kustomization: `newTag` must be a string, not a number
      at kustomization.yaml:2:27 «1.20» this is a number
      help: put it in quotes
    ");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "namePrefix: yes\n")]), @r"
    kustomize/invalid-kustomization: invalid Kustomization: `namePrefix` must be a string, not a boolean
      at kustomization.yaml:1:13 «yes» this is a boolean
      help: put it in quotes
    ");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "resources: a.yaml\n")]), @r"
    kustomize/invalid-kustomization: invalid Kustomization: `resources` must be a list, not a string
      at kustomization.yaml:1:12 «a.yaml» this is a string
    ");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "- a.yaml\n")]), @r"
    kustomize/invalid-kustomization: invalid Kustomization: the kustomization must be a mapping, not a list
      at kustomization.yaml:1:1 «- a.yaml» this is a list
    ");
}

#[test]
fn an_empty_kustomization() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "")]), @r"
    kustomize/invalid-kustomization: kustomization.yaml is empty
      at kustomization.yaml:1:1 «»
      help: write at least `resources: []`
    ");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "kind: Kustomization\nresources:\n")]), @r"
    kustomize/invalid-kustomization: kustomization.yaml is empty
      at kustomization.yaml:1:1 «»
      help: write at least `resources: []`
    ");
}

#[test]
fn a_wrong_kind_or_version() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "kind: Deployment\nresources: []\n")]), @r"
    kustomize/invalid-kustomization: kind should be Kustomization or Component
      at kustomization.yaml:1:7 «Deployment»
    ");
    let text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nresources: []\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", text)]), @r"
    kustomize/invalid-kustomization: apiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1
      at kustomization.yaml:1:13 «kustomize.toolkit.fluxcd.io/v1»
      help: this is an object for Flux; kustomize wants the file to have another name
    ");
}

#[test]
fn a_missing_resource() {
    let files =
        [("kustomization.yaml", "resources:\n  - deploiment.yaml\n"), ("deployment.yaml", "kind: Deployment\n")];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/missing-resource: `deploiment.yaml` does not exist
      at kustomization.yaml:2:5 «deploiment.yaml»
      help: did you mean `deployment.yaml`?
    ");
}

#[test]
fn a_directory_without_kustomization() {
    let files = [("kustomization.yaml", "resources:\n- base\n"), ("base/kustomisation.yaml", "resources: []\n")];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/not-a-kustomization: unable to find one of `kustomization.yaml`, `kustomization.yml`, `Kustomization` in directory base
      at base:1:1 «»
      via kustomization.yaml:2:3 «base» included here
      help: `kustomisation.yaml` is not a name that kustomize knows; call it `kustomization.yaml`
    ");
}

#[test]
fn two_kustomization_files() {
    let files = [("kustomization.yaml", "resources: []\n"), ("Kustomization", "resources: []\n")];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/not-a-kustomization: multiple kustomization files in .: kustomization.yaml and Kustomization
      at kustomization.yaml:1:1 «»
      help: keep one of them
    ");
}

#[test]
fn a_file_outside_of_the_root() {
    let files = [("app/kustomization.yaml", "resources:\n- ../other.yaml\n"), ("other.yaml", &config_map("a"))];
    let error = session(&files, Options::default()).build(&super::path("app")).expect_err("refused");
    insta::assert_snapshot!(describe(&files, error.problem()), @r"
    kustomize/outside-root: the file `../other.yaml` is not in or below the directory of the kustomization
      at app/kustomization.yaml:2:3 «../other.yaml»
      help: move it there, or make its directory a kustomization and list that
    ");
    let options = Options { restriction: LoadRestriction::None, ..Options::default() };
    let build = session(&files, options).build(&super::path("app")).expect("allowed");
    assert_eq!(build.to_yaml().expect("prints"), config_map("a"));
}

#[test]
fn a_path_outside_of_the_repository() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "resources: [../../etc/passwd]\n")]), @r"
    kustomize/outside-root: `../../etc/passwd` leaves the repository
      at kustomization.yaml:1:13 «../../etc/passwd»
    ");
}

#[test]
fn a_cycle_names_the_way() {
    let files = [
        ("kustomization.yaml", "resources:\n- a\n"),
        ("a/kustomization.yaml", "resources:\n- ../b\n"),
        ("b/kustomization.yaml", "resources:\n- ../a\n"),
    ];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/cycle: cycle detected: candidate root `a` contains visited root `a`
      at b/kustomization.yaml:2:3 «../a»
      via kustomization.yaml:2:3 «a» included here
      via a/kustomization.yaml:2:3 «../b» included here
    ");
}

#[test]
fn a_document_without_name_deep_down() {
    let files = [
        ("kustomization.yaml", "resources:\n  - base\n"),
        ("base/kustomization.yaml", "resources:\n  - config.yaml\n"),
        ("base/config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {}\n"),
    ];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/not-an-object: missing metadata.name in object
      at base/config.yaml:1:1 «»
      via kustomization.yaml:2:5 «base» included here
      via base/kustomization.yaml:2:5 «config.yaml» listed here
      help: every document needs apiVersion, kind and metadata.name
    ");
    let error = build(&files).expect_err("must not build");
    let way: Vec<&RepoPath> = error.files().collect();
    assert_eq!(
        way,
        [&super::path("kustomization.yaml"), &super::path("base/kustomization.yaml"), &super::path("base/config.yaml")]
    );
}

#[test]
fn a_file_that_is_not_yaml() {
    let files =
        [("kustomization.yaml", "resources: [config.yaml]\n"), ("config.yaml", "kind: ConfigMap\n\tdata: {}\n")];
    let error = build(&files).expect_err("must not build");
    // What the fault is called, and which bytes it is, is the parser's affair.
    assert_eq!(error.problem().kind, ProblemKind::UnparsableFile);
    assert_eq!(error.problem().place.path, super::path("config.yaml"));
    let way: Vec<&RepoPath> = error.files().collect();
    assert_eq!(way, [&super::path("kustomization.yaml"), &super::path("config.yaml")]);
}

#[test]
fn a_key_that_stands_twice() {
    let text = format!("{}data: {{}}\ndata: {{}}\n", config_map("a"));
    let files = [("kustomization.yaml", "resources: [config.yaml]\n"), ("config.yaml", text.as_str())];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/unparsable-file: the key `data` stands twice in one mapping
      at config.yaml:6:1 «data»
      and config.yaml:5:1 «data» first here
      via kustomization.yaml:1:13 «config.yaml» listed here
    ");
}

#[test]
fn an_object_that_is_there_twice() {
    let files = [
        ("kustomization.yaml", "resources:\n  - a.yaml\n  - b.yaml\n"),
        ("a.yaml", &*config_map("a")),
        ("b.yaml", &*config_map("a")),
    ];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/duplicate-id: may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]
      at b.yaml:1:1 «apiVersion: v1»
      and kustomization.yaml:3:5 «b.yaml» added here
      and a.yaml:1:1 «apiVersion: v1» the first one
    ");
}

#[test]
fn a_patch_without_target() {
    let patch = config_map("setings");
    let files = [
        ("kustomization.yaml", "resources: [a.yaml]\npatches:\n  - path: patch.yaml\n"),
        ("a.yaml", &*config_map("settings")),
        ("patch.yaml", &*patch),
    ];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/patch-without-target: no matches for Id ConfigMap.v1.[noGrp]/setings.[noNs]; failed to find unique target for patch ConfigMap.v1.[noGrp]/setings.[noNs]
      at patch.yaml:1:1 «apiVersion: v1»
      and kustomization.yaml:3:5 «path: patch.yaml» the patch is listed here
      help: did you mean `settings`?
    ");
}

#[test]
fn an_inline_patch_is_blamed_where_it_stands() {
    let kustomization = "resources: [a.yaml]\npatches:\n  - patch: |-\n      apiVersion: v1\n      kind: ConfigMap\n      metadata: {}\n";
    let files = [("kustomization.yaml", kustomization), ("a.yaml", &*config_map("settings"))];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/not-an-object: missing metadata.name in object
      at kustomization.yaml:4:7 «»
      help: every document needs apiVersion, kind and metadata.name
    ");
    let operations = "resources: [a.yaml]\npatches:\n  - patch: |-\n      - op: remove\n        path: /data/absent\n    target: {kind: ConfigMap}\n";
    let files = [("kustomization.yaml", operations), ("a.yaml", &*config_map("settings"))];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/patch-fails: operation 1 (`remove` /data/absent) of the patch: there is no `data` at `/`, which has apiVersion, kind, metadata (in ConfigMap.v1.[noGrp]/settings.[noNs])
      at kustomization.yaml:4:9 «»
      and kustomization.yaml:6:13 «{kind: ConfigMap}» selected here
    ");
}

#[test]
fn a_patch_in_brackets_is_json() {
    let patch = |text: &str| {
        let kustomization = format!("patches:\n  - {{target: {{kind: Pod}}, patch: '{text}'}}\n");
        build(&[("kustomization.yaml", &kustomization)]).map_err(|error| error.problem().message.clone())
    };
    assert!(patch(r#"[{"op": "remove", "path": "/a"}]"#).is_ok());
    assert_eq!(patch("[{op: remove, path: /a}]").expect_err("YAML"), "a patch that starts with `[` must be JSON");
    assert_eq!(patch("[]").expect_err("nothing"), "the patch holds no operations");
}

#[test]
fn a_patch_needs_exactly_one_source() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "patches:\n  - target: {kind: Pod}\n")]), @r"
    kustomize/patch-fails: must specify one of `patch` and `path`
      at kustomization.yaml:2:5 «target: {kind: Pod}»
    ");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "patches:\n  - {path: a.yaml, patch: b}\n")]), @r"
    kustomize/patch-fails: `patch` and `path` can't be set at the same time
      at kustomization.yaml:2:12 «a.yaml»
    ");
}

#[test]
fn generators_that_cannot_work() {
    let generate = |entry: &str| failure(&[("kustomization.yaml", &format!("configMapGenerator:\n  - {entry}\n"))]);
    insta::assert_snapshot!(generate("{name: a, literals: [novalue]}"), @r"
    kustomize/generator-fails: invalid literal source `novalue`, expected key=value
      at kustomization.yaml:2:26 «novalue»
    ");
    insta::assert_snapshot!(generate("{name: a, literals: [k=1, k=2]}"), @r"
    kustomize/generator-fails: `a` repeats the key `k`
      at kustomization.yaml:2:5 «{name: a, literals: [k=1, k=2]}»
    ");
    insta::assert_snapshot!(generate("{name: a, files: [absent.txt]}"), @r"
    kustomize/missing-resource: `absent.txt` does not exist
      at kustomization.yaml:2:23 «absent.txt»
    ");
    insta::assert_snapshot!(generate("{name: a, files: [=absent.txt]}"), @r"
    kustomize/generator-fails: missing key name for file path `absent.txt` in source `=absent.txt`
      at kustomization.yaml:2:23 «=absent.txt»
    ");
    insta::assert_snapshot!(generate("{name: a, behavior: merge}"), @r"
    kustomize/generator-fails: id ConfigMap.v1.[noGrp]/a.[noNs] does not exist; cannot merge or replace
      at kustomization.yaml:2:5 «{name: a, behavior: merge}»
      help: drop `behavior`, or mend the name
    ");
    insta::assert_snapshot!(generate("{literals: [a=b]}"), @r"
    kustomize/generator-fails: a generator must have a name
      at kustomization.yaml:2:5 «{literals: [a=b]}»
    ");
}

#[test]
fn components_and_bases_are_not_the_same() {
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: a-\n";
    let files = [("kustomization.yaml", "resources:\n- part\n"), ("part/kustomization.yaml", component)];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/invalid-kustomization: `part` is a component; list it under `components`
      at kustomization.yaml:2:3 «part»
    ");
    let files = [("kustomization.yaml", "components:\n- part\n"), ("part/kustomization.yaml", "namePrefix: a-\n")];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/invalid-kustomization: expected kind `Component` for `part` but got `Kustomization`
      at kustomization.yaml:2:3 «part»
    ");
}

#[test]
fn namespaces_that_make_objects_alike() {
    let objects = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: one}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: two}\n";
    let files = [("kustomization.yaml", "namespace: three\nresources: [a.yaml]\n"), ("a.yaml", objects)];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/duplicate-id: namespace transformation produces ID conflict: ConfigMap.v1.[noGrp]/a.three
      at kustomization.yaml:1:12 «three»
    ");
}

#[test]
fn a_field_of_the_wrong_shape() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: none}\n";
    let files = [("kustomization.yaml", "commonLabels: {a: b}\nresources: [a.yaml]\n"), ("a.yaml", object)];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/transformer-fails: considering field `metadata/labels` of object ConfigMap.v1.[noGrp]/a.[noNs]: expected a mapping
      at a.yaml:3:29 «none»
      and kustomization.yaml:1:19 «b» asked for here
    ");
}

#[test]
fn a_role_binding_with_a_blank_namespace() {
    let object = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nsubjects:\n  - {kind: ServiceAccount, name: b, namespace: }\n";
    let files = [("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", object)];
    insta::assert_snapshot!(failure(&files), @r"
    kustomize/transformer-fails: namespace is blank for a subject of `RoleBinding.v1.rbac.authorization.k8s.io/a.[noNs]`
      at a.yaml:1:1 «apiVersion: rbac.authorization.k8s.io/v1»
    ");
}

#[test]
fn a_directory_that_is_none() {
    let files = [("kustomization.yaml", "resources: []\n")];
    let error = session(&files, Options::default()).build(&super::path("absent")).expect_err("refused");
    insta::assert_snapshot!(error, @r"absent: `absent` is not a directory");
}

#[test]
fn keys_that_are_no_strings_are_refused_where_they_stay() {
    let odd = format!("{}data:\n  1: x\n  b: y\n", config_map("a"));
    let refused = |kustomization: &str| {
        let error = super::build(&[("kustomization.yaml", kustomization), ("a.yaml", &odd)]).expect_err("refused");
        let problem = error.problem();
        (problem.kind, problem.message.clone(), problem.place.path.to_string(), problem.place.span.start as usize)
    };
    let expected = (
        treewright::kustomize::ProblemKind::UnparsableFile,
        "the key is not a string".to_owned(),
        "a.yaml".to_owned(),
        odd.find("1: x").expect("the key"),
    );
    assert_eq!(refused("resources: [a.yaml]\n"), expected);
    // A JSON patch cannot see the object at all, even one that would remove the key.
    let patch = "resources: [a.yaml]\npatches:\n  - target: {kind: ConfigMap}\n    patch: '[{\"op\": \"remove\", \"path\": \"/data\"}]'\n";
    assert_eq!(refused(patch), expected);
}

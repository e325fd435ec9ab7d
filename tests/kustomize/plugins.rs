//! Plugins that cannot work, plugins that are foreign code, and what is known of the values that plugins set.

use treewright::{
    kustomize::{Build, Missing, Options},
    manifest::NotRendered,
    path::RepoPath,
    yaml::Origin,
};

use super::{build, config_map, errors::failure, session};

/// A kustomization with one ConfigMap and one list of plugins, which stand in `plugins.yaml`.
fn files<'a>(list: &'a str, object: &'a str, plugins: &'a str) -> [(&'static str, &'a str); 3] {
    [("kustomization.yaml", list), ("a.yaml", object), ("plugins.yaml", plugins)]
}

/// What is said of a transformer that consists of these lines below its name.
fn refused(kind: &str, lines: &str) -> String {
    let plugin = format!("apiVersion: builtin\nkind: {kind}\nmetadata:\n  name: it\n{lines}\n");
    failure(&files("resources: [a.yaml]\ntransformers: [plugins.yaml]\n", &config_map("a"), &plugin))
}

#[test]
fn configurations_that_do_not_say_enough() {
    insta::assert_snapshot!(refused("PrefixTransformer", "prefix: a-"), @r"
    kustomize/invalid-kustomization: `fieldSpecs` is not expected to be nil
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
      help: to change names, write `fieldSpecs: [{path: metadata/name}]`
    ");
    insta::assert_snapshot!(refused("PatchStrategicMergeTransformer", "paths: []"), @r"
    kustomize/invalid-kustomization: empty file path and empty patch content
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("PatchStrategicMergeTransformer", "patches: '# nothing'"), @r"
    kustomize/patch-fails: patch appears to be empty
      at plugins.yaml:5:10 «'# nothing'»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("PatchTransformer", "patch: ' '\ntarget: {kind: ConfigMap}"), @r"
    kustomize/patch-fails: must specify one of `patch` and `path`
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("PatchJson6902Transformer", "target: {kind: ConfigMap}\njsonOp: '[]'"), @r"
    kustomize/patch-fails: must specify the target name
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("ValueAddTransformer", "value: a"), @r"
    kustomize/invalid-kustomization: must specify at least one target
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("ValueAddTransformer", "value: a\ntargets: [{selector: {kind: A}}]"), @r"
    kustomize/invalid-kustomization: fieldPath cannot be empty
      at plugins.yaml:6:11 «{selector: {kind: A}}»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("ValueAddTransformer", "targets: [{fieldPath: data/a}]"), @r"
    kustomize/invalid-kustomization: `value` must be given: the directory of the kustomization is the whole repository
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
}

#[test]
fn configurations_that_say_the_wrong_thing() {
    insta::assert_snapshot!(refused("NamespaceTransformer", "setRoleBindingSubjects: some"), @r"
    kustomize/invalid-kustomization: invalid value `some` for setRoleBindingSubjects
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
      help: it must be one of `defaultOnly`, `none` or `allServiceAccounts`
    ");
    insta::assert_snapshot!(refused("LabelTransformer", "labels: [a]"), @r"
    kustomize/invalid-kustomization: invalid plugin configuration: `labels` must be a mapping, not a list
      at plugins.yaml:5:9 «[a]» this is a list
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("LabelTransformer", "labels: {a: b}\nfieldSpecs: [{path: a, kind: 5}]"), @r"
    kustomize/invalid-kustomization: invalid plugin configuration: `kind` must be a string, not a number
      at plugins.yaml:6:30 «5» this is a number
      via kustomization.yaml:2:16 «plugins.yaml» listed here
      help: put it in quotes
    ");
    insta::assert_snapshot!(refused("LabelTransformer", "labels: {a: b}\nfieldSpecs: [{path: metadata/name}]"), @r"
    kustomize/transformer-fails: considering field `metadata/name` of object ConfigMap.v1.[noGrp]/a.[noNs]: expected a mapping
      at a.yaml:4:9 «a»
      and plugins.yaml:5:13 «b» asked for here
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("ReplicaCountTransformer", "replica: {name: a, count: '5'}"), @r"
    kustomize/invalid-kustomization: invalid plugin configuration: `count` must be an integer, not a string
      at plugins.yaml:5:27 «'5'» this is a string
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("ReplicaCountTransformer", "replica: {name: a, count: 5}\nfieldSpecs: [{path: a, kind: B}]"), @r"
    kustomize/transformer-fails: resource with name a does not match a config with one of the kinds B
      at plugins.yaml:5:10 «{name: a, count: 5}»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("PatchTransformer", "path: absent.yaml"), @r"
    kustomize/missing-resource: `absent.yaml` does not exist
      at plugins.yaml:5:7 «absent.yaml»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("ValueAddTransformer", "value: a\ntargets: [{fieldPath: data/*}]"), @r"
    kustomize/transformer-fails: considering field `data/*` of object ConfigMap.v1.[noGrp]/a.[noNs]: wildcards are not supported at `*`
      at a.yaml:1:1 «apiVersion: v1»
      and plugins.yaml:6:11 «{fieldPath: data/*}» asked for here
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
}

#[test]
fn kinds_that_are_no_plugins() {
    insta::assert_snapshot!(refused("LabelsTransformer", ""), @r"
    kustomize/invalid-kustomization: unable to load builtin LabelsTransformer.builtin.[noGrp]
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
      help: did you mean `LabelTransformer`?
    ");
    insta::assert_snapshot!(refused("LegacyOrderTransformer", ""), @r"
    kustomize/invalid-kustomization: unable to load builtin LegacyOrderTransformer.builtin.[noGrp]
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
      help: kustomize removed it; set `sortOptions: {order: legacy}` instead
    ");
    insta::assert_snapshot!(refused("SortOrderTransformer", ""), @r"
    kustomize/invalid-kustomization: unable to load builtin SortOrderTransformer.builtin.[noGrp]
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
      help: it is no plugin of its own; set `sortOptions` of the kustomization that is built instead
    ");
    insta::assert_snapshot!(refused("ConfigMapGenerator", ""), @r"
    kustomize/invalid-kustomization: plugin ConfigMapGenerator.builtin.[noGrp]/it.[noNs] is not a transformer
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    insta::assert_snapshot!(refused("HelmChartInflationGenerator", ""), @r"
    kustomize/invalid-kustomization: plugin HelmChartInflationGenerator.builtin.[noGrp]/it.[noNs] is not a transformer
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:16 «plugins.yaml» listed here
    ");
    let generators = "resources: [a.yaml]\ngenerators: [plugins.yaml]\n";
    let transformer = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: it}\n";
    insta::assert_snapshot!(failure(&files(generators, &config_map("a"), transformer)), @r"
    kustomize/invalid-kustomization: plugin LabelTransformer.builtin.[noGrp]/it.[noNs] is not a generator
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:14 «plugins.yaml» listed here
    ");
    let cloud = "apiVersion: builtin\nkind: IAMPolicyGenerator\nmetadata: {name: it}\ncloud: other\n";
    insta::assert_snapshot!(failure(&files(generators, &config_map("a"), cloud)), @r"
    kustomize/invalid-kustomization: cloud provider `other` is not supported yet
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:14 «plugins.yaml» listed here
      help: write `cloud: gke`
    ");
}

#[test]
fn entries_that_lead_nowhere() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "transformers: [absent.yaml]\n")]), @r"
    kustomize/missing-resource: `absent.yaml` does not exist
      at kustomization.yaml:1:16 «absent.yaml»
    ");
    let inline = "transformers:\n- |-\n  apiVersion: builtin\n  kind: LabelTransformer\n  labels: {a: b}\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", inline)]), @r"
    kustomize/not-an-object: missing metadata.name in object
      at kustomization.yaml:3:3 «»
      help: every document needs apiVersion, kind and metadata.name
    ");
    let inline = "transformers:\n- |-\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: {name: it}\n  unsetOnly: 1\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", inline)]), @r"
    kustomize/invalid-kustomization: invalid plugin configuration: `unsetOnly` must be true or false, not a number
      at kustomization.yaml:6:14 «» this is a number
    ");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "transformers: [.]\n")]), @r"
    kustomize/cycle: cycle detected: candidate root `.` contains visited root `.`
      at kustomization.yaml:1:16 «.»
    ");
    let twice = "apiVersion: builtin\nkind: HashTransformer\nmetadata: {name: it}\n";
    insta::assert_snapshot!(failure(&files("transformers: [plugins.yaml, plugins.yaml]\n", "", twice)), @r"
    kustomize/duplicate-id: may not add resource with an already registered id: HashTransformer.builtin.[noGrp]/it.[noNs]
      at plugins.yaml:1:1 «apiVersion: builtin»
      and kustomization.yaml:1:30 «plugins.yaml» added here
      and plugins.yaml:1:1 «apiVersion: builtin» the first one
    ");
}

#[test]
fn validators_that_change_something() {
    let validated = |plugin: &str| {
        let plugin = format!("apiVersion: builtin\nmetadata: {{name: it}}\n{plugin}");
        let object = format!("{}  labels: {{a: b}}\n", config_map("a"));
        failure(&files("resources: [a.yaml]\nvalidators: [plugins.yaml]\n", &object, &plugin))
    };
    let specs = "fieldSpecs: [{path: metadata/labels}]\n";
    insta::assert_snapshot!(validated(&format!("kind: LabelTransformer\nlabels: {{c: d}}\n{specs}")), @r"
    kustomize/invalid-kustomization: validator shouldn't modify the resource map: it changes ConfigMap.v1.[noGrp]/a.[noNs]
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:14 «plugins.yaml» listed here
      help: list it under `transformers`
    ");
    // kustomize takes the same value, written anew, for another one, even beside the label that validators may set.
    for pair in ["a: b", "validated-by: me"] {
        let text = validated(&format!("kind: LabelTransformer\nlabels: {{{pair}}}\n{specs}"));
        assert!(text.contains("validator shouldn't modify the resource map"), "{text}");
    }
    let delete =
        "kind: PatchTransformer\npatch: '{$patch: delete, apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'\n";
    insta::assert_snapshot!(validated(delete), @r"
    kustomize/invalid-kustomization: validator shouldn't modify the resource map: it changes ConfigMap.v1.[noGrp]/a.[noNs]
      at plugins.yaml:1:1 «apiVersion: builtin»
      via kustomization.yaml:2:14 «plugins.yaml» listed here
      help: list it under `transformers`
    ");
}

fn left_out(build: &Build) -> Vec<String> {
    build.not_rendered.iter().map(NotRendered::to_string).collect()
}

#[test]
fn foreign_plugins_are_named_and_the_rest_is_built() {
    let files = [
        (
            "kustomization.yaml",
            "resources: [a.yaml]\ngenerators: [g.yaml]\ntransformers: [t.yaml, base]\nvalidators: [v.yaml]\n",
        ),
        ("a.yaml", &*config_map("a")),
        (
            "g.yaml",
            "apiVersion: example.com/v1\nkind: Maker\nmetadata:\n  name: g\n---\napiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata:\n  name: h\nchartName: old\n---\napiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata:\n  name: i\nname: new\n",
        ),
        (
            "t.yaml",
            "apiVersion: builtin/v1\nkind: LabelTransformer\nmetadata:\n  name: t\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./run}\n",
        ),
        ("v.yaml", "apiVersion: v1\nkind: Validator\nmetadata:\n  name: v\n"),
        ("base/kustomization.yaml", "resources: [https://example.org/transformer.yaml]\n"),
    ];
    let expected = [
        "base/kustomization.yaml: not rendered: remote resource https://example.org/transformer.yaml: builds do not use the network",
        "g.yaml: not rendered: generator Maker g: it is not built into kustomize, so it would run a program",
        "g.yaml: not rendered: Helm chart old: it would have to be inflated by helm",
        "g.yaml: not rendered: Helm chart new: it would have to be inflated by helm",
        "t.yaml: not rendered: transformer LabelTransformer t: it is not built into kustomize, so it would run a program",
        "v.yaml: not rendered: validator Validator v: it is not built into kustomize, so it would run a program",
    ];
    for options in [Options::default(), Options { missing: Missing::Collect, ..Options::default() }] {
        let build = session(&files, options).build(&RepoPath::root()).expect("builds");
        assert_eq!(build.to_yaml().expect("prints"), config_map("a"));
        assert_eq!(left_out(&build), expected);
    }
}

#[test]
fn a_plugin_that_fails_does_not_stop_the_others() {
    let plugins = "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: a}\nprefix: a-\n---\napiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: b}\nprefix: b-\nfieldSpecs: [{path: metadata/name}]\n";
    let object = config_map("a");
    let files = files("resources: [a.yaml]\ntransformers: [plugins.yaml, absent.yaml]\n", &object, plugins);
    let build = session(&files, Options::lenient()).build(&RepoPath::root()).expect("builds");
    assert_eq!(build.to_yaml().expect("prints"), config_map("b-a"));
    assert_eq!(build.problems.len(), 2);
}

#[test]
fn what_a_validator_does_is_undone() {
    let plugin = "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: it}\npatch: '{$patch: delete, apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'\n";
    let object = config_map("a");
    let files = files("resources: [a.yaml]\nvalidators: [plugins.yaml]\n", &object, plugin);
    let build = session(&files, Options::lenient()).build(&RepoPath::root()).expect("builds");
    assert_eq!(build.to_yaml().expect("prints"), object);
    assert_eq!(build.problems.len(), 1);
}

#[test]
fn values_name_the_line_of_the_plugin_that_set_them() {
    let plugins = "apiVersion: builtin\nkind: LabelTransformer\nmetadata:\n  name: it\nlabels:\n  a: b\nfieldSpecs:\n- path: metadata/labels\n  create: true\n";
    let inline = format!("resources: [a.yaml]\ntransformers:\n- |-\n  {}", plugins.trim_end().replace('\n', "\n  "));
    let object = config_map("a");
    for (files, place) in [
        (files("resources: [a.yaml]\ntransformers: [plugins.yaml]\n", &object, plugins), ("plugins.yaml", 6, 6)),
        (files(&inline, &object, ""), ("kustomization.yaml", 9, 8)),
    ] {
        let session = session(&files, Options::default());
        let build = session.build(&RepoPath::root()).expect("builds");
        let label = build.resources[0].value().pointer(&["metadata", "labels", "a"]).expect("the label");
        assert_eq!(position(&session, label.origin), (place.0.to_owned(), place.1, place.2));
    }
}

fn position(session: &treewright::kustomize::Session, origin: Origin) -> (String, u32, u32) {
    let path = session.path_of(origin.file).expect("a file").to_string();
    let position = session.text_of(origin.file).expect("text").position(origin.offset);
    (path, position.line, position.column)
}

#[test]
fn plugins_of_a_base_come_before_the_fields_of_what_includes_it() {
    let files = [
        ("kustomization.yaml", "namePrefix: c-\nresources: [base]\n"),
        ("base/kustomization.yaml", "namePrefix: a-\nresources: [a.yaml]\ntransformers: [b.yaml]\n"),
        ("base/a.yaml", &*config_map("x")),
        (
            "base/b.yaml",
            "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: b}\nprefix: b-\nfieldSpecs: [{path: metadata/name}]\n",
        ),
    ];
    assert_eq!(build(&files).expect("builds").to_yaml().expect("prints"), config_map("c-b-a-x"));
}

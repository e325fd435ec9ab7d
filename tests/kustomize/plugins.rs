//! Plugins that cannot work, plugins that are foreign code, and what is known of the values that plugins set.

use treewright::{
    kustomize::{Build, Missing, NotRendered, Options},
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
    insta::assert_snapshot!(refused("PrefixTransformer", "prefix: a-"), @"");
    insta::assert_snapshot!(refused("PatchStrategicMergeTransformer", "paths: []"), @"");
    insta::assert_snapshot!(refused("PatchStrategicMergeTransformer", "patches: '# nothing'"), @"");
    insta::assert_snapshot!(refused("PatchTransformer", "patch: ' '\ntarget: {kind: ConfigMap}"), @"");
    insta::assert_snapshot!(refused("PatchJson6902Transformer", "target: {kind: ConfigMap}\njsonOp: '[]'"), @"");
    insta::assert_snapshot!(refused("ValueAddTransformer", "value: a"), @"");
    insta::assert_snapshot!(refused("ValueAddTransformer", "value: a\ntargets: [{selector: {kind: A}}]"), @"");
    insta::assert_snapshot!(refused("ValueAddTransformer", "targets: [{fieldPath: data/a}]"), @"");
}

#[test]
fn configurations_that_say_the_wrong_thing() {
    insta::assert_snapshot!(refused("NamespaceTransformer", "setRoleBindingSubjects: some"), @"");
    insta::assert_snapshot!(refused("LabelTransformer", "labels: [a]"), @"");
    insta::assert_snapshot!(refused("LabelTransformer", "labels: {a: b}\nfieldSpecs: [{path: a, kind: 5}]"), @"");
    insta::assert_snapshot!(refused("LabelTransformer", "labels: {a: b}\nfieldSpecs: [{path: metadata/name}]"), @"");
    insta::assert_snapshot!(refused("ReplicaCountTransformer", "replica: {name: a, count: '5'}"), @"");
    insta::assert_snapshot!(refused("ReplicaCountTransformer", "replica: {name: a, count: 5}\nfieldSpecs: [{path: a, kind: B}]"), @"");
    insta::assert_snapshot!(refused("PatchTransformer", "path: absent.yaml"), @"");
    insta::assert_snapshot!(refused("ValueAddTransformer", "value: a\ntargets: [{fieldPath: data/*}]"), @"");
}

#[test]
fn kinds_that_are_no_plugins() {
    insta::assert_snapshot!(refused("LabelsTransformer", ""), @"");
    insta::assert_snapshot!(refused("LegacyOrderTransformer", ""), @"");
    insta::assert_snapshot!(refused("SortOrderTransformer", ""), @"");
    insta::assert_snapshot!(refused("ConfigMapGenerator", ""), @"");
    insta::assert_snapshot!(refused("HelmChartInflationGenerator", ""), @"");
    let generators = "resources: [a.yaml]\ngenerators: [plugins.yaml]\n";
    let transformer = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: it}\n";
    insta::assert_snapshot!(failure(&files(generators, &config_map("a"), transformer)), @"");
    let cloud = "apiVersion: builtin\nkind: IAMPolicyGenerator\nmetadata: {name: it}\ncloud: other\n";
    insta::assert_snapshot!(failure(&files(generators, &config_map("a"), cloud)), @"");
}

#[test]
fn entries_that_lead_nowhere() {
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "transformers: [absent.yaml]\n")]), @"");
    let inline = "transformers:\n- |-\n  apiVersion: builtin\n  kind: LabelTransformer\n  labels: {a: b}\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", inline)]), @"");
    let inline = "transformers:\n- |-\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: {name: it}\n  unsetOnly: 1\n";
    insta::assert_snapshot!(failure(&[("kustomization.yaml", inline)]), @"");
    insta::assert_snapshot!(failure(&[("kustomization.yaml", "transformers: [.]\n")]), @"");
    let twice = "apiVersion: builtin\nkind: HashTransformer\nmetadata: {name: it}\n";
    insta::assert_snapshot!(failure(&files("transformers: [plugins.yaml, plugins.yaml]\n", "", twice)), @"");
}

#[test]
fn validators_that_change_something() {
    let validated = |plugin: &str| {
        let plugin = format!("apiVersion: builtin\nmetadata: {{name: it}}\n{plugin}");
        let object = format!("{}  labels: {{a: b}}\n", config_map("a"));
        failure(&files("resources: [a.yaml]\nvalidators: [plugins.yaml]\n", &object, &plugin))
    };
    let specs = "fieldSpecs: [{path: metadata/labels}]\n";
    insta::assert_snapshot!(validated(&format!("kind: LabelTransformer\nlabels: {{c: d}}\n{specs}")), @"");
    // kustomize takes the same value, written anew, for another one, even beside the label that validators may set.
    for pair in ["a: b", "validated-by: me"] {
        let text = validated(&format!("kind: LabelTransformer\nlabels: {{{pair}}}\n{specs}"));
        assert!(text.contains("validator shouldn't modify the resource map"), "{text}");
    }
    let delete =
        "kind: PatchTransformer\npatch: '{$patch: delete, apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'\n";
    insta::assert_snapshot!(validated(delete), @"");
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
    for options in [Options::default(), Options { missing: Missing::Collect, ..Options::default() }] {
        let build = session(&files, options).build(&RepoPath::root()).expect("builds");
        assert_eq!(build.to_yaml().expect("prints"), config_map("a"));
        insta::assert_snapshot!(left_out(&build).join("\n"), @"");
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

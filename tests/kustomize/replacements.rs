//! Replacements and variables: what is said when they fail, and where their values say that they were written.

use treewright::kustomize::{Options, ProblemKind};

use super::{build, config_map, errors::failure, session};

/// A source and a target to replace in.
const OBJECTS: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: source}
data: {host: a.example, list: \"x,y\"}
---
apiVersion: v1
kind: Service
metadata: {name: target}
spec:
  ports: [{name: http, port: 80}]
  externalName: old
";

fn failing(kustomization: &str) -> String {
    failure(&[("kustomization.yaml", &format!("resources: [a.yaml]\n{kustomization}")), ("a.yaml", OBJECTS)])
}

/// A replacement from the source, flow style.
fn replacement(source: &str, target: &str) -> String {
    format!("replacements:\n- source: {source}\n  targets:\n  - {target}\n")
}

#[test]
fn a_source_that_does_not_exist() {
    let text = replacement("{kind: ConfigMap, name: sorce}", "{select: {kind: Service}}");
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: nothing selected by ConfigMap.[noVer].[noGrp]/sorce.[noNs]
      at kustomization.yaml:3:11 «{kind: ConfigMap, name: sorce}»
      help: did you mean `source`?
    ");
}

#[test]
fn a_source_that_is_not_one_object() {
    let text = replacement("{version: v1, fieldPath: data.host}", "{select: {kind: Service}}");
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: multiple matches for selector [noKind].v1.[noGrp]/[noName].[noNs]:data.host
      at kustomization.yaml:3:11 «{version: v1, fieldPath: data.host}»
      help: name kind, name and namespace of one object
    ");
}

#[test]
fn a_field_that_does_not_exist() {
    let text = replacement("{kind: ConfigMap, fieldPath: data.port}", "{select: {kind: Service}}");
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: fieldPath `data.port` is missing for replacement source ConfigMap.[noVer].[noGrp]/[noName].[noNs]
      at kustomization.yaml:3:40 «data.port»
    ");
    let text = replacement("{kind: ConfigMap}", "{select: {kind: Service}, fieldPaths: [spec.type]}");
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: unable to find field `spec.type` in replacement target Service.v1.[noGrp]/target.[noNs]
      at kustomization.yaml:5:44 «spec.type»
    ");
    let text = replacement("{kind: ConfigMap}", "{select: {kind: Service}, fieldPaths: [spec.ports.http]}");
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: unable to find field `spec.ports.http` in replacement target Service.v1.[noGrp]/target.[noNs]: expected a mapping, but found a list
      at kustomization.yaml:5:44 «spec.ports.http»
    ");
    let text = replacement(
        "{kind: ConfigMap}",
        "{select: {kind: Service}, fieldPaths: [\"spec.ports.[=^q].port\"], options: {create: true}}",
    );
    insta::assert_snapshot!(failing(&text), @r#"
    kustomize/replacement-fails: unable to find or create field `spec.ports.[=^q].port` in replacement target Service.v1.[noGrp]/target.[noNs]: nothing fits `[=^q]`, nor would what is created for it
      at kustomization.yaml:5:44 «"spec.ports.[=^q].port"»
    "#);
}

#[test]
fn a_value_that_does_not_fit() {
    let text = replacement("{kind: ConfigMap}", "{select: {kind: Service}, fieldPaths: [spec.ports.0.port]}");
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: unable to set field `spec.ports.0.port` of Service.v1.[noGrp]/target.[noNs]: `source` cannot take the place of a number
      at kustomization.yaml:5:44 «spec.ports.0.port»
    ");
    let text = replacement(
        "{kind: ConfigMap, fieldPath: data.list, options: {delimiter: \",\", index: 2}}",
        "{select: {kind: Service}}",
    );
    insta::assert_snapshot!(failing(&text), @r"
    kustomize/replacement-fails: options.index 2 is out of bounds for value x,y
      at kustomization.yaml:3:40 «data.list»
    ");
}

#[test]
fn half_a_replacement() {
    insta::assert_snapshot!(failing("replacements: [{source: {kind: ConfigMap}}]\n"), @r"
    kustomize/replacement-fails: replacements must specify a source and at least one target
      at kustomization.yaml:2:16 «{source: {kind: ConfigMap}}»
    ");
    insta::assert_snapshot!(failing("replacements: [{path: r.yaml, source: {kind: ConfigMap}}]\n"), @r"
    kustomize/invalid-kustomization: cannot specify both path and inline replacement
      at kustomization.yaml:2:16 «{path: r.yaml, source: {kind: ConfigMap}}»
    ");
    insta::assert_snapshot!(failing("replacements: [{path: r.yaml}]\n"), @r"
    kustomize/missing-resource: `r.yaml` does not exist
      at kustomization.yaml:2:23 «r.yaml»
      help: did you mean `a.yaml`?
    ");
    insta::assert_snapshot!(failing(&replacement("{kind: ConfigMap}", "{fieldPaths: [a]}")), @r"
    kustomize/replacement-fails: target must specify resources to select
      at kustomization.yaml:5:5 «{fieldPaths: [a]}»
    ");
}

#[test]
fn a_variable_without_a_value() {
    insta::assert_snapshot!(failing("vars:\n- {name: V, objref: {kind: Service, name: target}}\n"), @r"
    kustomize/variable-fails: var `V` cannot be mapped to a field in the set of known resources
      at kustomization.yaml:3:3 «{name: V, objref: {kind: Service, name: target}}»
      help: `objref` must name apiVersion, kind and name exactly, without prefix, suffix and hash
    ");
    let text =
        "vars:\n- {name: V, objref: {kind: Service, apiVersion: v1, name: target}, fieldref: {fieldPath: spec.type}}\n";
    insta::assert_snapshot!(failing(text), @r"
    kustomize/variable-fails: field `spec.type` of var `V` not found in corresponding resource
      at kustomization.yaml:3:3 «{name: V, objref: {kind: Service, apiVersion: v1, name: target}, fieldref: {fieldPath: spec.type}}»
      and a.yaml:6:1 «apiVersion: v1» the object
    ");
}

#[test]
fn a_variable_that_is_declared_twice() {
    let var = "- {name: V, objref: {kind: Service, apiVersion: v1, name: target}}\n";
    insta::assert_snapshot!(failing(&format!("vars:\n{var}{var}")), @r"
    kustomize/variable-fails: var `V` already encountered
      at kustomization.yaml:4:3 «{name: V, objref: {kind: Service, apiVersion: v1, name: target}}»
      and kustomization.yaml:3:3 «{name: V, objref: {kind: Service, apiVersion: v1, name: target}}» the first one
      help: rename one of them; two bases cannot declare the same variable
    ");
}

#[test]
fn problems_are_collected_one_by_one() {
    let one = "- source: {kind: ConfigMap}\n  targets: [{select: {kind: Service}, fieldPaths: [spec.nothing]}]\n";
    let two = "- source: {kind: ConfigMap}\n  targets: [{select: {kind: Service}, fieldPaths: [spec.externalName]}]\n";
    let text = format!("resources: [a.yaml]\nreplacements:\n{one}{two}");
    let files = [("kustomization.yaml", text.as_str()), ("a.yaml", OBJECTS)];
    let session = session(&files, Options::lenient());
    let build = session.build(&treewright::path::RepoPath::root()).expect("builds");
    assert_eq!(build.problems.len(), 1);
    let name =
        build.resources.iter().find_map(|resource| resource.value().pointer(&["spec", "externalName"])?.as_str());
    assert_eq!(name, Some("source"));
}

#[test]
fn values_come_from_the_line_that_names_the_field() {
    let text = "resources: [a.yaml, pod.yaml]\nreplacements:\n- path: r.yaml\nvars:\n- name: V\n  objref: {kind: ConfigMap, apiVersion: v1, name: source}\n";
    let replacement =
        "source: {kind: ConfigMap}\ntargets:\n- select: {kind: Service}\n  fieldPaths:\n  - spec.externalName\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, args: [$(V), x]}]}\n";
    let files = [("kustomization.yaml", text), ("a.yaml", OBJECTS), ("pod.yaml", pod), ("r.yaml", replacement)];
    let session = session(&files, Options::default());
    let build = session.build(&treewright::path::RepoPath::root()).expect("builds");
    let place = |keys: &[&str], item: Option<usize>| {
        let found = build.resources.iter().find_map(|resource| {
            let value = resource.value().pointer(keys)?;
            let Some(item) = item else { return Some(value) };
            value.as_sequence()?.first()?.get("args")?.as_sequence()?.get(item)
        });
        let label = session.label(found.expect("is there").origin, "").expect("stands in a file");
        let text = files.iter().find(|(name, _)| *name == label.path.as_str()).map_or("", |(_, text)| *text);
        let position = treewright::text::SourceText::new(text).position(label.span.start);
        format!("{}:{}:{}", label.path, position.line, position.column)
    };
    assert_eq!(place(&["spec", "externalName"], None), "r.yaml:5:5");
    assert_eq!(place(&["spec", "containers"], Some(0)), "kustomization.yaml:5:3");
    assert_eq!(place(&["spec", "containers"], Some(1)), "pod.yaml:4:44");
}

#[test]
fn long_paths_end_in_an_error() {
    let path = vec!["a"; 100_000].join(".");
    let text = format!(
        "resources: [a.yaml]\nreplacements:\n- source: {{kind: ConfigMap}}\n  targets: [{{select: {{kind: ConfigMap}}, fieldPaths: [{path}], options: {{create: true}}}}]\n"
    );
    let error = build(&[("kustomization.yaml", &text), ("a.yaml", &config_map("a"))]).expect_err("refused");
    assert!(error.problem().message.ends_with("the path has more than 256 parts"));
}

#[test]
fn values_that_double_each_time_end_in_an_error() {
    let double = "- source: {kind: ConfigMap, fieldPath: data.a}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a], options: {delimiter: \"/\", index: -1}}]\n";
    let text = format!("resources: [a.yaml]\nreplacements:\n{}", double.repeat(60));
    let object = format!("{}data: {{a: b}}\n", config_map("a"));
    let error = build(&[("kustomization.yaml", &text), ("a.yaml", &object)]).expect_err("refused");
    assert_eq!(error.problem().kind, ProblemKind::TooLarge);
}

#[test]
fn values_that_nest_deeper_each_time_end_in_an_error() {
    let path = vec!["x"; 200].join(".");
    let copy = |from: &str, to: &str, path: &str| {
        format!(
            "- source: {{kind: {from}, fieldPath: spec}}\n  targets: [{{select: {{kind: {to}}}, fieldPaths: [spec{path}], options: {{create: true}}}}]\n"
        )
    };
    let text = format!(
        "resources: [a.yaml]\nreplacements:\n{}",
        (copy("A", "B", &format!(".{path}")) + &copy("B", "A", "")).repeat(500)
    );
    let object = |kind: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{x: {{}}}}\n");
    let error = build(&[("kustomization.yaml", &text), ("a.yaml", &format!("{}---\n{}", object("A"), object("B")))]);
    let message = error.expect_err("refused").problem().message.clone();
    assert!(message.ends_with("it would be nested more than 256 deep"), "{message}");
}

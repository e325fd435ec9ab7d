//! Field specs.

use std::convert::Infallible;

use treewright::{
    kustomize::{
        default_field_specs as defaults,
        field_spec::{FieldSpec, FieldSpecError, Leaf, merge, split_path},
    },
    yaml::Value,
};

use super::{json, parse};

fn set_all(
    object: &str,
    path: &'static str,
    create: bool,
    leaf: Leaf,
) -> Result<serde_json::Value, FieldSpecError<Infallible>> {
    let mut object = parse(object);
    let spec = FieldSpec { path: path.into(), create, ..FieldSpec::default() };
    spec.for_each_target(&mut object, leaf, |place| {
        match place.as_mapping_mut() {
            Some(mapping) => drop(mapping.insert("set".into(), Value::bool(true))),
            None => *place = Value::string("set"),
        }
        Ok(())
    })?;
    Ok(json(&object))
}

#[test]
fn paths_lead_through_lists_and_create_what_they_may() {
    let cases = [
        (
            "{spec: {containers: [{image: a}, {image: b}, {}]}}",
            "spec/containers/image",
            false,
            "{spec: {containers: [{image: set}, {image: set}, {}]}}",
        ),
        (
            "{spec: {containers: [{image: a}, {}]}}",
            "spec/containers[]/image",
            true,
            "{spec: {containers: [{image: set}, {image: set}]}}",
        ),
        ("{spec: {}}", "spec/containers[]/image", true, "{spec: {}}"),
        ("{spec: {containers: null}}", "spec/containers[]/image", true, "{spec: {containers: []}}"),
        ("{}", "spec/template/name", true, "{spec: {template: {name: set}}}"),
        ("{spec: null}", "spec/template/name", true, "{spec: {template: {name: set}}}"),
        ("{spec: null}", "spec/template/name", false, "{spec: null}"),
        ("{}", "spec/template/name", false, "{}"),
        (
            "{metadata: {annotations: {a/b: x}}}",
            r"metadata/annotations/a\/b",
            false,
            "{metadata: {annotations: {a/b: set}}}",
        ),
    ];
    for (object, path, create, expected) in cases {
        let found = set_all(object, path, create, Leaf::Scalar).expect(path);
        assert_eq!(found, json(&parse(expected)), "{object} {path}");
    }
    let labels = set_all("{}", "metadata/labels", true, Leaf::Mapping).expect("created");
    assert_eq!(labels, serde_json::json!({"metadata": {"labels": {"set": true}}}));
    assert!(matches!(set_all("{a: text}", "a/b", false, Leaf::Scalar), Err(FieldSpecError::ThroughScalar { .. })));
    assert!(matches!(set_all("{a: {b: c}}", "a//b", false, Leaf::Scalar), Err(FieldSpecError::EmptyPart(_))));
}

#[test]
fn paths_are_split_at_slashes_that_are_not_escaped() {
    assert_eq!(split_path("a/b"), ["a", "b"]);
    assert_eq!(split_path("/a/b"), ["a", "b"]);
    assert_eq!(split_path(r"a/b\/c/d\/e\/f"), ["a", "b/c", "d/e/f"]);
}

#[test]
fn merging_keeps_one_spec_per_field_and_refuses_contradictions() {
    let spec =
        |kind: &'static str, create| FieldSpec { kind: kind.into(), path: "a".into(), create, ..FieldSpec::default() };
    let mut specs = vec![spec("A", true)];
    merge(&mut specs, spec("A", true)).expect("the same");
    merge(&mut specs, spec("", true)).expect("covered");
    merge(&mut specs, spec("B", false)).expect("another");
    assert_eq!(specs, [spec("A", true), spec("B", false)]);
    assert!(merge(&mut specs, spec("B", true)).is_err());
}

#[test]
fn the_built_in_tables_reach_the_well_known_fields() {
    let has = |specs: &[FieldSpec], group: &str, kind: &str, path: &str| {
        specs.iter().any(|spec| spec.applies_to(group, "v1", kind) && spec.path == path)
    };
    assert!(has(defaults::common_labels(), "", "Service", "spec/selector"));
    assert!(!has(defaults::template_labels(), "", "Service", "spec/selector"));
    assert!(has(defaults::template_labels(), "batch", "CronJob", "spec/jobTemplate/spec/template/metadata/labels"));
    assert!(has(defaults::common_annotations(), "apps", "StatefulSet", "spec/template/metadata/annotations"));
    let reference = |kind: &str| {
        let found = defaults::name_references().iter().find(|reference| reference.target.kind == kind);
        found.map(|reference| reference.referrers.as_slice()).unwrap_or_default()
    };
    assert!(has(
        reference("ConfigMap"),
        "batch",
        "CronJob",
        "spec/jobTemplate/spec/template/spec/volumes/configMap/name"
    ));
    assert!(has(reference("Secret"), "", "Pod", "spec/imagePullSecrets/name"));
    assert!(has(
        reference("Secret"),
        "networking.k8s.io",
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"
    ));
    assert!(!has(reference("ServiceAccount"), "apps", "ReplicaSet", "spec/template/spec/serviceAccountName"));
    // As many as kustomize has, without the one that stands twice there.
    let references: usize = defaults::name_references().iter().map(|reference| reference.referrers.len()).sum();
    let others = [
        defaults::namespace(),
        defaults::name_affix(),
        defaults::common_labels(),
        defaults::template_labels(),
        defaults::common_annotations(),
        defaults::images(),
        defaults::replicas(),
        defaults::var_references(),
    ];
    assert_eq!(references + others.iter().map(|specs| specs.len()).sum::<usize>(), 301);
}

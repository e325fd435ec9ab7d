//! Whole objects and whole patches against what `kubectl kustomize` makes of them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use treewright::kustomize::{
    merge_keys::MergeKeys,
    patch::{Allow, Patch, apply_json, apply_strategic, strategic::Merged},
};

use super::{json, parse, parse_all};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kustomize/patches");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root).expect("fixtures").map(|entry| entry.expect("entry").path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

fn read(case: &Path, file: &str) -> String {
    fs::read_to_string(case.join(file)).expect(file)
}

#[test]
fn patches_do_what_kustomize_does() {
    for case in cases() {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut object = parse(&read(&case, "resource.yaml"));
        let patch = Patch::from_documents(parse_all(&read(&case, "patch.yaml"))).expect(&name);
        let merged = match patch {
            Patch::Strategic(patches) => {
                apply_strategic(&mut object, &patches[0], MergeKeys::built_in(), Allow::default()).expect(&name)
            }
            Patch::Json(operations) => {
                apply_json(&mut object, &operations).expect(&name);
                Merged::Kept
            }
        };
        let expected = read(&case, "expected.yaml");
        if expected.is_empty() {
            assert_eq!(merged, Merged::Removed, "{name}");
        } else {
            assert_eq!(merged, Merged::Kept, "{name}");
            assert_eq!(json(&object), json(&parse(&expected)), "{name}");
        }
    }
}

#[test]
fn the_expected_files_are_what_kubectl_prints() {
    for case in cases() {
        let Ok(output) = Command::new("kubectl").arg("kustomize").arg(&case).output() else {
            eprintln!("skipped: kubectl is not there");
            return;
        };
        assert_eq!(String::from_utf8_lossy(&output.stdout), read(&case, "expected.yaml"), "{}", case.display());
    }
}

#[test]
fn what_a_patch_sets_keeps_its_place_in_the_patch() {
    let mut object = parse("kind: A\ndata:\n  kept: 1\n  set: 1\n");
    let text = "kind: A\ndata:\n  set: 2\n  new: {deep: 3}\n";
    let patch = treewright::yaml::Stream::parse(treewright::text::SourceText::new(text)).expect("valid");
    let file = treewright::yaml::FileId(7);
    let patch = patch.documents().next().expect("one").root().to_value(file).expect("expandable");
    apply_strategic(&mut object, &patch, MergeKeys::built_in(), Allow::default()).expect("fits");
    let origin = |path: &[&str]| object.pointer(path).expect("there").origin;
    let place = |needle: &str| u32::try_from(text.find(needle).expect("there")).expect("small");
    assert_eq!(origin(&["data", "kept"]).file, treewright::yaml::FileId(0));
    assert_eq!((origin(&["data", "set"]).file, origin(&["data", "set"]).offset), (file, place("2\n")));
    assert_eq!((origin(&["data", "new", "deep"]).file, origin(&["data", "new", "deep"]).offset), (file, place("3}")));
}

#[test]
fn names_and_kinds_change_only_if_allowed() {
    let base = parse("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let patch = parse("apiVersion: v1\nkind: Secret\nmetadata: {name: b, namespace: n}\n");
    let apply = |allow| {
        let mut object = base.clone();
        apply_strategic(&mut object, &patch, MergeKeys::built_in(), allow).expect("fits");
        json(&object)
    };
    let object =
        |kind: &str, name: &str| serde_json::json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}});
    assert_eq!(apply(Allow::default()), object("ConfigMap", "a"));
    assert_eq!(apply(Allow { name_change: true, kind_change: false }), object("ConfigMap", "b"));
    assert_eq!(apply(Allow { name_change: false, kind_change: true }), object("Secret", "a"));
}

#[test]
fn patches_that_do_not_fit_say_where() {
    let error = |object: &str, patch: &str| {
        let mut object = parse(&format!("apiVersion: v1\nkind: Pod\n{object}"));
        let patch = parse(&format!("apiVersion: v1\nkind: Pod\n{patch}"));
        apply_strategic(&mut object, &patch, MergeKeys::built_in(), Allow::default()).expect_err("misfit").to_string()
    };
    assert_eq!(
        error("spec: {containers: [{name: a, image: x}]}", "spec: {containers: [{name: a, image: {tag: x}}]}"),
        "the object has a single value where the patch has a mapping at `spec.containers[a].image`"
    );
    assert_eq!(
        error("spec: {a: b}", "spec: {$patch: remove}"),
        "unknown directive `$patch: remove`; it must be `merge`, `replace` or `delete` at `spec`"
    );
    assert_eq!(
        error("spec: {containers: [{name: a}, text]}", "spec: {containers: [{name: a}]}"),
        "a list that is merged by `name` holds a single value at `spec.containers`"
    );
}

#[test]
fn what_is_no_patch_is_refused() {
    for text in ["text", "- op: add\n- text", "{}\n---\n- op: add", ""] {
        assert!(Patch::from_documents(parse_all(text)).is_err(), "{text}");
    }
    let two = Patch::from_documents(parse_all("---\n---\na: 1\n---\nb: 2\n")).expect("patches");
    assert!(matches!(two, Patch::Strategic(patches) if patches.len() == 2));
}

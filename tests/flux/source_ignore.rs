//! What a source leaves out of its artifact.

use treewright::{
    flux::{Source, SourceIgnore},
    manifest::ObjectId,
    path::RepoPath,
    source::Memory,
    yaml::Value,
};

/// Each line has the `.sourceignore` files of a repository, the `spec.ignore` of its source, and paths with what source-controller's library says of them.
#[test]
fn files_are_left_out_as_by_the_controller() {
    let mut wrong = Vec::new();
    for line in include_str!("../../fixtures/flux/source-ignore.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let mut view = Memory::new();
        for (path, text) in case["files"].as_object().expect("files") {
            view.insert(RepoPath::new(path).expect("a path"), text.as_str().expect("a text"));
        }
        let spec = case["spec"].as_str().expect("a text");
        let ignore = Value::from_iter([("ignore".into(), Value::string(spec))]);
        let metadata = Value::from_iter([("name".into(), Value::string("fleet"))]);
        let object = Value::from_iter([
            ("apiVersion".into(), Value::string("source.toolkit.fluxcd.io/v1")),
            ("kind".into(), Value::string("GitRepository")),
            ("metadata".into(), metadata),
            ("spec".into(), ignore),
        ]);
        let id = ObjectId::of_value(&object).expect("an object");
        let source = Source::of(&id, &object).expect("a source");
        let ignored = SourceIgnore::new(&view, Some(&source));
        for (path, wanted) in case["ignored"].as_object().expect("paths") {
            let found = ignored.is_ignored(&RepoPath::new(path).expect("a path"));
            if wanted.as_bool() != Some(found) {
                wrong.push(format!("{path}: ignored {found}, wanted {wanted} by {} and {spec:?}", case["files"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

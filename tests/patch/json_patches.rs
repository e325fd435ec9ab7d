//! JSON patches that cannot be applied, and how that is said.

use treewright::kustomize::patch::{Patch, apply_json};

use super::{parse, parse_all};

fn failure(operations: &str) -> (String, bool) {
    let mut object = parse("kind: A\ndata: {a: 1, s: text}\nlist: [1, 2]\n");
    let Ok(Patch::Json(operations)) = Patch::from_documents(parse_all(operations)) else { panic!("a JSON patch") };
    let error = apply_json(&mut object, &operations).expect_err("cannot be applied");
    (error.to_string(), error.origin.is_some())
}

#[test]
fn failures_name_the_operation_the_path_and_what_is_there() {
    let cases = [
        (
            "- {op: remove, path: /data/b}",
            "operation 1 (`remove` /data/b) of the patch: there is no `b` at `/data`, which has a, s",
        ),
        (
            "- {op: add, path: /data/c, value: 1}\n- {op: add, path: /x/y, value: 1}",
            "operation 2 (`add` /x/y) of the patch: there is no `x` at `/`, which has kind, data, list",
        ),
        (
            "- {op: add, path: /data/s/t, value: 1}",
            "operation 1 (`add` /data/s/t) of the patch: `/data/s` has nothing below it",
        ),
        ("- {op: add, path: '', value: 1}", "operation 1 (`add`) of the patch: `` has nothing below it"),
        (
            "- {op: replace, path: /list/2, value: 1}",
            "operation 1 (`replace` /list/2) of the patch: the list at `/list` has 2 elements and no place 2",
        ),
        (
            "- {op: add, path: /list/-4, value: 1}",
            "operation 1 (`add` /list/-4) of the patch: the list at `/list` has 2 elements and no place -4",
        ),
        (
            "- {op: remove, path: /list/-}",
            "operation 1 (`remove` /list/-) of the patch: `-` is not an index into the list at `/list`, which has 2 elements",
        ),
        (
            "- {op: test, path: /data/s, value: other}",
            "operation 1 (`test` /data/s) of the patch: the object has another value there",
        ),
        (
            "- {op: move, from: /data/zz, path: /data/y}",
            "operation 1 (`move` /data/y) of the patch: there is no `zz` at `/data`, which has a, s",
        ),
        (
            "- {op: move, path: /data/y}",
            "operation 1 (`move` /data/y) of the patch: it needs a field `from` with a text",
        ),
        ("- {op: add, value: 1}", "operation 1 (`add`) of the patch: it needs a field `path` with a text"),
        (
            "- {op: replace, path: '', value: 1}",
            "operation 1 (`replace`) of the patch: the whole object can only be replaced by a mapping",
        ),
        (
            "- {op: upsert, path: /a}",
            "operation 1 (`upsert` /a) of the patch: there is no such operation; there are add, remove, replace, move, copy and test",
        ),
    ];
    for (operations, message) in cases {
        assert_eq!(failure(operations), (message.to_owned(), true), "{operations}");
    }
}

#[test]
fn a_failed_test_shows_no_values() {
    let (message, _) = failure("- {op: test, path: /data/s, value: hunter2}");
    assert!(!message.contains("hunter2") && !message.contains("text)"), "{message}");
}

//! Single edits: whole texts before and after.

use treewright::{
    change::{self, TextEdit},
    yaml::{
        Route, Value,
        edit::{DocumentEditor, EditError, Editor, Place},
    },
};

use super::{parse, value};

type Outcome = Result<(), EditError>;

fn route(text: &str) -> Route {
    text.parse().expect("a route")
}

fn try_edit(before: &str, edit: impl FnOnce(&mut DocumentEditor<'_>) -> Outcome) -> Result<String, EditError> {
    let mut editor = Editor::new(parse(before));
    edit(&mut editor.document(0))?;
    let edited = editor.finish();
    let splices: Vec<TextEdit> = edited.splices.into_iter().map(TextEdit::from).collect();
    assert_eq!(change::apply(before, &splices), edited.text, "the splices make the text");
    Ok(edited.text)
}

#[track_caller]
fn check(before: &str, after: &str, edit: impl FnOnce(&mut DocumentEditor<'_>) -> Outcome) {
    match try_edit(before, edit) {
        Ok(text) => assert_eq!(text, after),
        Err(error) => panic!("{error:?}"),
    }
}

#[track_caller]
fn replaces(before: &str, at: &str, new: &str, after: &str) {
    check(before, after, |document| document.replace(&route(at), &value(new)));
}

#[track_caller]
fn adds(before: &str, at: &str, key: &str, new: &str, after: &str) {
    check(before, after, |document| document.insert_key(&route(at), key, &value(new), Place::Last));
}

#[track_caller]
fn appends(before: &str, at: &str, new: &str, after: &str) {
    check(before, after, |document| document.append_item(&route(at), &value(new)));
}

#[track_caller]
fn removes(before: &str, at: &str, after: &str) {
    check(before, after, |document| document.remove(&route(at)));
}

#[test]
fn a_scalar_keeps_its_style_where_the_new_text_allows_it() {
    replaces("a: one # c\nb: 2\n", "/a", "two", "a: two # c\nb: 2\n");
    replaces("a: 'one'\n", "/a", "two", "a: 'two'\n");
    replaces("a: 'one'\n", "/a", "it's", "a: 'it''s'\n");
    replaces("a: \"one\"\n", "/a", "'1'", "a: \"1\"\n");
    replaces("a: \"one\"\n", "/a", "1", "a: 1\n");
    replaces("a: one\n", "/a", "'1'", "a: \"1\"\n");
    replaces("a: one\nb: 'x'\n", "/a", "'yes'", "a: 'yes'\nb: 'x'\n");
    replaces("a: one\n", "/a", "'x: y'", "a: \"x: y\"\n");
    replaces("a: one\n", "/a", "'say \"hi\" # no'", "a: 'say \"hi\" # no'\n");
    replaces("a: one\n", "/a", "''", "a: \"\"\n");
    replaces("a: [b, c]\n", "/a/0", "'x, y'", "a: [\"x, y\", c]\n");
    replaces("a: one\n  two # c\nb: 1\n", "/a", "three", "a: three # c\nb: 1\n");
    replaces("a: \"one\\\n  two\"\n", "/a", "\"tab\\there\"", "a: \"tab\\there\"\n");
    replaces("- one\n- two\n", "/1", "null", "- one\n- null\n");
    replaces("a: ~\n", "/a", "x", "a: x\n");
    replaces("a: one\n", "/a", "|\n  x\n  y\n", "a: |\n  x\n  y\n");
    replaces("- a: one # c\n  b: 1\n", "/0/a", "|-\n  x\n  y\n", "- a: |- # c\n    x\n    y\n  b: 1\n");
    replaces("one\n", "", "two", "two\n");
}

#[test]
fn nothing_becomes_something() {
    replaces("a:\nb: 1\n", "/a", "x", "a: x\nb: 1\n");
    replaces("a: # c\nb: 1\n", "/a", "x", "a: x # c\nb: 1\n");
    replaces("a:", "/a", "x", "a: x");
    replaces("-\n- b\n", "/0", "x", "- x\n- b\n");
    replaces("{a, b: }\n", "/a", "x", "{a: x, b: }\n");
    replaces("{a, b: }\n", "/b", "x", "{a, b: x }\n");
    replaces("a: &x\nb: *x\nc: 1\n", "/c", "2", "a: &x\nb: *x\nc: 2\n");
    adds("a:\nb: 1\n", "/a", "k", "v", "a:\n  k: v\nb: 1\n");
    adds("a: null # c\nb: 1\n", "/a", "k", "v", "a: # c\n  k: v\nb: 1\n");
    adds("a:\n    b:\nc:\n    d: 1\n", "/a/b", "k", "v", "a:\n    b:\n        k: v\nc:\n    d: 1\n");
    appends("a:", "/a", "v", "a:\n  - v");
    adds("", "", "k", "v", "k: v\n");
    adds("# only\n", "", "k", "v", "# only\nk: v\n");
    adds("# only", "", "k", "v", "# only\nk: v\n");
    adds("---\n", "", "k", "v", "---\nk: v\n");
    adds("--- # c\n# d\n", "", "k", "v", "--- # c\nk: v\n# d\n");
    adds("---\n---\na: 1\n", "", "k", "v", "---\nk: v\n---\na: 1\n");
}

#[test]
fn block_scalars_keep_their_form_and_indentation() {
    let before = "data:\n    script: |  # run it\n          old\n          lines\n    next: 1\n";
    replaces(
        before,
        "/data/script",
        "|\n  new\n\n    text\n",
        "data:\n    script: |  # run it\n          new\n\n            text\n    next: 1\n",
    );
    replaces(before, "/data/script", "one", "data:\n    script: |-  # run it\n          one\n    next: 1\n");
    replaces(before, "/data/script", "5", "data:\n    script: 5  # run it\n    next: 1\n");
    replaces(before, "/data/script", "{a: 1}", "data:\n    script:  # run it\n        a: 1\n    next: 1\n");
    replaces("a: >-\n  some\n  words\nb: 1\n", "/a", "other words", "a: >-\n  other words\nb: 1\n");
    replaces("a: >\n  some\n", "/a", "|\n  x\n  y\n", "a: >\n  x\n\n  y\n");
    replaces("a: |\n  x\nb: 1\n", "/a", "\"  indented\\nx\\n\"", "a: |2\n    indented\n  x\nb: 1\n");
    replaces("a: |2\n    x\nb: 1\n", "/a", "|\n  y\n", "a: |\n  y\nb: 1\n");
    // Kept line breaks would swallow the blank lines below: quotes it must be.
    replaces("a: |\n  x\n\n\nb: 1\n", "/a", "\"z\\n\\n\"", "a: \"z\\n\\n\"\n\n\nb: 1\n");
    replaces("a: |\n  x\nb: 1\n", "/a", "\"z\\n\\n\"", "a: |+\n  z\n\nb: 1\n");
}

#[test]
fn the_unbroken_end_of_a_file_is_kept() {
    replaces("a: 1", "/a", "2", "a: 2");
    adds("a: 1", "", "b", "2", "a: 1\nb: 2");
    adds("a: 1 # c", "", "b", "2", "a: 1 # c\nb: 2");
    appends("a:\n- 1", "/a", "2", "a:\n- 1\n- 2");
    adds("a: |\n  text", "", "b", "2", "a: |-\n  text\nb: 2");
    adds("a: |\n  text\n", "", "b", "2", "a: |\n  text\nb: 2\n");
    adds("a: |+\n  text\n\n", "", "b", "2", "a: |+\n  text\n\nb: 2\n");
    replaces("a: |-\n  text", "/a", "|\n  new\n", "a: |\n  new\n");
    removes("a: 1\nb: 2", "/b", "a: 1\n");
    removes("a:\n  b: 2", "/a/b", "a: {}\n");
}

#[test]
fn carriage_returns_and_byte_order_marks_are_kept() {
    adds("a: 1\r\nb: 2\r\n", "", "c", "[1, 2]", "a: 1\r\nb: 2\r\nc:\r\n  - 1\r\n  - 2\r\n");
    adds("a: 1\r\nb: 2", "", "c", "3", "a: 1\r\nb: 2\r\nc: 3");
    replaces("a: |\r\n  x\r\n  y\r\nb: 1\r\n", "/a", "|\n  p\n  q\n", "a: |\r\n  p\r\n  q\r\nb: 1\r\n");
    removes("a:\r\n  b: 1 # c\r\nd: 2\r\n", "/a/b", "a: {}\r\nd: 2\r\n");
    removes("a: 1\r\nb: 2\r\n", "/a", "b: 2\r\n");
    removes("\u{feff}a: 1\nb: 2\n", "/a", "\u{feff}b: 2\n");
    check("\u{feff}a: 1\n", "\u{feff}b: 2\na: 1\n", |document| {
        document.insert_key(&Route::root(), "b", &Value::int(2), Place::First)
    });
    adds("\u{feff}a:\n", "/a", "b", "1", "\u{feff}a:\n  b: 1\n");
}

#[test]
fn a_key_goes_behind_the_last_lines_of_its_mapping() {
    let before = "spec:\n  a: 1 # one\n  # about next\nnext: 1\n";
    adds(before, "/spec", "b", "2", "spec:\n  a: 1 # one\n  b: 2\n  # about next\nnext: 1\n");
    let before = "spec:\n  a:\n    b: 1\n    # c: 2\n\n# about next\nnext: 1\n";
    adds(before, "/spec", "d", "3", "spec:\n  a:\n    b: 1\n    # c: 2\n  d: 3\n\n# about next\nnext: 1\n");
    let before = "list:\n- a: 1\n# about next\nnext: 1\n";
    adds(before, "/list/0", "b", "2", "list:\n- a: 1\n  b: 2\n# about next\nnext: 1\n");
    appends(before, "/list", "{c: 1, d: {e: 2}}", "list:\n- a: 1\n- c: 1\n  d:\n    e: 2\n# about next\nnext: 1\n");
    adds("a: 1\n---\nb: 1\n", "", "c", "2", "a: 1\nc: 2\n---\nb: 1\n");
    adds("a: 1\n...\n", "", "c", "2", "a: 1\nc: 2\n...\n");
}

#[test]
fn a_key_goes_before_or_behind_another() {
    let put = |before: &str, place, after: &str| {
        check(before, after, |document| document.insert_key(&route("/m"), "k", &Value::int(1), place));
    };
    let before = "m:\n  # about a\n  a: 1 # t\n  # about b\n  b: 2\n";
    put(before, Place::First, "m:\n  k: 1\n  # about a\n  a: 1 # t\n  # about b\n  b: 2\n");
    put(before, Place::Before("b"), "m:\n  # about a\n  a: 1 # t\n  k: 1\n  # about b\n  b: 2\n");
    put(before, Place::After("a"), "m:\n  # about a\n  a: 1 # t\n  k: 1\n  # about b\n  b: 2\n");
    put(before, Place::After("b"), "m:\n  # about a\n  a: 1 # t\n  # about b\n  b: 2\n  k: 1\n");
    check("# file\na: 1\n", "# file\nk: 1\na: 1\n", |document| {
        document.insert_key(&Route::root(), "k", &Value::int(1), Place::First)
    });
    check("- a: 1\n  b: 2\n", "- k: 1\n  a: 1\n  b: 2\n", |document| {
        document.insert_key(&route("/0"), "k", &Value::int(1), Place::First)
    });
}

#[test]
fn lists_are_indented_as_the_file_does_it() {
    adds("a:\n- x\nb: 1\n", "", "c", "[1]", "a:\n- x\nb: 1\nc:\n- 1\n");
    adds("a:\n  - x\nb: 1\n", "", "c", "[1]", "a:\n  - x\nb: 1\nc:\n  - 1\n");
    adds("a:\n    b: 1\n", "", "c", "[{d: [1]}]", "a:\n    b: 1\nc:\n    - d:\n          - 1\n");
    appends("a:\n- - x\n  - y\n", "/a/0", "z", "a:\n- - x\n  - y\n  - z\n");
    check("- - x\n", "- - w\n  - x\n", |document| document.insert_item(&route("/0"), 0, &"w".into()));
    check(
        "l:\n  # about a\n  - a\n  # about b\n  - b\n",
        "l:\n  # about a\n  - a\n  - m\n  # about b\n  - b\n",
        |document| document.insert_item(&route("/l"), 1, &"m".into()),
    );
}

#[test]
fn empty_collections_become_blocks() {
    appends("resources: []\nb: 1\n", "/resources", "x.yaml", "resources:\n  - x.yaml\nb: 1\n");
    adds("a: {} # c\n", "/a", "k", "v", "a: # c\n  k: v\n");
    adds("- {}\n", "/0", "k", "v", "- k: v\n");
    adds("{}\n", "", "k", "v", "k: v\n");
    adds("--- {}\n", "", "k", "v", "---\nk: v\n");
    adds("a: {b: {}}\n", "/a/b", "k", "v", "a: {b: {k: v}}\n");
    appends("a: [ # c\n]\n", "/a", "v", "a: [v # c\n]\n");
}

#[test]
fn what_is_removed_takes_its_comments_along() {
    let before = "# file\na: 1\n\n# group\n\n# about b\nb: # t\n  c: 1\n    # deeper\n# about d\nd: 2\n";
    removes(before, "/b", "# file\na: 1\n\n# group\n\n# about d\nd: 2\n");
    removes(before, "/a", "# file\n\n# group\n\n# about b\nb: # t\n  c: 1\n    # deeper\n# about d\nd: 2\n");
    removes(before, "/b/c", "# file\na: 1\n\n# group\n\n# about b\nb: {} # t\n# about d\nd: 2\n");
    removes("- a: 1 # x\n  # about b\n  b: 2\n", "/0/a", "- # about b\n  b: 2\n");
    removes("- a: 1\n  b: 2\n- c\n", "/0/a", "- b: 2\n- c\n");
    removes("- a: 1 # x\n- c\n", "/0/a", "- {}\n- c\n");
    removes("- - a\n", "/0/0", "- []\n");
    removes("a: &x\n  b: 1\n", "/a/b", "a: &x {}\n");
    removes("a: 1 # x\n", "/a", "{}\n");
    removes("---\n# c\na: 1\n", "/a", "---\n# c\n{}\n");
    removes("l:\n- a\n- b # x\n# next\nm: 1\n", "/l/1", "l:\n- a\n# next\nm: 1\n");
    removes("a: |\n  x\n\n  y\nb: 1\n", "/a", "b: 1\n");
    removes("? a\n: 1\n? b\n: 2\n", "/a", "? b\n: 2\n");
}

#[test]
fn flow_collections_keep_their_lines() {
    adds("m: {a: 1}\n", "/m", "b", "x", "m: {a: 1, b: x}\n");
    adds("m: { a: 1 }\n", "/m", "b", "{c: [1]}", "m: { a: 1, b: {c: [1]} }\n");
    adds("m: {a: 1,}\n", "/m", "b", "x", "m: {a: 1, b: x,}\n");
    let lines = "l: [\n  a, # one\n  b # two\n]\n";
    appends(lines, "/l", "c", "l: [\n  a, # one\n  b, # two\n  c\n]\n");
    appends("l: [\n  a,\n  b, # two\n]\n", "/l", "c", "l: [\n  a,\n  b, # two\n  c,\n]\n");
    appends("l: [a,\n    b]\n", "/l", "c", "l: [a,\n    b,\n    c]\n");
    check(lines, "l: [\n  c,\n  a, # one\n  b # two\n]\n", |document| {
        document.insert_item(&route("/l"), 0, &"c".into())
    });
    removes(lines, "/l/0", "l: [\n  b # two\n]\n");
    removes(lines, "/l/1", "l: [\n  a # one\n]\n");
    removes("l: [a, b, c]\n", "/l/0", "l: [b, c]\n");
    removes("l: [a, b, c]\n", "/l/1", "l: [a, c]\n");
    removes("l: [a, b, c]\n", "/l/2", "l: [a, b]\n");
    removes("l: [ a ]\n", "/l/0", "l: [  ]\n");
    removes("m: {a: 1, b: 2}\n", "/m/a", "m: {b: 2}\n");
    removes("m: {a: 1}\n", "/m/a", "m: {}\n");
}

#[test]
fn any_value_replaces_any_other() {
    replaces("a: 1 # c\nb: 2\n", "/a", "{x: {z: [1]}}", "a: # c\n  x:\n    z:\n      - 1\nb: 2\n");
    replaces("a:\n  x: 1\n  # in\n  y: 2\nb: 2\n", "/a", "z", "a: z\nb: 2\n");
    replaces("a: # c\n  x: 1\nb: 2\n", "/a", "z", "a: z # c\nb: 2\n");
    replaces("a:\n- x\nb: 2\n", "/a", "{k: 1}", "a:\n  k: 1\nb: 2\n");
    replaces("a:\n  k: 1\nb: 2\n", "/a", "[x]", "a:\n  - x\nb: 2\n");
    replaces("- a: 1\n  b: 2\n- c\n", "/0", "z", "- z\n- c\n");
    replaces("- z # c\n- c\n", "/0", "{a: 1}", "- # c\n  a: 1\n- c\n");
    replaces("- z\n- c\n", "/0", "{a: 1, b: 2}", "- a: 1\n  b: 2\n- c\n");
    replaces("a: [x]\n", "/a", "{k: [1]}", "a: {k: [1]}\n");
    replaces("a: {k: 1}\n", "/a", "z", "a: z\n");
    replaces("a: 1\n", "", "[x]", "- x\n");
    replaces("# c\n- x\n", "", "z", "# c\nz\n");
    replaces("a: &n 1\nb: *n\n", "/b", "2", "a: &n 1\nb: 2\n");
    replaces("a: !!str 1\n", "/a", "'2'", "a: !!str \"2\"\n");
    replaces("a: !!str 1\n", "/a", "2", "a: 2\n");
    replaces("a: !x one\n", "/a", "two", "a: !x two\n");
}

#[test]
fn keys_are_renamed_in_their_style() {
    let renames = |before: &str, at: &str, name: &str, after: &str| {
        check(before, after, |document| document.rename_key(&route(at), name));
    };
    renames("a: 1 # c\n", "/a", "b", "b: 1 # c\n");
    renames("'a': 1\n", "/a", "b", "'b': 1\n");
    renames("a: 1\n", "/a", "1", "\"1\": 1\n");
    renames("m: {a: 1, b}\n", "/m/b", "c", "m: {a: 1, c}\n");
    renames("a: 1\n", "/a", "a", "a: 1\n");
}

#[test]
fn edits_that_would_reach_elsewhere_are_refused() {
    let refused =
        |before: &str, edit: &dyn Fn(&mut DocumentEditor<'_>) -> Outcome| try_edit(before, |d| edit(d)).unwrap_err();
    let anchored = "a: &x\n  k: 1\nb: *x\nc:\n  <<: *x\n  own: 1\n";
    let set = |at: &'static str| move |document: &mut DocumentEditor<'_>| document.replace(&route(at), &Value::int(2));
    assert!(matches!(refused(anchored, &set("/b/k")), EditError::ThroughAlias(_)));
    assert!(matches!(refused(anchored, &set("/c/k")), EditError::FromMergeKey(_)));
    assert!(matches!(refused(anchored, &set("/a/k")), EditError::Shared(_)));
    assert!(matches!(refused(anchored, &|d| d.remove(&route("/a"))), EditError::AnchorInUse(_)));
    assert!(matches!(refused(anchored, &|d| d.remove(&Route::root())), EditError::Root));
    assert!(matches!(refused(anchored, &set("/z")), EditError::NotFound(_)));
    let add = |key: &'static str| {
        move |document: &mut DocumentEditor<'_>| document.insert_key(&route("/c"), key, &Value::int(2), Place::Last)
    };
    assert!(matches!(refused(anchored, &add("own")), EditError::KeyExists(_)));
    assert_eq!(try_edit(anchored, add("k")).unwrap(), "a: &x\n  k: 1\nb: *x\nc:\n  <<: *x\n  own: 1\n  k: 2\n");
    assert!(matches!(refused("a: 1\n", &|d| d.append_item(&route("/a"), &Value::int(1))), EditError::WrongKind { .. }));
    assert_eq!(
        refused("l: [a: 1]\n", &|d| d.insert_key(&route("/l/0"), "b", &Value::int(1), Place::Last)),
        EditError::NotFaithful
    );

    let mut editor = Editor::new(parse(anchored)).edit_shared();
    editor.document(0).replace(&route("/a/k"), &Value::int(2)).unwrap();
    assert_eq!(editor.finish().text, anchored.replace("k: 1", "k: 2"));
}

#[test]
fn several_edits_in_a_row_end_in_few_splices() {
    let before = "a: 1\nb: 2\nc: 3\n---\nd: 4\n";
    let mut editor = Editor::new(parse(before));
    editor.document(0).replace(&route("/a"), &Value::int(10)).unwrap();
    editor.document(1).replace(&route("/d"), &Value::int(40)).unwrap();
    editor.document(0).insert_key(&Route::root(), "e", &Value::int(5), Place::After("a")).unwrap();
    editor.document(0).replace(&route("/e"), &Value::int(6)).unwrap();
    editor.document(0).remove(&route("/b")).unwrap();
    let edited = editor.finish();
    assert_eq!(edited.text, "a: 10\ne: 6\nc: 3\n---\nd: 40\n");
    let shown: Vec<(u32, u32, &str)> =
        edited.splices.iter().map(|splice| (splice.span.start, splice.span.end, splice.replacement.as_str())).collect();
    assert_eq!(shown, [(4, 4, "0\ne: 6"), (5, 10, ""), (23, 23, "0")]);
}

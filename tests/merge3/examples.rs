//! Merges whose results were written by hand.

use treewright::yaml::merge3::Favour;

use super::merge;

#[test]
fn separate_changes_meet_in_one_text() {
    let base = "a: 1\nb: 2\nc:\n  - name: x\n    v: 1\n";
    let ours = "a: 1   # mine\nb: 20\nc:\n    - name: own\n      v: 0\n    - name: x\n      v: 1\n";
    let theirs = "# new head\na: 3\nb: 2\nc:\n  - name: x\n    v: 2  # more\n  - name: y\n    v: 3\nd: {e: 1}\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!(
        merged.text,
        "# new head\na: 3   # mine\nb: 20\nc:\n    - name: own\n      v: 0\n    - name: x\n      v: 2  # more\n    - name: y\n      v: 3\nd: {e: 1}\n"
    );
    assert_eq!(merged.conflicts, []);
}

#[test]
fn documents_are_told_by_what_they_are() {
    let object = |name: &str, value: &str| format!("kind: A\nmetadata:\n  name: {name}\nspec: {value}\n");
    let base = format!("{}---\n{}---\n{}", object("a", "1"), object("b", "1"), object("c", "1"));
    // We put c first, changed it, and added d; they changed a, and renamed b to e.
    let ours = format!(
        "---\n# ours\n{}---\n{}---\n{}---\n{}",
        object("c", "2"),
        object("a", "1"),
        object("b", "1"),
        object("d", "1")
    );
    let theirs = format!("{}---\n{}---\n{}", object("a", "3  # more"), object("c", "1"), object("e", "1"));
    let merged = merge(&base, &ours, &theirs, Favour::Markers);
    assert_eq!(
        merged.text,
        format!(
            "---\n# ours\n{}---\n{}---\n{}---\n{}",
            object("c", "2"),
            object("a", "3  # more"),
            object("e", "1"),
            object("d", "1")
        )
    );
    assert_eq!(merged.conflicts, []);
}

#[test]
fn strings_that_hold_yaml_are_merged_as_yaml() {
    let base = "data:\n  values.yaml: |\n    a: 1\n    list:\n      - name: x\n        v: 1\n";
    let ours = "data:\n  values.yaml: |\n    # ours\n    a: 1\n    list:\n    - name: own\n      v: 0\n    - name: x\n      v: 1\n";
    let theirs = "data:\n  values.yaml: |\n    a: 2\n    list:\n      - name: x\n        v: 2\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!(
        merged.text,
        "data:\n  values.yaml: |\n    # ours\n    a: 2\n    list:\n    - name: own\n      v: 0\n    - name: x\n      v: 2\n"
    );
    assert_eq!(merged.conflicts, []);
}

#[test]
fn what_both_changed_is_a_conflict_with_its_place_and_values() {
    let base = "spec:\n  items:\n    - name: a\n      image: x:1\n      other: 1\n";
    let ours = "spec:\n  items:\n    - name: a\n      image: x:2\n      other: 1\n";
    let theirs = "spec:\n  items:\n    - name: a\n      image: x:3\n      other: 2\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!(
        merged.text,
        "spec:\n  items:\n    - name: a\n      # <<<<<<< conflict: yours is below\n      # ||||||| before, site 1.0.0\n      # image: x:1\n      \
         # ======= now, site 2.0.0\n      # image: x:3\n      # >>>>>>>\n      image: x:2\n      other: 2\n"
    );
    let [conflict] = &merged.conflicts[..] else { panic!("{:?}", merged.conflicts) };
    assert_eq!((conflict.path.as_str(), conflict.kind.as_str()), ("/spec/items/name=a/image", "changed"));
    let text = |excerpt: &Option<treewright::yaml::merge3::Excerpt>| {
        excerpt.as_ref().map(|excerpt| excerpt.text.clone()).unwrap_or_default()
    };
    assert_eq!(
        [text(&conflict.base), text(&conflict.ours), text(&conflict.theirs)],
        ["image: x:1", "image: x:2", "image: x:3"]
    );
    let span = conflict.ours.as_ref().map(|excerpt| excerpt.span.range()).unwrap_or_default();
    assert_eq!(&ours[span], "image: x:2");
    let theirs_taken = merge(base, ours, theirs, Favour::Theirs);
    assert_eq!(theirs_taken.text, theirs);
}

#[test]
fn line_breaks_quotes_brackets_and_anchors_stay_ours() {
    // Line breaks of Windows.
    assert_eq!(
        merge("a: 1\nb: 1\n", "a: 2\r\nb: 1\r\n", "a: 1\nb: 2\nc: 3\n", Favour::Markers).text,
        "a: 2\r\nb: 2\r\nc: 3\r\n"
    );
    // Quotes of our own keep around their new text.
    assert_eq!(merge("a: x\nb: 1\n", "a: 'x'\nb: 2\n", "a: y\nb: 1\n", Favour::Markers).text, "a: 'y'\nb: 2\n");
    // Brackets.
    assert_eq!(
        merge("set: [a, b]\nn: 1\n", "set: [a, own, b]\nn: 2\n", "set: [a, b, c]\nn: 1\n", Favour::Markers).text,
        "set: [a, own, b, c]\nn: 2\n"
    );
    // Anchors and aliases are what is written, not what it stands for.
    assert_eq!(
        merge("a: &x 1\nb: *x\nc: 1\n", "a: &x 1\nb: *x\nc: 2\n", "a: &x 3\nb: *x\nc: 1\n", Favour::Markers).text,
        "a: &x 3\nb: *x\nc: 2\n"
    );
    // An empty mapping of ours becomes a block again.
    assert_eq!(
        merge("a:\n  x: 1\nb: 1\n", "a: {}  # empty\nb: 1\n", "a:\n  x: 1\n  y: 2\nb: 1\n", Favour::Markers).text,
        "a:  # empty\n  y: 2\nb: 1\n"
    );
}

#[test]
fn what_they_remove_goes_and_our_comments_stay() {
    let base = "a: 1\n# about b\nb:\n  c: 1\nd: 1\n";
    let ours = "a: 1\n# about b\n# we need this for the course\nb:\n  c: 1  # since May\nd: 2\n";
    let theirs = "a: 1\nd: 1\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!(merged.text, "a: 1\n# we need this for the course\n# since May\nd: 2\n");
    assert_eq!(merged.conflicts, []);
}

#[test]
fn a_list_that_both_empty_together_is_empty() {
    let base = "a: 1\nset:  # what we keep\n  # first\n  - x\n  - y\nb: 1\n";
    let ours = "a: 1\nset:  # what we keep\n  # first\n  - x\nb: 2\n";
    let theirs = "a: 1\nset:  # what we keep\n  - y\nb: 1\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!((merged.text.as_str(), merged.conflicts), ("a: 1\nset: []  # what we keep\nb: 2\n", vec![]));
    // A comment of ours keeps its place behind the key, or comes to stand above.
    let ours = "a: 1\nset:  # ours\n  # about x\n  - x\nb: 2\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!((merged.text.as_str(), merged.conflicts), ("a: 1\n# about x\nset: []  # ours\nb: 2\n", vec![]));
}

#[test]
fn a_file_of_one_line_in_a_block_is_merged_as_what_it_is() {
    let base = "data:\n  values.yaml: |\n    a: 1\n    b: 1\n";
    let ours = "data:\n  values.yaml: |\n    # ours\n    a: 2\n    b: 1\n";
    let theirs = "data:\n  values.yaml: |\n    a: 1\n";
    let merged = merge(base, ours, theirs, Favour::Markers);
    assert_eq!((merged.text.as_str(), merged.conflicts), ("data:\n  values.yaml: |\n    # ours\n    a: 2\n", vec![]));
}

#[test]
fn an_item_that_both_moved_is_neither_lost_nor_doubled() {
    let base = "args:\n  - a\n  - b\n  - c\n  - d\n";
    let ours = "args:\n  - d\n  - b\n  - c\n  - a\n";
    let theirs = "args:\n  - b\n  - a\n  - c\n  - d\n";
    for (favour, expected) in [(Favour::Ours, ours), (Favour::Theirs, theirs)] {
        let merged = merge(base, ours, theirs, favour);
        let mut items: Vec<&str> = merged.text.lines().collect();
        items.sort_unstable();
        assert_eq!(items, ["  - a", "  - b", "  - c", "  - d", "args:"], "{}", merged.text);
        assert_eq!(merged.text, expected);
        assert_eq!(merged.conflicts.len(), 1);
    }
}

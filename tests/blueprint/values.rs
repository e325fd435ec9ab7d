//! Values fragments: merged with their comments, collisions shown with both places.

use treewright::{
    blueprint::{FragmentText, Values, merge},
    path::RepoPath,
};

fn merged(fragments: &[&str]) -> Result<Values, String> {
    let texts = fragments.iter().enumerate().map(|(number, text)| FragmentText {
        path: RepoPath::new(&format!("{}.yaml", number + 1)).expect("a path"),
        text: (*text).to_owned(),
        appends: false,
    });
    merge(&texts.collect::<Vec<_>>()).map_err(|problems| problems.to_string())
}

#[test]
fn comments_quotes_and_styles_stay_with_their_keys() {
    let first = "\
# Head.
hub:   # the hub
    # deep indentation is brought to two
    config:
        'A': \"x\"   # quoted
        list:
        - one # item
        # between
        - {two: 2}

    script: |
        if x:
            y()

last: 1
# the end
";
    let second = "\
hub:
  config:
    # more
    B: >-
      folded
      text
  db: {type: sqlite}
# new top
cull:
  every: 600
";
    let expected = "\
# Head.
hub:   # the hub
  # deep indentation is brought to two
  config:
    'A': \"x\"   # quoted
    list:
    - one # item
    # between
    - {two: 2}
    # more
    B: >-
      folded
      text

  script: |
      if x:
          y()
  db: {type: sqlite}

last: 1
# new top
cull:
  every: 600
# the end
";
    assert_eq!(merged(&[first, second]).expect("values").text, expected);
}

#[test]
fn fragments_may_agree_and_may_be_empty() {
    assert_eq!(
        merged(&["a: {b: 1}\n", "# nothing\n", "a: {b: 1}\nc:\n", "c:\n  d: 1\n"]).expect("values").text,
        "a: {b: 1}\nc:\n  d: 1\n# nothing\n"
    );
    assert_eq!(merged(&["# nothing\n", ""]).expect("values").text, "");
    assert_eq!(merged(&["{a: {b: x}, c: []}"]).expect("values").text, "a:\n  b: x\nc: []\n");
}

#[test]
fn collisions_show_both_places() {
    let cases = [
        (
            ["a:\n  b: 1\n", "a:\n  b: 2\n"],
            "2.yaml (rendered):2:3: error: two fragments set `a.b`\n  1.yaml (rendered):2:3: the other one sets it here",
        ),
        (
            ["a: [1]\n", "a: [2]\n"],
            "2.yaml (rendered):1:1: error: two fragments set `a`\n  1.yaml (rendered):1:1: the other one sets it here",
        ),
        (
            ["a:\n  b: 1\n", "a: x\n"],
            "2.yaml (rendered):1:1: error: two fragments set `a`\n  1.yaml (rendered):1:1: the other one sets it here",
        ),
    ];
    for (fragments, expected) in cases {
        assert_eq!(merged(&fragments).expect_err(expected), expected);
    }
    assert_eq!(merged(&["- a\n"]).expect_err("a list"), "1.yaml (rendered):1:1: error: values are one mapping");
}

#[test]
fn anchors_work_inside_of_a_fragment() {
    let text = "x: &x\n  a: 1\ny:\n  <<: *x\n  b: 2\n";
    assert_eq!(merged(&[text]).expect("values").text, text);
}

#[test]
fn lists_are_joined_where_a_fragment_says_so() {
    let texts = [
        (
            "singleuser:\n  storage:\n    # homes\n    extraVolumes:\n    - name: a\n      emptyDir: {}  # scratch\n",
            false,
        ),
        (
            "singleuser:\n    storage:\n        extraVolumes:\n            - name: b\n              nfs: {path: /}\n",
            true,
        ),
        ("singleuser:\n  storage:\n    extraVolumes: [{name: c}]\n", true),
    ];
    let texts = texts.map(|(text, appends)| FragmentText {
        path: RepoPath::new("f.yaml").expect("a path"),
        text: text.to_owned(),
        appends,
    });
    let expected = "\
singleuser:
  storage:
    # homes
    extraVolumes:
      - name: a
        emptyDir: {}  # scratch
      - name: b
        nfs: {path: /}
      - name: c
";
    let merged = merge(&texts).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(merged.text, expected);
}

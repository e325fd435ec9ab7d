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

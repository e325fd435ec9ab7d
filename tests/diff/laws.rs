//! What holds for the diff of any change.

use treewright::diff::{Diff, Status};

use super::{Change, compare, fixtures};

fn changes() -> impl Iterator<Item = Change> {
    fixtures()
        .into_iter()
        .map(|folder| Change::of(&std::fs::read_to_string(folder.join("change.md")).expect("a change")))
}

fn statuses(diff: &Diff, added: Status, removed: Status) -> Vec<(String, Status)> {
    let mut all: Vec<_> = diff
        .objects()
        .map(|(_, _, object)| {
            let status = match object.status {
                Status::Added => added,
                Status::Removed => removed,
                Status::Changed => Status::Changed,
            };
            // A renamed object is known by the name before on the way there, and by the one after on the way back.
            let name = object.was.as_ref().map_or_else(
                || object.id.to_string(),
                |was| {
                    let mut both = [object.id.to_string(), was.to_string()];
                    both.sort();
                    both.join(" = ")
                },
            );
            (name, status)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn nothing_changes_from_a_view_to_itself() {
    for change in changes() {
        let diff = compare(change.after.clone(), change.after);
        assert!(diff.is_empty() && diff.danger.is_empty() && diff.folded.is_empty(), "{diff:?}");
    }
}

#[test]
fn the_way_back_takes_away_what_the_way_there_brings() {
    for change in changes() {
        let back = compare(change.after.clone(), change.before.clone());
        let there = change.diff();
        assert_eq!(statuses(&there, Status::Added, Status::Removed), statuses(&back, Status::Removed, Status::Added));
    }
}

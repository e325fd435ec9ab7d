//! Whole blueprints: answers in, whole trees out; and what checking says about sound and broken ones.

use std::path::PathBuf;

use treewright::blueprint::{Blueprint, CaseFailure, check};

fn fixture() -> Blueprint {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/blueprints/web");
    Blueprint::read(super::folder("fixtures/web", &root)).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn answers_give_the_whole_tree() {
    let blueprint = fixture();
    let cases = blueprint.cases();
    assert_eq!(cases.len(), 1);
    match blueprint.run_case(&cases[0]) {
        Ok(()) => {}
        Err(CaseFailure::Refused(problems)) => panic!("{problems}"),
        Err(CaseFailure::Differs(diff)) => panic!("{diff}"),
    }
    let problems = check(&blueprint);
    assert!(problems.diagnostics.is_empty(), "{problems}");
}

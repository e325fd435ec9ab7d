//! The bundled blueprints: each of their tests passes.

use std::path::PathBuf;

use treewright::blueprint::{Blueprint, CaseFailure};

#[test]
fn the_tests_of_the_bundled_blueprints_pass() {
    let root = std::env::var_os("BP")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("blueprints"), PathBuf::from);
    for entry in std::fs::read_dir(root).expect("blueprints") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let blueprint =
            Blueprint::read(super::folder(&name, &entry.path())).unwrap_or_else(|problems| panic!("{problems}"));
        for case in blueprint.cases() {
            match blueprint.run_case(&case) {
                Ok(()) => {}
                Err(CaseFailure::Refused(problems)) => panic!("{name} {case:?}:\n{problems}"),
                Err(CaseFailure::Differs(diff)) => panic!("{name} {case:?}:\n{diff}"),
            }
        }
    }
}

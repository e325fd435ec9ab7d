//! The validator over public repositories.

use std::{fmt::Write as _, path::PathBuf};

use treewright::{schema::validate, text::SourceText, yaml::Stream};

use super::{schema_of, show};

/// Each of these findings has been read and is true of its file: charts' templates and patches are no whole objects, the name `_` is replaced by kustomize,
/// the rest would be refused by the API server.
const FINDINGS: &str = include_str!("corpus.txt");

/// Checks every YAML file of the repositories below the folder that `TREEWRIGHT_CORPUS` names, `<owner>+<name>/repo/…`.
#[test]
fn the_corpus_has_only_true_findings() {
    let Some(corpus) = std::env::var_os("TREEWRIGHT_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: TREEWRIGHT_CORPUS names no folder");
        return;
    };
    let (mut documents, mut shown) = (0, String::new());
    for entry in walkdir::WalkDir::new(&corpus).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.path().strip_prefix(&corpus).unwrap_or(entry.path());
        let in_repository = path.components().nth(1).is_some_and(|folder| folder.as_os_str() == "repo");
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if !in_repository || !is_yaml {
            continue;
        }
        let Some(stream) =
            std::fs::read_to_string(entry.path()).ok().and_then(|text| Stream::parse(SourceText::new(text)).ok())
        else {
            continue;
        };
        for root in stream.documents().map(treewright::yaml::Document::root) {
            let Some(schema) = schema_of(root) else { continue };
            documents += 1;
            for line in show(stream.text(), &validate(schema, root)).lines() {
                writeln!(shown, "{}:{line}", path.display()).expect("memory");
            }
        }
    }
    eprintln!("{documents} documents of known kinds, {} findings", shown.lines().count());
    assert!(documents > 0, "no document of a known kind below {}", corpus.display());
    assert_eq!(shown, FINDINGS);
}

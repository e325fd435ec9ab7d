//! The linter as a whole: the same findings for any number of threads, comments that silence, rules that are chosen.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    lint::{self, Options, Outcome},
    path::RepoPath,
    project::Project,
    report,
    source::{Memory, SourceView, WorkTree},
};

fn lint(view: Arc<dyn SourceView>, options: &Options) -> (String, Outcome) {
    let project = Project::open(view).expect("the view can be read");
    let outcome = lint::lint(&project, options);
    (report::concise(&outcome.findings, &|path| project.text(path)), outcome)
}

/// Lints one file with all rules; gives its findings, and how many were silenced.
fn lint_text(text: &str, options: &Options) -> (String, usize) {
    let mut view = Memory::new();
    view.insert(RepoPath::new("a.yaml").expect("a path"), text);
    let (found, outcome) = lint(Arc::new(view), options);
    (found, outcome.suppressed)
}

/// Everything a run finds: each place, the help and the fix of each finding.
fn everything(folder: &Path, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
    pool.install(|| {
        let (mut text, outcome) = lint(Arc::new(WorkTree::new(folder).expect("a folder")), &Options::default());
        for finding in &outcome.findings {
            writeln!(text, "{finding:?}").expect("a string takes everything");
        }
        text
    })
}

/// The folders below `parent`, sorted.
fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(parent).min_depth(1).max_depth(1).sort_by_file_name();
    entries.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path).filter(|path| path.is_dir()).collect()
}

fn same_for_any_number_of_threads(folder: &Path) {
    let alone = everything(folder, 1);
    for threads in [2, 4] {
        assert!(alone == everything(folder, threads), "{}: {threads} threads find something else", folder.display());
    }
    let places: Vec<&str> = alone.lines().filter(|line| line.contains("[repo/rule-failed]")).collect();
    assert!(places.is_empty(), "{}: a rule panicked: {places:#?}", folder.display());
}

#[test]
fn findings_are_the_same_for_any_number_of_threads() {
    let repositories = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos"));
    assert!(!repositories.is_empty());
    repositories.iter().for_each(|folder| same_for_any_number_of_threads(folder));
}

/// `TREEWRIGHT_CORPUS` names a folder with one repository in each folder, or in a folder `repo` of it.
#[test]
fn real_repositories_give_the_same_findings_for_any_number_of_threads() {
    let Some(corpus) = std::env::var_os("TREEWRIGHT_CORPUS").map(PathBuf::from).filter(|path| path.is_dir()) else {
        eprintln!("skipped: TREEWRIGHT_CORPUS names no folder");
        return;
    };
    for folder in folders(&corpus) {
        let inner = folder.join("repo");
        same_for_any_number_of_threads(if inner.is_dir() { &inner } else { &folder });
    }
}

const DUPLICATE: &str = "error[yaml/duplicate-key]: the key `b` stands twice in this mapping\n";

#[test]
fn a_comment_behind_content_silences_its_line() {
    let options = Options::default();
    let silent = "a: 1\nb: 1\nb: 2 # treewright: ignore[yaml/duplicate-key] wanted\n";
    assert_eq!(lint_text(silent, &options), (String::new(), 1));
    let above = "a: 1\nb: 1 # treewright: ignore[yaml/duplicate-key]\nb: 2\n";
    let (found, suppressed) = lint_text(above, &options);
    assert_eq!(suppressed, 0);
    assert!(found.contains(&format!("a.yaml:3:1: {DUPLICATE}")), "{found}");
    assert!(found.contains("a.yaml:2:27: warning[repo/unused-suppression]"), "{found}");
}

#[test]
fn a_comment_alone_silences_the_next_line() {
    let silent = "a: 1\nb: 1\n# treewright: ignore[yaml/duplicate-key] wanted\nb: 2\n";
    assert_eq!(lint_text(silent, &Options::default()), (String::new(), 1));
    let far = "a: 1\n# treewright: ignore[yaml/duplicate-key]\nb: 1\nb: 2\n";
    assert_eq!(lint_text(far, &Options::default()).1, 0);
}

#[test]
fn a_comment_above_all_content_silences_the_file() {
    let silent = "# treewright: ignore[yaml/duplicate-key] generated\nb: 1\nb: 2\nc: 1\nc: 2\n";
    assert_eq!(lint_text(silent, &Options::default()), (String::new(), 2));
}

#[test]
fn comments_for_nothing_and_for_unknown_rules_are_findings() {
    let options = Options::default();
    let (found, _) = lint_text("a: 1 # treewright: ignore[yaml/duplicate-key]\n", &options);
    assert!(found.starts_with("a.yaml:1:27: warning[repo/unused-suppression]: "), "{found}");
    let (found, _) = lint_text("a: 1 # treewright: ignore[yaml/duplicate-keys]\n", &options);
    assert!(found.starts_with("a.yaml:1:27: warning[repo/unknown-suppression]: "), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn a_comment_for_a_rule_that_did_not_run_is_no_finding() {
    let text = "a: 1 # treewright: ignore[yaml/duplicate-key]\n";
    let without = Options { ignore: vec!["yaml/duplicate-key".to_owned()], ..Options::default() };
    assert_eq!(lint_text(text, &without), (String::new(), 0));
}

#[test]
fn rules_are_chosen_by_id_or_group() {
    let text = "b: 1\nb: 2\n";
    let options = |select: &[&str], ignore: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Options { select: owned(select), ignore: owned(ignore) }
    };
    let found = format!("a.yaml:2:1: {DUPLICATE}");
    for (select, ignore, expected) in [
        (&["yaml"][..], &[][..], found.as_str()),
        (&["yaml/duplicate-key"], &[], &found),
        (&["yaml/syntax", "kustomize"], &[], ""),
        (&[], &["yaml"], ""),
        (&["yaml"], &["yaml/duplicate-key"], ""),
        (&[], &["yaml/syntax"], &found),
        (&["yam"], &[], ""),
    ] {
        assert_eq!(lint_text(text, &options(select, ignore)).0, expected, "select {select:?}, ignore {ignore:?}");
    }
}

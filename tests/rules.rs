//! The rules: their documentation runs, their fixtures hold, and id, file, fixtures and page agree.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    lint::{self, Options, RULES, Rule},
    path::RepoPath,
    project::Project,
    report,
    source::{Memory, SourceView, WorkTree},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Lints a view with the default rules and one more, as `--format concise` shows it.
fn concise(view: Arc<dyn SourceView>, rule: &str) -> String {
    let mut options = Options::of_view(view.as_ref()).expect("the configuration can be read");
    options.know_configured(view.as_ref()).expect("the baseline can be read");
    let options = Options { extend: vec![rule.to_owned()], ..options };
    let project = Project::open(view).expect("the view can be read");
    let outcome = lint::lint(&project, &options);
    report::concise(&outcome.findings, &|path| project.shown_text(path))
}

/// The repository that the fenced blocks of a section of a rule's documentation make up.
pub fn example(rule: &Rule, section: &str) -> Memory {
    let mut view = Memory::new();
    let heading = format!("## {section}\n");
    let (_, text) = rule.docs.split_once(&heading).unwrap_or_else(|| panic!("{} has no section {section}", rule.id));
    let text = text.split("\n## ").next().expect("a section");
    let blocks = ["yaml", "toml", "json"]
        .into_iter()
        .flat_map(|language| text.split(&format!("```{language} ")).skip(1).collect::<Vec<_>>());
    for block in blocks {
        let (path, rest) = block.split_once('\n').expect("a fenced block names its file");
        let (content, _) = rest.split_once("```").expect("a fenced block is closed");
        view.insert(RepoPath::new(path.trim()).expect("a path"), content);
    }
    assert!(view.iter().next().is_some(), "{}: the section {section} holds no file", rule.id);
    view
}

/// The rules that a repository can be made to break, all but one: nothing that anybody could write is meant to make a rule fail.
fn rules_with_examples() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(|rule| rule.id != "repo/rule-failed")
}

#[test]
fn bad_examples_are_found_by_their_rule_alone() {
    for rule in rules_with_examples() {
        let found = concise(Arc::new(example(rule, "Bad")), rule.id);
        let own = format!("[{}]", rule.id);
        assert!(found.contains(&own), "{}: nothing found in the bad example:\n{found}", rule.id);
        let others: Vec<&str> = found.lines().filter(|line| !line.contains(&own)).collect();
        assert!(others.is_empty(), "{}: others find something in the bad example: {others:#?}", rule.id);
    }
}

#[test]
fn good_examples_are_clean() {
    for rule in rules_with_examples() {
        let found = concise(Arc::new(example(rule, "Good")), rule.id);
        assert_eq!(found, "", "{}: the good example is not clean", rule.id);
    }
}

#[test]
fn rules_are_sorted_and_live_where_their_ids_say() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    for id in &ids {
        let (group, name) = id.split_once('/').expect("group/name");
        let file = root().join("src/lint/rules").join(group).join(format!("{}.rs", name.replace('-', "_")));
        assert!(file.is_file(), "{id}: no file {}", file.display());
    }
    for id in rules_with_examples().map(|rule| rule.id) {
        let (group, name) = id.split_once('/').expect("group/name");
        let fixtures = root().join("fixtures/rules").join(group).join(name);
        assert!(
            fixtures.join("bad.expected").is_file() && fixtures.join("good").is_dir(),
            "{id}: no fixtures in {}",
            fixtures.display()
        );
    }
    let files = walkdir::WalkDir::new(root().join("src/lint/rules")).into_iter().filter_map(Result::ok);
    let rules = files
        .filter(|entry| entry.depth() == 2 && entry.file_type().is_file() && entry.file_name() != "mod.rs")
        .count();
    assert_eq!(rules, ids.len(), "a rule file is missing from the table");
}

/// `<case>.expected` holds the findings of the tree `<case>/`; a tree without it must be clean.
#[test]
fn fixtures_give_exactly_their_findings() {
    let mut cases: BTreeMap<PathBuf, String> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root().join("fixtures/rules")).min_depth(3).max_depth(3) {
        let path = entry.expect("fixtures can be walked").into_path();
        if path.is_dir() {
            let expected = fs::read_to_string(path.with_extension("expected")).unwrap_or_default();
            cases.insert(path, expected);
        }
    }
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for (path, expected) in cases {
        let names: Vec<_> =
            path.components().rev().skip(1).take(2).map(|name| name.as_os_str().to_string_lossy()).collect();
        let rule = format!("{}/{}", names[1], names[0]);
        let found = concise(Arc::new(WorkTree::new(&path).expect("a folder")), &rule);
        if found != expected {
            wrong.push(format!("{}\nexpected:\n{expected}found:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rewritten with `TREEWRIGHT_BLESS=1 cargo test`.
#[test]
fn documentation_pages_are_current() {
    let bless = std::env::var_os("TREEWRIGHT_BLESS").is_some();
    let mut index = String::from(
        "# Rules\n\n<!-- Generated by the test `documentation_pages_are_current`; edit the rules instead. -->\n\n",
    );
    index.push_str("| rule | level | finds |\n|---|---|---|\n");
    for rule in RULES {
        index.push_str(&format!("| [{0}]({0}.md) | {1} | {2} |\n", rule.id, rule.severity.as_str(), rule.summary));
        let page = format!("<!-- Generated from src/lint/rules; edit the rule instead. -->\n\n{}", lint::page(rule));
        check(&root().join("docs/rules").join(format!("{}.md", rule.id)), &page, bless);
    }
    check(&root().join("docs/rules/README.md"), &index, bless);
}

fn check(path: &Path, wanted: &str, bless: bool) {
    if bless {
        fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
        fs::write(path, wanted).expect("can be written");
    }
    let present = fs::read_to_string(path).unwrap_or_default();
    assert!(present == wanted, "{} is stale: run the tests with TREEWRIGHT_BLESS=1", path.display());
}

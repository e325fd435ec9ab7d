//! What holds for every fix of every rule, over the fixtures of all rules: the finding goes, nothing else comes, comments stay, and a second run changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    change::ChangeSet,
    diagnostic::{Diagnostic, Safety},
    fix::{Fixed, converge},
    lint::{self, Options, RULES, Rule},
    path::RepoPath,
    project::Project,
    source::{Memory, Overlay, SourceView},
    text::SourceText,
    yaml::Stream,
};

/// What a finding may hide until it is mended, as the rule that is mended and the one that speaks then: an object of a version that is gone is checked against no schema, what
/// nobody reads is part of no build, and a value of the wrong type is neither substituted nor read as a secret.
const UNCOVERED: &[(&str, &str)] = &[
    ("flux/variable-not-a-string", "flux/variable-changes-type"),
    ("kubernetes/removed-api", "kubernetes/schema-violation"),
    ("kubernetes/schema-violation", "secret/plaintext"),
    ("kustomize/misspelt-file", "kustomize/invalid-kustomization"),
];

/// A tree of fixtures, with a comment at the top and at the end of each YAML file that can have one there.
fn tree(folder: &Path) -> Arc<dyn SourceView> {
    let mut view = Memory::new();
    for entry in
        walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|one| one.file_type().is_file())
    {
        let path = entry.path().strip_prefix(folder).expect("below the folder");
        let path = RepoPath::new(&path.to_string_lossy().replace('\\', "/")).expect("a path");
        let content = fs::read(entry.path()).expect("can be read");
        view.insert(path.clone(), commented(&path, content));
    }
    Arc::new(view)
}

fn commented(path: &RepoPath, content: Vec<u8>) -> Vec<u8> {
    let is_yaml = matches!(path.extension(), Some("yaml" | "yml"));
    let Ok(text) = std::str::from_utf8(&content) else { return content };
    // A byte order mark, a directive or SOPS' seal stands where it stands.
    let is_plain = is_yaml && !text.starts_with(['\u{feff}', '%']) && text.ends_with('\n') && !text.contains('\r');
    let with = format!("# top of {path}\n{text}# end of {path}\n");
    let same = || {
        let nodes = |text: &str| {
            let stream = Stream::parse(SourceText::new(text)).ok()?;
            Some(stream.nodes().map(|node| node.text().map(str::to_owned)).collect::<Vec<_>>())
        };
        nodes(text).is_some() && nodes(text) == nodes(&with)
    };
    if is_plain && same() { with.into_bytes() } else { content }
}

/// The trees in which a rule with fixes finds something, each with the rule.
fn bad_trees() -> impl Iterator<Item = (&'static Rule, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    RULES.iter().copied().filter(|rule| rule.fix.is_some()).flat_map(move |rule| {
        let cases =
            fs::read_dir(root.join(rule.id)).expect("fixtures").filter_map(Result::ok).map(|entry| entry.path());
        let mut cases: Vec<PathBuf> =
            cases.filter(|path| path.is_dir() && path.with_extension("expected").is_file()).collect();
        cases.sort();
        cases.into_iter().map(move |case| (rule, case))
    })
}

fn options(view: &dyn SourceView, rule: &Rule) -> Options {
    let options = Options::of_view(view).expect("the configuration can be read");
    Options { extend: vec![rule.id.to_owned()], ..options }
}

fn findings(view: &Arc<dyn SourceView>, options: &Options) -> Vec<Diagnostic> {
    lint::lint(&Project::open(Arc::clone(view)).expect("the view can be read"), options).findings
}

fn mended(view: &Arc<dyn SourceView>, options: &Options, rule: &Rule) -> Fixed {
    converge(view, options, Safety::Unsafe, |finding| finding.rule == rule.id).expect("the view can be read")
}

fn after(view: &Arc<dyn SourceView>, changes: &ChangeSet) -> Arc<dyn SourceView> {
    Arc::new(Overlay::new(Arc::clone(view), changes).expect("the changes fit"))
}

/// The comments of all files that are YAML, with how often each stands there.
fn comments(view: &dyn SourceView) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for entry in view.list().expect("can be listed") {
        let Ok(Some(content)) = view.read(&entry.path) else { continue };
        let Ok(stream) = Stream::parse(SourceText::new(String::from_utf8_lossy(&content))) else { continue };
        for &comment in stream.comments() {
            *all.entry(stream.text().slice(comment).trim_end().to_owned()).or_default() += 1;
        }
    }
    all
}

#[test]
fn every_rule_with_fixes_mends_something_in_its_fixtures() {
    let mut idle: BTreeSet<&str> = bad_trees().map(|(rule, _)| rule.id).collect();
    for (rule, case) in bad_trees() {
        let view = tree(&case);
        let options = options(view.as_ref(), rule);
        if findings(&view, &options).iter().any(|finding| finding.rule == rule.id && finding.fix.is_some()) {
            idle.remove(rule.id);
        }
    }
    assert!(idle.is_empty(), "no fixture shows a fix of {idle:?}");
}

#[test]
fn a_fix_takes_its_finding_away_and_brings_no_other() {
    let mut wrong = Vec::new();
    for (rule, case) in bad_trees() {
        let view = tree(&case);
        let options = options(view.as_ref(), rule);
        let before = findings(&view, &options);
        let fixed = mended(&view, &options, rule);
        let left = fixed.outcome.findings.iter().filter(|finding| finding.rule == rule.id && finding.fix.is_some());
        wrong.extend(left.map(|finding| format!("{}: still there: {}", case.display(), finding.message)));
        let known: BTreeSet<(&str, &str)> =
            before.iter().map(|one| (one.rule.as_ref(), one.message.as_str())).collect();
        let new = fixed.outcome.findings.iter().filter(|one| {
            let is_uncovered = UNCOVERED.contains(&(rule.id, one.rule.as_ref()));
            !is_uncovered && !known.contains(&(one.rule.as_ref(), one.message.as_str()))
        });
        wrong.extend(new.map(|finding| format!("{}: new: {}: {}", case.display(), finding.rule, finding.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_second_run_changes_nothing() {
    let mut wrong = Vec::new();
    for (rule, case) in bad_trees() {
        let view = tree(&case);
        let options = options(view.as_ref(), rule);
        for everything in [false, true] {
            let wanted = |finding: &Diagnostic| everything || finding.rule == rule.id;
            let run = |view: &Arc<dyn SourceView>| {
                converge(view, &options, Safety::Unsafe, wanted).expect("the view can be read").changes
            };
            let once = after(&view, &run(&view));
            if !run(&once).is_empty() {
                wrong.push(format!("{} (everything: {everything})", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn comments_stay_but_with_what_is_removed() {
    let mut wrong = Vec::new();
    for (rule, case) in bad_trees() {
        let view = tree(&case);
        let options = options(view.as_ref(), rule);
        let before = comments(view.as_ref());
        let fixed = mended(&view, &options, rule);
        let after = comments(after(&view, &fixed.changes).as_ref());
        let removes = fixed.applied.keys().any(|(_, title)| title.starts_with("remove"));
        for (comment, count) in before {
            let is_frame = comment.starts_with("# top of ") || comment.starts_with("# end of ");
            if after.get(&comment).copied().unwrap_or_default() < count && (is_frame || !removes) {
                wrong.push(format!("{}: lost: {comment}", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! What must hold for every three texts.

use std::{collections::BTreeMap, fs, process::Command};

use proptest::prelude::*;
use treewright::{
    text::SourceText,
    yaml::{
        Kind, Node, Stream,
        merge3::{self, Conflict, ConflictKind, Favour, Sides},
    },
};

use super::{
    merge, options,
    trees::{Dice, Entry, Manner, comments, edit, entries, leaves, print},
};

const PLAIN: Manner = Manner { indent: 2, indents_lists: true };

/// Three versions of a tree and their texts.
#[derive(Debug)]
struct Case {
    base: Vec<Entry>,
    ours: Vec<Entry>,
    theirs: Vec<Entry>,
    texts: [String; 3],
}

fn case(seed: u64, size: usize, our_edits: usize, their_edits: usize) -> Case {
    rolled(Dice::new(seed), size, our_edits, their_edits)
}

fn rolled(mut dice: Dice, size: usize, our_edits: usize, their_edits: usize) -> Case {
    let base = entries(&mut dice, 3, size);
    let (mut ours, mut theirs) = (base.clone(), base.clone());
    let manner = Manner {
        indent: 2 + 2 * dice.roll(2) * usize::from(our_edits > 0),
        indents_lists: our_edits == 0 || dice.roll(3) > 0,
    };
    (0..our_edits).for_each(|_| edit(&mut dice, &mut ours, "we"));
    (0..their_edits).for_each(|_| edit(&mut dice, &mut theirs, "they"));
    let texts = [print(&base, PLAIN), print(&ours, manner), print(&theirs, PLAIN)];
    Case { base, ours, theirs, texts }
}

/// Every leaf of a text, as [`leaves`] names them.
fn leaves_of(text: &str) -> BTreeMap<String, String> {
    let stream = Stream::parse(SourceText::new(text)).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let mut found = BTreeMap::new();
    if let Some(document) = stream.documents().next() {
        walk(&mut found, "", document.root());
    }
    found
}

fn walk(found: &mut BTreeMap<String, String>, path: &str, node: Node<'_>) {
    let is_words = path.ends_with("/args");
    match node.kind() {
        _ if node.is_flow() && node.entries().next().is_none() && node.items().next().is_none() => {
            let is_list = path.is_empty() || path.ends_with("/set") || is_words;
            if !is_list {
                found.insert(path.to_owned(), node.source().to_owned());
            }
        }
        Kind::Sequence if node.is_flow() && path.ends_with("/other") => {
            found.insert(path.to_owned(), node.source().to_owned());
        }
        Kind::Mapping => {
            for entry in node.entries() {
                walk(found, &format!("{path}/{}", entry.key.text().unwrap()), entry.value);
            }
        }
        Kind::Sequence if is_words => {
            let words: Vec<&str> = node.items().filter_map(Node::text).collect();
            found.insert(path.to_owned(), words.join(" "));
        }
        Kind::Sequence => {
            for item in node.items() {
                let id = item.get("name").and_then(Node::text).map(|name| format!("name={name}"));
                let id = id.unwrap_or_else(|| item.text().unwrap_or_default().to_owned());
                walk(found, &format!("{path}/{id}"), item);
            }
        }
        Kind::Scalar if node.source().starts_with('|') => {
            for (inner, leaf) in leaves_of(node.text().unwrap()) {
                found.insert(format!("{path}{inner}"), leaf);
            }
        }
        Kind::Scalar => drop(found.insert(path.to_owned(), node.source().to_owned())),
    }
}

fn covered(conflicts: &[Conflict], path: &str) -> bool {
    conflicts.iter().any(|conflict| {
        let wide = conflict.path.as_str();
        wide == "/"
            || path == wide
            || path.strip_prefix(wide).is_some_and(|rest| rest.starts_with('/'))
            || wide.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// What a side changed must be in the result, or in a conflict. Where the other side made a leaf part of something else, the place counts.
fn keeps(
    side: &str,
    base: &BTreeMap<String, String>,
    changed: &BTreeMap<String, String>,
    result: &BTreeMap<String, String>,
    conflicts: &[Conflict],
    shown: &str,
) {
    for (path, leaf) in changed.iter().filter(|(path, leaf)| base.get(*path) != Some(leaf)) {
        if path.ends_with("/args") || leaf == "{}" {
            continue;
        }
        // In brackets a text may need other quotes.
        let bare = |text: &String| text.trim_matches(['\'', '"']).to_owned();
        let there = result.get(path).map(bare) == Some(bare(leaf));
        assert!(there || covered(conflicts, path), "{side}: {path} = {leaf} is lost\n{conflicts:#?}\n{shown}");
    }
    for path in base.keys().filter(|path| !changed.contains_key(*path)) {
        let beneath = changed.keys().chain(result.keys()).any(|other| other.starts_with(&format!("{path}/")));
        assert!(
            !result.contains_key(path) || beneath || covered(conflicts, path),
            "{side}: {path} is back\n{conflicts:#?}\n{shown}"
        );
    }
}

fn show(case: &Case, result: &str) -> String {
    let [base, ours, theirs] = &case.texts;
    format!("--- base\n{base}--- ours\n{ours}--- theirs\n{theirs}--- result\n{result}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_changes_where_they_changed_nothing(seed: u64, size in 1_usize..6, edits in 0_usize..6) {
        let case = case(seed, size, edits, 0);
        let [base, ours, _] = &case.texts;
        prop_assert_eq!(&merge(base, ours, base, Favour::Markers).text, ours);
    }

    #[test]
    fn what_nobody_else_changed_is_as_they_write_it(seed: u64, size in 1_usize..6, edits in 0_usize..6) {
        let case = case(seed, size, 0, edits);
        let [base, _, theirs] = &case.texts;
        prop_assert_eq!(&merge(base, base, theirs, Favour::Markers).text, theirs);
        // The same with another final line, so that the whole text is not taken at once.
        let ours = format!("{base}own: 1\n");
        let merged = merge(base, &ours, theirs, Favour::Markers);
        let mut expected = leaves_of(theirs);
        expected.insert("/own".to_owned(), "1".to_owned());
        let was_empty = base.starts_with('{');
        prop_assert!(merged.conflicts.is_empty() || was_empty);
        prop_assert_eq!(leaves_of(&merged.text), expected, "{}", show(&case, &merged.text));
    }

    #[test]
    fn no_change_and_no_comment_is_lost(seed: u64, size in 1_usize..6, our_edits in 0_usize..6, their_edits in 0_usize..6) {
        let case = case(seed, size, our_edits, their_edits);
        let [base, ours, theirs] = &case.texts;
        for favour in [Favour::Markers, Favour::Ours, Favour::Theirs] {
            let merged = merge(base, ours, theirs, favour);
            let shown = show(&case, &merged.text);
            let result = leaves_of(&merged.text);
            let unusual: Vec<_> = merged.conflicts.iter().filter(|conflict| conflict.kind == ConflictKind::Unusual).collect();
            prop_assert!(unusual.is_empty(), "{}", shown);
            keeps("ours", &leaves(&case.base), &leaves(&case.ours), &result, &merged.conflicts, &shown);
            keeps("theirs", &leaves(&case.base), &leaves(&case.theirs), &result, &merged.conflicts, &shown);
            if favour == Favour::Theirs {
                continue;
            }
            for comment in comments(&case.ours).into_iter().filter(|comment| comment.starts_with("we ")) {
                prop_assert!(merged.text.contains(&comment), "{comment} is lost\n{}", shown);
            }
            let again = merge(theirs, &merged.text, theirs, favour);
            prop_assert_eq!(&again.text, &merged.text);
            if favour == Favour::Ours {
                let twice = merge(base, &merged.text, theirs, favour);
                // Words whose order both changed may meet in another way the second time; what is merged once is never merged from there again.
                let settled = |mut leaves: BTreeMap<String, String>| {
                    leaves.retain(|path, _| !path.ends_with("/args"));
                    leaves
                };
                prop_assert_eq!(settled(leaves_of(&twice.text)), settled(result), "a second merge changes {}--- twice\n{}", shown, twice.text);
            }
        }
    }

    #[test]
    fn a_clean_merge_by_lines_of_separate_edits_gives_the_same_tree(seed: u64, size in 1_usize..6, our_edits in 1_usize..4, their_edits in 1_usize..4) {
        // Git writes again what was moved on one side and removed on the other.
        let still = Dice::new(seed).apart();
        let case = rolled(still, size, our_edits, their_edits);
        let ours = print(&case.ours, PLAIN);
        let [base, _, theirs] = &case.texts;
        let (was, mine, wanted) = (leaves(&case.base), leaves(&case.ours), leaves(&case.theirs));
        let changed = |side: &BTreeMap<String, String>| -> Vec<String> {
            was.keys().chain(side.keys()).filter(|path| was.get(*path) != side.get(*path)).cloned().collect()
        };
        let (by_us, by_them) = (changed(&mine), changed(&wanted));
        let list = |path: &String| path.split("/args").next().unwrap_or_default().to_owned();
        let meet = by_us.iter().any(|a| by_them.iter().any(|b| a.starts_with(b.as_str()) || b.starts_with(a.as_str()) || list(a) == list(b)));
        let lines = treewright::text::merge_lines(base, &ours, theirs, &|_, ours, _| ours.to_owned());
        if meet || !lines.conflicts.is_empty() || Stream::parse(SourceText::new(lines.text.as_str())).is_err() {
            return Ok(());
        }
        // Lines that look alike may bring what was added into the wrong mapping.
        let by_lines = leaves_of(&lines.text);
        let misses = |paths: &[String], side: &BTreeMap<String, String>| paths.iter().any(|path| by_lines.get(path) != side.get(path));
        if misses(&by_us, &mine) || misses(&by_them, &wanted) {
            return Ok(());
        }
        let merged = merge(base, &ours, theirs, Favour::Markers);
        prop_assert_eq!(leaves_of(&merged.text), leaves_of(&lines.text), "{}--- lines\n{}", show(&case, &merged.text), lines.text);
        let preferring = merge3::Options { prefers_lines: true, ..options(Favour::Markers) };
        let preferred = merge3::merge(Sides { base, ours: &ours, theirs }, &preferring).unwrap();
        prop_assert!(preferred.text == lines.text || leaves_of(&preferred.text) == leaves_of(&lines.text));
    }
}

/// The merge by lines that the last law rests on is Git's.
#[test]
fn lines_are_merged_as_git_merges_them() {
    let directory = tempfile::tempdir().unwrap();
    let mut clean = 0;
    for seed in 0..150 {
        let case = case(seed, 5, 2, 2);
        let texts = [&case.texts[0], &print(&case.ours, PLAIN), &case.texts[2]];
        let paths = ["base", "ours", "theirs"].map(|name| directory.path().join(name));
        paths.iter().zip(texts).for_each(|(path, text)| fs::write(path, text).unwrap());
        let git =
            Command::new("git").args(["merge-file", "-p"]).args([&paths[1], &paths[0], &paths[2]]).output().unwrap();
        let merged = treewright::text::merge_lines(texts[0], texts[1], texts[2], &|_, ours, _| ours.to_owned());
        if git.status.success() && merged.conflicts.is_empty() {
            clean += 1;
            assert_eq!(String::from_utf8(git.stdout).unwrap(), merged.text, "{}", show(&case, &merged.text));
        }
    }
    assert!(clean > 30, "{clean}");
}

//! What a change does to the clusters: whole repositories before and after it, whole diffs in every format.
//!
//! Each folder of `fixtures/diff` holds a change: files that are there before, after, or in both, in fenced blocks. Every change stands in a repository in which
//! Flux applies `apps` to one cluster, unless it says otherwise. `TREEWRIGHT_BLESS=1` writes what comes out; look at it.

mod command;
mod corpus;
mod flux_local;
mod laws;
mod lazy;
mod limits;
mod secrets;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use treewright::{
    diff::{Diff, Options, diff},
    manifest::HashKey,
    path::RepoPath,
    project::Project,
    report::{self, CommentOptions, DiffTextOptions, TextOptions},
    source::Memory,
};

/// What stands in each repository, unless a change says otherwise.
const COMMON: &[(&str, &str)] = &[
    (
        "clusters/production/flux.yaml",
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {interval: 1m, url: \
         https://example.org/fleet}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: \
         flux-system}\nspec:\n  interval: 10m\n  path: ./clusters/production\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n",
    ),
    (
        "clusters/production/apps.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec:\n  interval: 10m\n  \
         path: ./apps\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n",
    ),
];

/// A repository before and after a change.
pub struct Change {
    pub before: Memory,
    pub after: Memory,
}

impl Change {
    /// Reads the blocks of a text.
    pub fn of(text: &str) -> Self {
        let mut sides: [BTreeMap<String, String>; 2] = Default::default();
        for side in &mut sides {
            side.extend(COMMON.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        }
        for block in text.split("\n```").skip(1).step_by(2) {
            let (head, content) = block.split_once('\n').expect("a fenced block has a first line");
            let words: Vec<&str> = head.split(' ').collect();
            let [_, when, path] = words[..] else { panic!("a block says `yaml before|after|both PATH`: {head}") };
            for (side, name) in sides.iter_mut().zip(["before", "after"]) {
                if when == name || when == "both" {
                    side.insert(path.to_owned(), format!("{content}\n"));
                }
            }
        }
        let [before, after] = sides.map(|side| memory(&side));
        Self { before, after }
    }

    pub fn diff(self) -> Diff {
        compare(self.before, self.after)
    }
}

fn memory(files: &BTreeMap<String, String>) -> Memory {
    let mut view = Memory::new();
    for (path, text) in files {
        view.insert(RepoPath::new(path).expect("a path"), text.as_str());
    }
    view
}

/// Compares two views, with a key that is always the same.
pub fn compare(before: Memory, after: Memory) -> Diff {
    let open = |view: Memory| Project::open(Arc::new(view)).expect("readable");
    let (before, after) = (open(before), open(after));
    diff(("before", &before), ("after", &after), &Options::new(HashKey::new(b"test")))
}

/// The diff in every format, by the name of its file.
pub fn shown(diff: &Diff) -> [(&'static str, String); 4] {
    let text = TextOptions { colour: false, width: 80 };
    [
        ("expected.txt", report::diff_text(diff, DiffTextOptions { text, whole: false })),
        ("expected.json", report::diff_json(diff)),
        ("expected.md", report::diff_markdown(diff, CommentOptions { limit: 65536, link: None })),
        ("expected.html", report::diff_html(diff)),
    ]
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff");
    let mut folders: Vec<_> =
        fs::read_dir(folder).expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders
}

#[test]
fn each_change_is_shown_as_it_should_be() {
    let bless = std::env::var_os("TREEWRIGHT_BLESS").is_some();
    let mut wrong = Vec::new();
    for folder in fixtures() {
        let change = fs::read_to_string(folder.join("change.md")).expect("a change");
        let diff = Change::of(&change).diff();
        // The page shows what the other formats show; one of them is enough to look at.
        for (name, text) in
            shown(&diff).into_iter().filter(|(name, _)| *name != "expected.html" || folder.ends_with("secret"))
        {
            let path = folder.join(name);
            if bless {
                fs::write(&path, &text).expect("can be written");
            } else if fs::read_to_string(&path).unwrap_or_default() != text {
                wrong.push(format!("{}:\n{text}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each danger has a change that shows it.
#[test]
fn every_danger_is_shown() {
    let mut missing: Vec<&str> = treewright::diff::danger::HAZARDS.iter().map(|hazard| hazard.id).collect();
    let mut sorted = missing.clone();
    sorted.sort_unstable();
    assert_eq!(missing, sorted);
    for folder in fixtures() {
        let change = fs::read_to_string(folder.join("change.md")).expect("a change");
        let diff = Change::of(&change).diff();
        missing.retain(|id| !diff.danger.iter().any(|danger| danger.id == *id));
    }
    assert_eq!(missing, Vec::<&str>::new());
}

/// Each filter folds something away in one of the changes, and shows all of it when it is switched off.
#[test]
fn every_filter_can_be_switched_off() {
    let fields = |diff: &Diff| diff.objects().map(|(_, _, object)| object.fields.len()).sum::<usize>();
    let mut missing: Vec<&str> = treewright::diff::FILTERS.iter().map(|filter| filter.name).collect();
    for folder in fixtures() {
        let change = fs::read_to_string(folder.join("change.md")).expect("a change");
        let folded = Change::of(&change).diff();
        for (name, count) in &folded.folded {
            let Change { before, after } = Change::of(&change);
            let open = |view: Memory| Project::open(Arc::new(view)).expect("readable");
            let (before, after) = (open(before), open(after));
            let options = Options { unfolded: vec![name.clone()], ..Options::new(HashKey::new(b"test")) };
            let shown = diff(("before", &before), ("after", &after), &options);
            assert_eq!(shown.folded.get(name), None, "{}", folder.display());
            assert_eq!(fields(&shown), fields(&folded) + count, "{}", folder.display());
            missing.retain(|one| one != name);
        }
    }
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_json_is_as_its_schema_says_and_can_be_read_again() {
    let schema: serde_json::Value = serde_json::from_str(report::DIFF_SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for folder in fixtures() {
        let change = fs::read_to_string(folder.join("change.md")).expect("a change");
        let diff = Change::of(&change).diff();
        let text = report::diff_json(&diff);
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let faults: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{}", folder.display());
        assert_eq!(report::read_diff(&text), Ok(diff));
    }
    for wrong in [
        "",
        "[]",
        "{\"version\": 1}",
        &report::diff_json(&compare(Memory::new(), Memory::new())).replace("\"version\": 1", "\"version\": 2"),
    ] {
        assert!(report::read_diff(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_page_names_every_danger_and_filter() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.md")).expect("a page");
    let dangers = treewright::diff::danger::HAZARDS.iter().map(|hazard| (hazard.id, hazard.summary));
    for (name, summary) in dangers.chain(treewright::diff::FILTERS.iter().map(|filter| (filter.name, filter.summary))) {
        assert!(page.contains(&format!("| `{name}` | {summary} |")), "`{name}` is missing, or means something else");
    }
}

//! Source views: each shows the same tree in the same way.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use proptest::prelude::*;
use treewright::{
    change::{ChangeSet, TextEdit},
    git::Repository,
    path::RepoPath,
    source::{
        Entry, EntryKind, GitView, MAX_FILE_BYTES, Memory, Overlay, Plan, Skipped, SourceError, SourceView, WorkTree,
    },
    text::Span,
};

use crate::git::{Sandbox, at, make_executable};

fn symlink(target: &str, link: PathBuf) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

fn put(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn listed(view: &dyn SourceView) -> Vec<(String, EntryKind)> {
    names(view.list().unwrap())
}

fn names(entries: Vec<Entry>) -> Vec<(String, EntryKind)> {
    entries.into_iter().map(|entry| (entry.path.as_str().to_owned(), entry.kind)).collect()
}

fn text(view: &dyn SourceView, path: &str) -> Option<String> {
    view.read(&at(path)).unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

/// The answers of a view to every question that can be asked about its tree.
fn everything(view: &dyn SourceView) -> Vec<String> {
    let mut answers = vec![format!("{:?}", view.list().unwrap())];
    let mut open = vec![RepoPath::root()];
    while let Some(path) = open.pop() {
        let kind = view.kind(&path).unwrap();
        let content = view.read(&path).unwrap();
        let resolved = view.resolve(&path).map_err(|error| error.to_string());
        let children = view.children(&path).unwrap();
        answers.push(format!("{path:?} {kind:?} {content:?} {resolved:?} {children:?}"));
        open.extend(children.into_iter().map(|child| child.path));
    }
    answers
}

#[test]
fn every_view_shows_the_same_tree_in_the_same_way() {
    let sandbox = Sandbox::new();
    let files = [
        ("a-b/x.yaml", EntryKind::File, "1"),
        ("a/x.yaml", EntryKind::File, "2"),
        ("a.yaml", EntryKind::File, ""),
        ("a/deep/er/y.yaml", EntryKind::File, "3"),
        ("run.sh", EntryKind::Executable, "true\n"),
        ("a/link", EntryKind::Symlink, "../a-b"),
        ("dangling", EntryKind::Symlink, "nowhere"),
        ("out", EntryKind::Symlink, "../../etc"),
        (".hidden/z.yaml", EntryKind::File, "4"),
    ];
    let mut memory = Memory::new();
    for (path, kind, content) in files {
        if kind == EntryKind::Symlink {
            symlink(content, sandbox.root().join(path));
        } else {
            sandbox.write(path, content);
        }
        if kind == EntryKind::Executable {
            make_executable(&sandbox.root().join(path));
        }
        memory.insert_as(at(path), kind, content);
    }
    let paths: Vec<_> = files.iter().map(|(path, ..)| *path).collect();
    sandbox.commit("all", &paths).unwrap();
    let repository = Arc::new(sandbox.repository());
    let revision = repository.resolve("HEAD").unwrap();

    let expected = everything(&memory);
    assert_eq!(everything(&WorkTree::new(sandbox.root()).unwrap()), expected);
    assert_eq!(everything(&GitView::index(repository.clone()).unwrap()), expected);
    assert_eq!(everything(&GitView::revision(repository, &revision).unwrap()), expected);
    assert_eq!(everything(&Overlay::new(&memory, &ChangeSet::new()).unwrap()), expected);
    let mut all = ChangeSet::new();
    let mut links = Memory::new();
    for (path, kind, content) in files {
        match kind {
            EntryKind::File => all.write(at(path), content),
            _ => links.insert_as(at(path), kind, content),
        }
    }
    assert_eq!(everything(&Overlay::new(links, &all).unwrap()), expected);
}

#[test]
fn the_work_tree_lists_what_git_would() {
    let sandbox = Sandbox::new();
    for path in [
        "kept.yaml",
        "ignored.log",
        "forced.log",
        "sub/ignored.tmp",
        "sub/kept.log",
        "build/out.yaml",
        ".github/ci.yaml",
        "local.yaml",
        "nested/inner.yaml",
        "sub/again.yaml",
    ] {
        sandbox.write(path, "");
    }
    Repository::init(&sandbox.root().join("nested"), &sandbox.environment()).unwrap();
    sandbox.write(".gitignore", "*.log\n/build/\n");
    sandbox.write("sub/.gitignore", "*.tmp\n!kept.log\n");
    sandbox.write(".git/info/exclude", "local.yaml\n");
    fs::create_dir(sandbox.root().join("empty")).unwrap();
    let listed =
        || -> Vec<_> { listed(&WorkTree::new(sandbox.root()).unwrap()).into_iter().map(|(path, _)| path).collect() };
    let mut expected =
        vec![".github/ci.yaml", ".gitignore", "kept.yaml", "sub/.gitignore", "sub/again.yaml", "sub/kept.log"];
    assert_eq!(listed(), expected);
    if sandbox.git(&["add", "-f", "forced.log"]).is_none() {
        return;
    }
    expected.insert(2, "forced.log");
    assert_eq!(listed(), expected);
    let asked = sandbox.git(&["ls-files", "--cached", "--others", "--exclude-standard"]).unwrap();
    let asked: Vec<_> = asked.lines().filter(|line| *line != "nested/").collect();
    let mut sorted = asked.clone();
    sorted.sort_unstable();
    assert_eq!(listed(), sorted);

    let below = WorkTree::new(&sandbox.root().join("sub")).unwrap();
    let names: Vec<_> = below.list().unwrap().into_iter().map(|entry| entry.path.as_str().to_owned()).collect();
    assert_eq!(names, [".gitignore", "again.yaml", "kept.log"]);
}

#[test]
fn children_skip_nothing_but_git_itself() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "*.log\n");
    sandbox.write("x.log", "");
    sandbox.write("d/x", "");
    let tree = WorkTree::new(sandbox.root()).unwrap();
    let expected = [".gitignore", "d", "x.log"].map(at);
    assert_eq!(
        tree.children(&RepoPath::root()).unwrap().into_iter().map(|entry| entry.path).collect::<Vec<_>>(),
        expected
    );
    for hidden in [".git", ".git/config", ".GIT/config"] {
        assert_eq!(tree.kind(&at(hidden)).unwrap(), None, "{hidden}");
        assert_eq!(tree.read(&at(hidden)).unwrap(), None, "{hidden}");
        assert_eq!(tree.children(&at(hidden)).unwrap(), [], "{hidden}");
    }
}

#[test]
fn a_tree_without_a_repository_is_listed_whole() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), "b/x.yaml", "");
    put(directory.path(), ".gitignore", "*.yaml\n");
    let expected = [(".gitignore", EntryKind::File), ("b/x.yaml", EntryKind::File)];
    assert_eq!(listed(&WorkTree::new(directory.path()).unwrap()), expected.map(|(path, kind)| (path.to_owned(), kind)));
    assert!(WorkTree::new(&directory.path().join("nowhere")).is_err());
    assert!(WorkTree::new(&directory.path().join("b/x.yaml")).is_err());
}

#[test]
fn symbolic_links_are_never_followed() {
    let directory = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "secret.yaml", "secret");
    put(directory.path(), "here/x.yaml", "1");
    symlink(elsewhere.path().to_str().unwrap(), directory.path().join("away"));
    symlink("here", directory.path().join("near"));
    let tree = WorkTree::new(directory.path()).unwrap();
    assert_eq!(
        listed(&tree),
        [("away", EntryKind::Symlink), ("here/x.yaml", EntryKind::File), ("near", EntryKind::Symlink)]
            .map(|(path, kind)| (path.to_owned(), kind))
    );
    for path in ["away/secret.yaml", "near/x.yaml"] {
        assert_eq!((tree.kind(&at(path)).unwrap(), text(&tree, path)), (None, None), "{path}");
    }
    assert_eq!(tree.children(&at("away")).unwrap(), []);
    assert_eq!(tree.read_file(&at("near/x.yaml")).unwrap().as_deref(), Some("1".as_bytes()));
    assert!(matches!(tree.read_file(&at("away/secret.yaml")), Err(SourceError::LinkEscapes { .. })));
}

#[test]
fn names_that_are_no_text_are_counted() {
    use std::os::unix::ffi::OsStrExt;
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), "a.yaml", "");
    let name = std::ffi::OsStr::from_bytes(b"b\xff.yaml");
    if fs::write(directory.path().join(name), "").is_err() {
        eprintln!("skipped: this file system takes no such names");
        return;
    }
    let tree = WorkTree::new(directory.path()).unwrap();
    assert_eq!(listed(&tree).len(), 1);
    let reason = "its name is not UTF-8".to_owned();
    assert_eq!(tree.skipped().unwrap(), [Skipped { path: "b\u{fffd}.yaml".to_owned(), reason }]);
}

#[test]
fn huge_files_and_pipes_are_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let file = fs::File::create(directory.path().join("huge")).unwrap();
    file.set_len(MAX_FILE_BYTES + 1).unwrap();
    let made = std::process::Command::new("mkfifo").arg(directory.path().join("pipe")).status();
    let tree = WorkTree::new(directory.path()).unwrap();
    assert!(matches!(tree.read(&at("huge")), Err(SourceError::TooLarge { bytes, .. }) if bytes == MAX_FILE_BYTES + 1));
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(tree.read(&at("pipe")).unwrap(), None);
        assert_eq!(tree.kind(&at("pipe")).unwrap(), None);
        assert_eq!(listed(&tree), [("huge".to_owned(), EntryKind::File)]);
    }
    assert_eq!(tree.read(&at(&"long/".repeat(2000))).unwrap(), None);
    assert_eq!(tree.read(&at(&"x".repeat(5000))).unwrap(), None);
}

#[test]
fn a_file_that_changes_between_two_readings_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), "a", "1");
    let tree = WorkTree::new(directory.path()).unwrap();
    assert_eq!(text(&tree, "a").as_deref(), Some("1"));
    assert_eq!(text(&tree, "a").as_deref(), Some("1"));
    put(directory.path(), "a", "2");
    assert!(matches!(tree.read(&at("a")), Err(SourceError::ChangedMeanwhile { path }) if path == at("a")));
}

#[test]
fn directories_come_and_go_with_the_files_laid_over_them() {
    let directory = tempfile::tempdir().unwrap();
    for path in ["a/one", "a/deep/two", "b/three", "c"] {
        put(directory.path(), path, "text");
    }
    let mut changes = ChangeSet::new();
    changes.remove(at("a/one"));
    changes.remove(at("a/deep/two"));
    changes.write(at("new/er/four"), "4");
    changes.edit(&at("b/three"), [TextEdit::new(Span::new(0, 1), "n")]).unwrap();
    let overlay = Overlay::new(WorkTree::new(directory.path()).unwrap(), &changes).unwrap();
    let mut expected = Memory::new();
    for (path, content) in [("b/three", "next"), ("c", "text"), ("new/er/four", "4")] {
        expected.insert(at(path), content);
    }
    assert_eq!(everything(&overlay), everything(&expected));
    for gone in ["a", "a/deep", "a/one"] {
        assert_eq!(overlay.kind(&at(gone)).unwrap(), None, "{gone}");
        assert_eq!(overlay.children(&at(gone)).unwrap(), [], "{gone}");
    }
}

#[test]
fn changes_that_cannot_be_made_are_refused_with_the_reason() {
    let mut memory = Memory::new();
    memory.insert(at("d/file"), "text");
    memory.insert(at("bytes"), [0xff]);
    memory.insert_as(at("link"), EntryKind::Symlink, "d");
    let refused = |make: &dyn Fn(&mut ChangeSet)| {
        let mut changes = ChangeSet::new();
        make(&mut changes);
        Plan::new(&changes, &memory).unwrap_err().to_string()
    };
    let edit = |path: &'static str, end| {
        move |changes: &mut ChangeSet| changes.edit(&at(path), [TextEdit::new(Span::new(0, end), "x")]).unwrap()
    };
    let write = |path: &'static str| move |changes: &mut ChangeSet| changes.write(at(path), "x");
    assert_eq!(refused(&edit("none", 0)), "cannot change none: there is no such file");
    assert_eq!(refused(&|changes| changes.remove(at("none"))), "cannot change none: there is no such file");
    assert_eq!(refused(&edit("bytes", 0)), "cannot change bytes: it is not UTF-8 text");
    assert_eq!(refused(&edit("d/file", 9)), "cannot change d/file: an edit lies outside of the text");
    assert_eq!(refused(&write("d")), "cannot change d: it is a directory");
    assert_eq!(refused(&write("link")), "cannot change link: it is a symbolic link");
    assert_eq!(refused(&write("link/x")), "cannot change link/x: `link` is a symbolic link");
    assert_eq!(refused(&write("d/file/x")), "cannot change d/file/x: `d/file` is a file");
    assert_eq!(refused(&write(".git/config")), "cannot change .git/config: it lies in Git's own directory");
    assert_eq!(refused(&write("")), "cannot change .: it is the root of the tree");
    let both = |changes: &mut ChangeSet| {
        changes.write(at("new"), "x");
        changes.write(at("new/below"), "x");
    };
    assert_eq!(refused(&both), "cannot change new/below: `new` is a file");
}

#[test]
fn a_plan_holds_both_sides_and_only_what_changes() {
    let mut memory = Memory::new();
    memory.insert_as(at("run"), EntryKind::Executable, "a");
    memory.insert(at("same"), "s");
    let mut changes = ChangeSet::new();
    changes.write(at("run"), "b");
    changes.write(at("same"), "s");
    let plan = Plan::new(&changes, &memory).unwrap();
    let [planned] = plan.files() else { panic!("{plan:?}") };
    assert_eq!((planned.path.clone(), planned.kind), (at("run"), EntryKind::Executable));
    assert_eq!((planned.before.as_deref(), planned.after.as_deref()), (Some(b"a".as_slice()), Some(b"b".as_slice())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An overlay answers every question as the tree with the changes made would.
    #[test]
    fn an_overlay_is_the_changed_tree(
        before in prop::collection::btree_map("[ab](/[ab]){0,2}/[xyz]", "[01]{0,2}", 0..8),
        writes in prop::collection::btree_map("[ab](/[ab]){0,2}/[xyz]", "[01]{0,2}", 0..5),
        removals in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let mut base = Memory::new();
        for (path, content) in &before {
            base.insert(at(path), content.as_str());
        }
        let mut expected = base.clone();
        let mut changes = ChangeSet::new();
        let keys: Vec<_> = before.keys().collect();
        for removal in removals.iter().filter(|_| !keys.is_empty()) {
            let path = at(keys[removal.index(keys.len())]);
            expected.remove(&path);
            changes.remove(path);
        }
        for (path, content) in &writes {
            expected.insert(at(path), content.as_str());
            changes.write(at(path), content.as_str());
        }
        prop_assert_eq!(everything(&Overlay::new(base, &changes).unwrap()), everything(&expected));
    }
}

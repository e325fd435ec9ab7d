//! Writing a plan: the old tree or the new one, whatever fails.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use treewright::{
    change::ChangeSet,
    source::{
        Plan, WorkTree,
        write::{self, Operation, Watch, WriteError},
    },
};

use crate::git::{Sandbox, at};

/// Lets one operation fail, or that one and all after it.
struct Fault {
    at: usize,
    dead: bool,
    seen: Cell<usize>,
}

impl Fault {
    fn new(at: usize, dead: bool) -> Self {
        Self { at, dead, seen: Cell::new(0) }
    }

    /// Whether the write went on as far as the operation that was to fail.
    fn happened(&self) -> bool {
        self.seen.get() > self.at
    }
}

impl Watch for Fault {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        let now = self.seen.replace(self.seen.get() + 1);
        let fails = if self.dead { now >= self.at } else { now == self.at };
        if fails { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }
}

/// A temporary directory, in memory where that can be had: every write waits for the disk, and there are thousands.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

type Tree = BTreeMap<String, Option<(Vec<u8>, u32)>>;

/// Everything below a directory but Git's own: files with content and mode, directories.
fn tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            let metadata = path.symlink_metadata().unwrap();
            if name == ".git" {
            } else if metadata.is_dir() {
                tree.insert(name, None);
                open.push(path);
            } else {
                tree.insert(name, Some((fs::read(&path).unwrap_or_default(), metadata.permissions().mode())));
            }
        }
    }
    tree
}

fn put(root: &Path, path: &str, content: &str, mode: u32) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A tree with changes of every kind: a replaced file, one in a new directory, removed ones, one that empties its directory.
fn lay(root: &Path) {
    put(root, "a.yaml", "old a", 0o644);
    put(root, "run.sh", "old run", 0o755);
    put(root, "gone/deep/file", "old gone", 0o600);
    put(root, "half/gone", "old half", 0o644);
    put(root, "half/stays", "stays", 0o644);
}

fn changes() -> ChangeSet {
    let mut changes = ChangeSet::new();
    changes.write(at("a.yaml"), "new a");
    changes.write(at("run.sh"), "new run");
    changes.write(at("new/er/file"), "new file");
    changes.write(at("new/other"), "new other");
    changes.write(at("z.yaml"), "new z");
    changes.remove(at("gone/deep/file"));
    changes.remove(at("half/gone"));
    changes
}

fn lay_new(root: &Path) {
    put(root, "a.yaml", "new a", 0o644);
    put(root, "run.sh", "new run", 0o755);
    put(root, "half/stays", "stays", 0o644);
    put(root, "new/er/file", "new file", 0o644);
    put(root, "new/other", "new other", 0o644);
    put(root, "z.yaml", "new z", 0o644);
}

fn plan(root: &Path) -> Plan {
    Plan::new(&changes(), &WorkTree::new(root).unwrap()).unwrap()
}

fn trees() -> (Tree, Tree) {
    let (old, new) = (scratch(), scratch());
    lay(old.path());
    lay_new(new.path());
    (tree(old.path()), tree(new.path()))
}

/// A directory to write in: in a repository or not.
fn places() -> [(Box<dyn std::any::Any>, PathBuf); 2] {
    let sandbox = Sandbox::new();
    let directory = scratch();
    let (inside, outside) = (sandbox.root().to_path_buf(), directory.path().to_path_buf());
    [(Box::new(sandbox), inside), (Box::new(directory), outside)]
}

fn clear(root: &Path) {
    for entry in fs::read_dir(root).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != ".git") {
        let path = entry.path();
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
}

fn journals(root: &Path) -> Vec<PathBuf> {
    let paths = [root.join(".git/treewright-journal"), root.join(".treewright-journal")];
    paths.into_iter().filter(|path| path.exists()).collect()
}

#[test]
fn a_plan_is_written_and_leaves_nothing_else() {
    let (_, new) = trees();
    for (_keep, root) in places() {
        lay(&root);
        write::apply(&root, &plan(&root)).unwrap();
        assert_eq!(tree(&root), new);
        assert_eq!(journals(&root), Vec::<PathBuf>::new());
        assert!(!write::recover(&root).unwrap());
    }
}

#[test]
fn a_root_that_is_missing_is_made_or_not() {
    let directory = scratch();
    let root = directory.path().join("new");
    let mut changes = ChangeSet::new();
    changes.write(at("a/b"), "1");
    let plan = Plan::new(&changes, &treewright::source::Memory::new()).unwrap();
    write::apply_watched(&root, &plan, &Fault::new(5, false)).unwrap_err();
    assert!(!root.exists());
    write::apply(&root, &plan).unwrap();
    assert_eq!(fs::read_to_string(root.join("a/b")).unwrap(), "1");
}

#[test]
fn one_failing_operation_leaves_the_old_tree_or_the_new_one() {
    let (old, new) = trees();
    for (_keep, root) in places() {
        for at in 0.. {
            clear(&root);
            lay(&root);
            let fault = Fault::new(at, false);
            let result = write::apply_watched(&root, &plan(&root), &fault);
            if !fault.happened() {
                assert!(result.is_ok() && at > 20, "{at} operations can fail");
                break;
            }
            if result.is_err() && journals(&root).is_empty() {
                assert_eq!(tree(&root), old, "operation {at}: {result:?}");
            }
            // What could not be tidied up at once is tidied up by the next run.
            write::recover(&root).unwrap();
            let expected = if result.is_ok() { &new } else { &old };
            assert_eq!(&tree(&root), expected, "operation {at}: {result:?}");
            assert_eq!(journals(&root), Vec::<PathBuf>::new(), "operation {at}");
            if let Err(error) = result {
                assert!(matches!(error, WriteError::Disk { .. }), "operation {at}: {error:?}");
                assert!(error.hint().is_some());
            }
        }
    }
}

#[test]
fn death_at_any_operation_leaves_the_old_tree_or_the_new_one() {
    let (old, new) = trees();
    for (_keep, root) in places() {
        let (mut olds, mut news) = (0, 0);
        for at in 0.. {
            clear(&root);
            lay(&root);
            let fault = Fault::new(at, true);
            let result = write::apply_watched(&root, &plan(&root), &fault);
            if !fault.happened() {
                break;
            }
            write::recover(&root).unwrap();
            let now = tree(&root);
            if now == new {
                news += 1;
            } else {
                olds += 1;
            }
            assert!(now == old || now == new, "operation {at}: {result:?}: {now:#?}");
            assert!(result.is_err() || now == new, "operation {at}");
            assert_eq!(journals(&root), Vec::<PathBuf>::new(), "operation {at}");
        }
        assert!(olds > 10 && news > 5, "{olds} old, {news} new");
    }
}

/// Fails one operation, then, while that is being undone, everything.
struct FaultThenDeath {
    first: usize,
    second: usize,
    seen: Cell<usize>,
}

impl Watch for FaultThenDeath {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        let now = self.seen.replace(self.seen.get() + 1);
        if now == self.first || now >= self.second { Err(io::Error::other("broken")) } else { Ok(()) }
    }
}

/// A change of each kind and no more, for tests that fail twice.
fn few_changes(root: &Path) -> Plan {
    let mut changes = ChangeSet::new();
    changes.write(at("a.yaml"), "new a");
    changes.remove(at("gone/deep/file"));
    changes.write(at("new/file"), "new file");
    Plan::new(&changes, &WorkTree::new(root).unwrap()).unwrap()
}

fn few_trees() -> (Tree, Tree) {
    let directory = scratch();
    lay(directory.path());
    let old = tree(directory.path());
    put(directory.path(), "a.yaml", "new a", 0o644);
    fs::remove_dir_all(directory.path().join("gone")).unwrap();
    put(directory.path(), "new/file", "new file", 0o644);
    (old, tree(directory.path()))
}

#[test]
fn death_while_undoing_leaves_the_old_tree_or_the_new_one() {
    let (old, new) = few_trees();
    let directory = scratch();
    let root = directory.path();
    for first in 0.. {
        let mut happened = false;
        for second in first + 1.. {
            clear(root);
            lay(root);
            let fault = FaultThenDeath { first, second, seen: Cell::new(0) };
            let result = write::apply_watched(root, &few_changes(root), &fault);
            write::recover(root).unwrap();
            let now = tree(root);
            assert!(now == old || now == new, "operations {first} and {second}: {result:?}: {now:#?}");
            happened = fault.seen.get() > first;
            if fault.seen.get() <= second {
                break;
            }
        }
        if !happened {
            assert!(first > 15, "{first} operations can fail");
            break;
        }
    }
}

#[test]
fn death_while_recovering_is_recovered_from_too() {
    // The next write recovers first, watched; then it dies, and the one after recovers.
    let (old, new) = few_trees();
    let directory = scratch();
    let root = directory.path();
    for first in 0.. {
        let mut happened = false;
        for second in 0.. {
            clear(root);
            lay(root);
            let plan = few_changes(root);
            let death = Fault::new(first, true);
            let _ = write::apply_watched(root, &plan, &death);
            happened = death.happened();
            let again = Fault::new(second, true);
            let result = write::apply_watched(root, &plan, &again);
            write::recover(root).unwrap();
            let now = tree(root);
            assert!(now == old || now == new, "operations {first} and {second}: {result:?}: {now:#?}");
            if !again.happened() {
                break;
            }
        }
        if !happened {
            assert!(first > 15, "{first} operations can fail");
            break;
        }
    }
}

#[test]
fn a_journal_cut_off_anywhere_is_no_decision() {
    let directory = scratch();
    let root = directory.path();
    let (old, new) = trees();
    // The first operation at which the journal is complete: the one whose death gives the new tree.
    let decided = (0..100)
        .find(|at| {
            clear(root);
            lay(root);
            let _ = write::apply_watched(root, &plan(root), &Fault::new(*at, true));
            write::recover(root).unwrap();
            tree(root) == new
        })
        .unwrap();
    let mut length = usize::MAX;
    while length > 0 {
        clear(root);
        lay(root);
        let _ = write::apply_watched(root, &plan(root), &Fault::new(decided, true));
        let path = root.join(".treewright-journal");
        let journal = fs::read(&path).unwrap();
        length = length.saturating_sub(7).min(journal.len() - 1);
        fs::write(&path, &journal[..length]).unwrap();
        write::recover(root).unwrap();
        // Without its first line the journal cannot tell of temporary files; on a real disk that line is there before they are.
        let mut now = tree(root);
        if !journal[..length].contains(&b'\n') {
            now.retain(|name, _| !name.contains(".treewright-") && name != "new" && name != "new/er");
        }
        assert_eq!(now, old, "cut to {length}");
    }
}

#[test]
fn what_changed_since_the_plan_was_made_is_not_overwritten() {
    let (_keep, root) = places().into_iter().next().unwrap();
    lay(&root);
    let changed: [(&str, &dyn Fn()); 4] = [
        ("a.yaml", &|| put(&root, "a.yaml", "edited", 0o644)),
        ("half/gone", &|| fs::remove_file(root.join("half/gone")).unwrap()),
        ("new/other", &|| put(&root, "new/other", "foreign", 0o644)),
        ("gone/deep/file", &|| put(&root, "gone/deep/file", "", 0o600)),
    ];
    for (path, change) in changed {
        clear(&root);
        lay(&root);
        let plan = plan(&root);
        change();
        let before = tree(&root);
        let error = write::apply(&root, &plan).unwrap_err();
        assert!(matches!(&error, WriteError::Changed { path: named } if *named == at(path)), "{error:?}");
        assert_eq!(tree(&root), before);
        assert_eq!(journals(&root), Vec::<PathBuf>::new());
    }
}

#[test]
fn places_that_lead_elsewhere_are_refused() {
    let elsewhere = scratch();
    let (_keep, root) = places().into_iter().next().unwrap();
    lay(&root);
    let link = |name: &str| std::os::unix::fs::symlink(elsewhere.path(), root.join(name)).unwrap();
    let spoil: [(&str, &dyn Fn()); 5] = [
        ("cannot write new/er/file: `new` is a symbolic link", &|| link("new")),
        ("cannot write z.yaml: it is a symbolic link", &|| link("z.yaml")),
        ("cannot write new/er/file: `new` is a file", &|| put(&root, "new", "", 0o644)),
        ("cannot write z.yaml: it is a directory", &|| fs::create_dir(root.join("z.yaml")).unwrap()),
        ("cannot write a.yaml: it is read-only", &|| put(&root, "a.yaml", "old a", 0o444)),
    ];
    for (message, spoil) in spoil {
        clear(&root);
        lay(&root);
        let plan = plan(&root);
        spoil();
        let before = tree(&root);
        let error = write::apply(&root, &plan).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.hint().is_some());
        assert_eq!(tree(&root), before);
    }
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn a_directory_without_write_permission_gives_a_clear_error() {
    let directory = scratch();
    let root = directory.path();
    lay(root);
    let plan = plan(root);
    fs::set_permissions(root.join("half"), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(root.join("half/probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let before = tree(root);
    let error = write::apply(root, &plan).unwrap_err();
    assert!(error.to_string().ends_with("Permission denied (os error 13)"), "{error}");
    assert_eq!(tree(root), before);
    fs::set_permissions(root.join("half"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_file_edited_after_an_interruption_is_not_overwritten() {
    let directory = scratch();
    let root = directory.path();
    let (_, new) = trees();
    for at in 0..60 {
        clear(root);
        lay(root);
        let _ = write::apply_watched(root, &plan(root), &Fault::new(at, true));
        put(root, "a.yaml", "edited", 0o644);
        let result = write::recover(root);
        assert_eq!(fs::read_to_string(root.join("a.yaml")).unwrap(), "edited", "operation {at}");
        if let Err(error) = result {
            assert_eq!(error.to_string(), "an earlier write was interrupted, and a.yaml was changed since");
            put(root, "a.yaml", "old a", 0o644);
            write::recover(root).unwrap();
            assert_eq!(tree(root), new);
        }
    }
}

#[test]
fn a_journal_from_elsewhere_moves_nothing_out_of_the_tree() {
    let directory = scratch();
    let root = directory.path().join("tree");
    put(directory.path(), "outside", "kept", 0o644);
    put(&root, "a", "kept", 0o644);
    for line in [
        r#"{"format":1,"id":"1","directories":[],"files":[["../outside","00",null]]}"#,
        r#"{"format":1,"id":"../..","directories":[],"files":[["a","00",null]]}"#,
        r#"{"format":1,"id":"1","directories":["../x"],"files":[]}"#,
        "nonsense",
    ] {
        put(&root, ".treewright-journal", &format!("{line}\n"), 0o644);
        assert!(!write::recover(&root).unwrap());
        assert_eq!(fs::read_to_string(directory.path().join("outside")).unwrap(), "kept");
        assert_eq!(tree(&root).len(), 1);
    }
}

/// Writes and recovers while another write renames.
struct Meanwhile<'a>(&'a Path, &'a Plan, Cell<usize>);
impl Watch for Meanwhile<'_> {
    fn before(&self, operation: Operation, _: &Path) -> io::Result<()> {
        if operation == Operation::Rename {
            assert!(matches!(write::apply(self.0, self.1), Err(WriteError::Busy { .. })));
            assert!(matches!(write::recover(self.0), Err(WriteError::Busy { .. })));
            self.2.set(self.2.get() + 1);
        }
        Ok(())
    }
}

#[test]
fn two_writers_at_once_are_refused() {
    let directory = scratch();
    let root = directory.path();
    lay(root);
    let plan = plan(root);
    let meanwhile = Meanwhile(root, &plan, Cell::new(0));
    write::apply_watched(root, &plan, &meanwhile).unwrap();
    assert_eq!(meanwhile.2.get(), 5);
}

/// Not a test of its own: the process that the next test kills. It writes back and forth until then.
#[test]
fn victim() {
    let Ok(root) = std::env::var("TREEWRIGHT_TEST_VICTIM") else { return };
    let root = PathBuf::from(root);
    for round in 0.. {
        let mut changes = ChangeSet::new();
        for file in 0..20 {
            changes.write(at(&format!("{}/{file}", file % 3)), format!("{round}"));
        }
        let plan = Plan::new(&changes, &WorkTree::new(&root).unwrap()).unwrap();
        write::apply(&root, &plan).unwrap();
    }
}

#[test]
fn a_killed_process_leaves_the_old_tree_or_the_new_one() {
    let directory = scratch();
    for round in 0..15 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "write::victim"])
            .env("TREEWRIGHT_TEST_VICTIM", directory.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(40 + round * 3));
        child.kill().unwrap();
        child.wait().unwrap();
        write::recover(directory.path()).unwrap();
        let tree = tree(directory.path());
        let files: Vec<_> = tree.values().flatten().map(|(content, _)| content.clone()).collect();
        assert!(
            files.is_empty() || (files.len() == 20 && files.iter().all(|content| *content == files[0])),
            "{tree:?}"
        );
        assert_eq!(tree.keys().filter(|name| name.contains("treewright")).count(), 0);
    }
}

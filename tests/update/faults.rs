//! An update that is interrupted leaves the old tree and lock, or the new ones.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs, io,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use treewright::{
    blueprint::{
        Engine, Locked, Locks, catalogue,
        parameters::Answers,
        update::{Request, Tree, adopt, update},
    },
    change::ChangeSet,
    path::RepoPath,
    source::{
        Plan, WorkTree,
        write::{self, Operation, Watch, undo},
    },
    yaml::merge3::Favour,
};

use super::{publish, site};
use crate::environment::{Environment, files};

/// Dies before one operation: that one and all after it fail.
struct Death {
    at: usize,
    seen: Cell<usize>,
}

impl Watch for Death {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        let now = self.seen.replace(self.seen.get() + 1);
        if now >= self.at { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
    }
}

fn plan(root: &Path) -> Plan {
    let view = WorkTree::new(root).expect("a view");
    let locks = Locks::read(&view).expect("locks");
    let folder = RepoPath::new("blueprints/lab-hub").expect("a path");
    let blueprint = catalogue::read(&view, &folder).expect("files").expect("a blueprint");
    let request = Request {
        view: &view,
        locked: &locks.instances["lab"],
        others: &[],
        blueprint: &blueprint,
        answers: &Answers::new(),
        favour: Favour::Markers,
    };
    Plan::new(&update(request).expect("an update").changes, &view).expect("a plan")
}

/// Takes the directory `apps/lab` in, which has no lock.
fn adoption(root: &Path) -> Plan {
    let view = WorkTree::new(root).expect("a view");
    let folder = RepoPath::new("blueprints/lab-hub").expect("a path");
    let blueprint = catalogue::read(&view, &folder).expect("files").expect("a blueprint");
    let (path, given) = (RepoPath::new("apps/lab").expect("a path"), Answers::new());
    let engine = Engine::Flux;
    let tree =
        Tree { view: &view, path: &path, others: &[], blueprint: &blueprint, name: "lab", engine, given: &given };
    let mut changes = ChangeSet::new();
    changes.write(Locked::path_in(&path), adopt(tree).expect("an adoption").locked.print());
    Plan::new(&changes, &view).expect("a plan")
}

/// What a command writes, worked out from the tree as the command would.
fn plan_of(command: &str, root: &Path) -> Plan {
    match command {
        "update" => plan(root),
        "undo" => undo::recall(root).expect("can be read").expect("a record").plan.reversed(),
        _ => adoption(root),
    }
}

/// Kills its own process before one operation, with the signal that nobody can catch.
struct Kill {
    at: usize,
    seen: Cell<usize>,
}

impl Watch for Kill {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        if self.seen.replace(self.seen.get() + 1) == self.at {
            Command::new("kill").args(["-9", &std::process::id().to_string()]).status()?;
        }
        Ok(())
    }
}

/// Not a test of its own: the process that the next test kills.
#[test]
fn victim() {
    let variable = |name: &str| std::env::var(format!("TREEWRIGHT_TEST_{name}"));
    let (Ok(command), Ok(root), Ok(at)) = (variable("COMMAND"), variable("ROOT"), variable("KILL_AT")) else { return };
    let root = PathBuf::from(root);
    let kill = Kill { at: at.parse().expect("a number"), seen: Cell::new(0) };
    write::apply_watched(&root, &plan_of(&command, &root), &kill).expect("no fault but death");
}

/// Kills a command before each of its operations on the disk in turn.
fn kill_everywhere(command: &str, environment: &Environment) {
    let root = environment.work();
    let plan = plan_of(command, &root);
    let old = tree(environment);
    write::apply(&root, &plan).expect("no fault");
    let new = tree(environment);
    write::apply(&root, &plan.reversed()).expect("no fault");
    assert!(old == tree(environment) && old != new);
    let (mut olds, mut news) = (0, 0);
    for at in 0.. {
        let ended = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "update::faults::victim"])
            .env("TREEWRIGHT_TEST_COMMAND", command)
            .env("TREEWRIGHT_TEST_ROOT", &root)
            .env("TREEWRIGHT_TEST_KILL_AT", at.to_string())
            .stdout(Stdio::null())
            .status()
            .expect("can be started");
        write::recover(&root).expect("ends what was begun");
        let now = tree(environment);
        assert!(now == old || now == new, "{command}: a mixture after a death at {at}");
        if ended.success() {
            assert!(now == new, "{command} did nothing");
            break;
        }
        assert_eq!(ended.signal(), Some(9), "{command} failed at {at}");
        if now == old {
            olds += 1;
        } else {
            news += 1;
            write::apply(&root, &plan.reversed()).expect("no fault");
        }
    }
    assert!(olds > 1 && news > 1, "{command}: {olds} old, {news} new");
}

#[test]
fn an_update_that_is_killed_leaves_the_old_tree_or_the_new_one() {
    let environment = site();
    publish(&environment, "v2");
    kill_everywhere("update", &environment);
}

#[test]
fn an_undo_that_is_killed_leaves_the_old_tree_or_the_new_one() {
    let environment = site();
    publish(&environment, "v2");
    let run = environment.treewright(&["update"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    kill_everywhere("undo", &environment);
}

#[test]
fn an_adoption_that_is_killed_leaves_the_old_tree_or_the_new_one() {
    let environment = site();
    fs::remove_file(environment.work().join("apps/lab/treewright.lock")).expect("can be removed");
    kill_everywhere("adopt", &environment);
}

/// A limit on the size of files: the system refuses to write on in the middle of a file, as on a full disk.
#[test]
fn a_full_disk_stops_an_update_and_changes_nothing() {
    let environment = site();
    publish(&environment, "v2");
    let before = environment.everything();
    let mut refused = 0;
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 1024] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" update");
        let run = environment.run(
            Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_treewright")]).current_dir(environment.work()),
        );
        if run.code == 0 {
            assert!(environment.everything() != before);
            break;
        }
        refused += 1;
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("File too large"), "{}", run.stderr);
        assert!(environment.everything() == before, "something changed with {blocks} blocks");
    }
    assert!((2..9).contains(&refused), "{refused} refused");
}

#[test]
fn a_file_that_may_only_be_read_stops_an_update_and_changes_nothing() {
    let environment = site();
    publish(&environment, "v2");
    let path = environment.work().join("apps/lab/helmrelease.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("can be set");
    let before = environment.everything();
    let run = environment.treewright(&["update"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("apps/lab/helmrelease.yaml"), "{}", run.stderr);
    assert!(environment.everything() == before);
}

fn tree(environment: &Environment) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut tree = files(&environment.work());
    tree.retain(|path, _| path.starts_with("apps"));
    tree
}

#[test]
fn death_at_any_write_leaves_the_old_tree_or_the_new_one() {
    let environment = site();
    publish(&environment, "v2");
    let plan = plan(&environment.work());
    let old = tree(&environment);
    write::apply(&environment.work(), &plan).expect("no fault");
    let new = tree(&environment);
    write::apply(&environment.work(), &plan.reversed()).expect("no fault");
    assert!(old == tree(&environment) && old != new);
    let (mut olds, mut news) = (0, 0);
    for at in 0.. {
        let death = Death { at, seen: Cell::new(0) };
        let done = write::apply_watched(&environment.work(), &plan, &death);
        let over = death.seen.get() <= at;
        write::recover(&environment.work()).expect("ends what was begun");
        let now = tree(&environment);
        assert!(now == old || now == new, "a mixture after a death at {at}");
        if over {
            done.expect("nothing failed");
            break;
        }
        if now == old {
            olds += 1;
        } else {
            news += 1;
            write::apply(&environment.work(), &plan.reversed()).expect("no fault");
        }
    }
    assert!(olds > 10 && news > 0, "{olds} old, {news} new");
}

#[test]
fn a_tree_that_cannot_be_written_is_left_as_it_is() {
    let environment = site();
    publish(&environment, "v2");
    let directory = environment.work().join("apps/lab");
    let before = tree(&environment);
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o555)).expect("can be set");
    let is_free = fs::write(directory.join("probe"), "x").is_ok();
    let run = (!is_free).then(|| environment.treewright(&["update"]));
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).expect("can be set");
    let Some(run) = run else {
        let _ = fs::remove_file(directory.join("probe"));
        eprintln!("skipped: this user may write anywhere");
        return;
    };
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert!(tree(&environment) == before);
}

//! An update that is interrupted leaves the old tree and lock, or the new ones.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use treewright::{
    blueprint::{
        Locks, catalogue,
        parameters::Answers,
        update::{Request, update},
    },
    path::RepoPath,
    source::{
        Plan, WorkTree,
        write::{self, Operation, Watch},
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

fn plan(environment: &Environment) -> Plan {
    let view = WorkTree::new(&environment.work()).expect("a view");
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

fn tree(environment: &Environment) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut tree = files(&environment.work());
    tree.retain(|path, _| path.starts_with("apps"));
    tree
}

#[test]
fn death_at_any_write_leaves_the_old_tree_or_the_new_one() {
    let environment = site();
    publish(&environment, "v2");
    let plan = plan(&environment);
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

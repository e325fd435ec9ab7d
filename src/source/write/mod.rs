//! Writing a plan to disk: all of it or nothing, whatever happens on the way.
//!
//! Everything is checked before the first byte. Then every new content is staged in a temporary file beside its target, every old file gets a second name,
//! a journal is completed, and only then files are renamed into place. A failure before the journal is complete leaves the old tree; one after it is undone, or, if the
//! process died, carried through by [`recover`], which every writing command calls first. So the tree is the old one or the new one, never a mixture.
//!
//! Must not know what is written or why.

mod check;
mod disk;
mod error;
mod journal;
mod transaction;
pub mod undo;

use std::path::Path;

pub use disk::{Operation, Watch};
pub use error::WriteError;

use super::Plan;
use disk::Disk;
use journal::Journal;
use transaction::{Ended, Transaction};

/// Writes a plan to the tree below `root`, which is made if it is missing. An interrupted write of an earlier run is ended first.
///
/// The files must still hold what they held when the plan was made. On error nothing has changed, unless the error says otherwise.
pub fn apply(root: &Path, plan: &Plan) -> Result<(), WriteError> {
    apply_watched(root, plan, &Unwatched)
}

/// Does what [`apply`] does, with somebody asked before each operation on the disk; for tests of failures.
pub fn apply_watched(root: &Path, plan: &Plan, watch: &dyn Watch) -> Result<(), WriteError> {
    if plan.is_empty() {
        return Ok(());
    }
    let disk = Disk::new(watch);
    let made = disk.make_root(root)?;
    let result = write(root, plan, &disk);
    if made && result.is_err() {
        disk.unmake_root(root);
    }
    result
}

/// Ends what an interrupted write left: carries it through if it was complete, takes it back if not. Returns whether there was anything to do.
pub fn recover(root: &Path) -> Result<bool, WriteError> {
    let disk = Disk::new(&Unwatched);
    match Journal::existing(root, &disk)? {
        Some(mut journal) => {
            let ended = transaction::end_interrupted(&disk, &mut journal)?;
            journal.delete(&disk)?;
            Ok(ended)
        }
        None => Ok(false),
    }
}

/// Says yes to everything.
struct Unwatched;

impl Watch for Unwatched {
    fn before(&self, _: Operation, _: &Path) -> std::io::Result<()> {
        Ok(())
    }
}

fn write(root: &Path, plan: &Plan, disk: &Disk<'_>) -> Result<(), WriteError> {
    let root = &root.canonicalize().map_err(|cause| WriteError::disk("open", root, &cause))?;
    let mut journal = Journal::open(root, disk)?;
    transaction::end_interrupted(disk, &mut journal)?;
    let begun = check::check(root, plan).and_then(|missing| {
        let transaction = Transaction::new(root, plan, missing);
        journal.begin(disk, &transaction)?;
        Ok(transaction)
    });
    let ended = match begun {
        Ok(transaction) => transaction.run(disk, &mut journal, plan),
        Err(error) => Ended { result: Err(error), tidy: true },
    };
    if ended.tidy {
        // The result stands. A journal that cannot be deleted says nothing that is still to be done.
        let _ = journal.delete(disk);
    }
    ended.result
}

//! `treewright update --undo`: exactly what was before the last update, or nothing.
//!
//! Must not know updates.

use super::Place;
use crate::{
    cli::{
        error::{CliError, Exit},
        terminal,
    },
    report,
    source::{
        Planned,
        write::{
            self,
            undo::{self, Remembered},
        },
    },
};

pub(super) fn run(place: &Place, dry_run: bool) -> Result<Exit, CliError> {
    let Some(Remembered { what, plan, marked }) = undo::recall(place.root())? else {
        return Err(CliError::new("there is no update to undo"));
    };
    let mut touched = Vec::new();
    let mut untouched = 0;
    for planned in plan.files() {
        let Planned { path, before, after, .. } = planned;
        let present = place.view().read(path)?;
        untouched += usize::from(present == *before);
        if present != *after {
            touched.push(path);
        }
    }
    if untouched == plan.files().len() {
        undo::forget(place.root())?;
        return Err(CliError::new("there is no update to undo: everything is as it was before the last one"));
    }
    if !touched.is_empty() {
        let paths: Vec<String> = touched.iter().map(|path| format!("  {path}")).collect();
        return Err(CliError::new(format!(
            "nothing was undone: these files changed since the update\n{}",
            paths.join("\n")
        ))
        .hint("git restore brings back what is committed"));
    }
    let reversed = plan.reversed();
    if dry_run {
        terminal::print(&report::patch(&reversed))?;
        return Ok(Exit::Clean);
    }
    write::apply(place.root(), &reversed)?;
    undo::forget(place.root())?;
    if let Some(repository) = place.repository() {
        let paths: Vec<_> = reversed.paths().cloned().chain(marked).collect();
        repository.unmark_conflicts(&paths)?;
    }
    terminal::print(&format!("Undone: {what} ({} files as before)\n", reversed.files().len()))?;
    Ok(Exit::Clean)
}

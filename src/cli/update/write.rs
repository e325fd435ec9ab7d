//! From worked-out updates to files, index and commit.
//!
//! Must not know how updates are worked out.

use super::{Args, OnConflict, Place};
use crate::{
    blueprint::update::Update,
    change::ChangeSet,
    cli::{
        error::CliError,
        new::fresh_findings,
        terminal::{self, Terminal},
    },
    git::{Commit, Conflicted, FileState, Repository},
    path::RepoPath,
    report::{self, TextOptions},
    source::{
        Plan,
        write::{self, undo},
    },
};

/// Writes all changes at once, notes what can be undone, marks conflicts in the index, and commits if that is wanted.
pub(super) fn write(
    args: &Args,
    place: Place,
    updates: &[&Update],
    changes: &ChangeSet,
    terminal: &Terminal,
) -> Result<(), CliError> {
    let plan = Plan::new(changes, place.view().as_ref())?;
    if plan.is_empty() {
        return Ok(());
    }
    if args.commit {
        refuse_dirty(&place, &plan)?;
    }
    say_findings(&place, changes, terminal)?;
    let root = place.root().to_owned();
    let of = |update: &&Update| update.conflicts.iter().map(|one| in_instance(update, &one.path)).collect::<Vec<_>>();
    let marked: Vec<RepoPath> = updates.iter().flat_map(of).collect();
    undo::remember(&root, &title(updates), &plan, &marked)?;
    if let Err(error) = write::apply(&root, &plan) {
        // What did not happen cannot be undone.
        let _ = undo::forget(&root);
        return Err(error.into());
    }
    let (repository, _) = place.into_repository()?;
    if args.commit {
        let committed = commit(&repository, &plan, updates, args.branch.as_deref());
        if committed.is_err() {
            write::apply(&root, &plan.reversed())?;
            let _ = undo::forget(&root);
        }
        return committed;
    }
    if args.on_conflict() == OnConflict::Markers {
        repository.mark_conflicts(&conflicted(&repository, updates)?)?;
    }
    terminal::say("`treewright update --undo` brings back what was before");
    Ok(())
}

/// Files that a commit would take along with changes of somebody else.
fn refuse_dirty(place: &Place, plan: &Plan) -> Result<(), CliError> {
    let dirty = plan.files().iter().find(|planned| planned.before.is_some() && place.is_dirty(&planned.path));
    match dirty {
        Some(planned) => {
            let path = &planned.path;
            Err(CliError::new(format!("{path} has changes that are not committed, which this commit would take along"))
                .hint(format!("commit or stash them first: git stash push -- {path}")))
        }
        None => Ok(()),
    }
}

/// Shows what the linter would find anew. It is no reason to stop: the tree holds what its user put there.
fn say_findings(place: &Place, changes: &ChangeSet, terminal: &Terminal) -> Result<(), CliError> {
    let (project, fresh) = fresh_findings(place, changes)?;
    if !fresh.is_empty() {
        let options = TextOptions { colour: terminal.colour_messages, width: terminal.width };
        terminal::say(report::text(&fresh, &|path| project.text(path), options).trim_end());
        terminal::say("the linter finds the above in the updated tree");
    }
    Ok(())
}

/// The path in the repository of a file of an instance.
fn in_instance(update: &Update, path: &RepoPath) -> RepoPath {
    update.locked.layout().place(path)
}

/// The files with conflicts that Git knows.
fn conflicted(repository: &Repository, updates: &[&Update]) -> Result<Vec<Conflicted>, CliError> {
    let mut files = Vec::new();
    for update in updates {
        for conflict in &update.conflicts {
            let path = in_instance(update, &conflict.path);
            let sides = conflict.sides.clone().map(|side| side.map(String::into_bytes));
            files.push(Conflicted { path, sides });
        }
    }
    let states = repository.status_of(files.iter().map(|file| &file.path))?;
    let known = |state: &FileState| !matches!(state, FileState::Untracked | FileState::Ignored);
    let kept = files.into_iter().zip(states).filter(|(_, state)| known(state)).map(|(file, _)| file);
    Ok(kept.collect())
}

/// What an update is called: `Update hub to jupyterhub 2.0.0`.
pub(super) fn title(updates: &[&Update]) -> String {
    match updates {
        [update] => format!("Update {} to {} {}", update.locked.name, update.locked.blueprint, update.locked.version),
        updates => format!("Update {} instances", updates.len()),
    }
}

/// The lines behind the title: versions, what the blueprint says about them, conflicts.
pub(super) fn body(update: &Update, changes: &str) -> String {
    let mut body = format!("{}\n", report::range(update));
    if !changes.is_empty() {
        body.push_str(&format!("\n{changes}\n"));
    }
    if !update.conflicts.is_empty() {
        body.push_str("\nChanged on both sides:\n");
        body.extend(update.conflicts.iter().map(|conflict| report::conflict_text(&update.locked.layout(), conflict)));
    }
    body
}

/// The lines that programs look for.
pub(super) fn trailers(updates: &[&Update]) -> Vec<(String, String)> {
    let lines = updates.iter().flat_map(|update| {
        let locked = &update.locked;
        [
            ("Treewright-Instance".to_owned(), locked.name.clone()),
            ("Treewright-Blueprint".to_owned(), format!("{}@{}", locked.blueprint, locked.version)),
        ]
    });
    lines.collect()
}

fn commit(repository: &Repository, plan: &Plan, updates: &[&Update], branch: Option<&str>) -> Result<(), CliError> {
    let paths: Vec<RepoPath> = plan.paths().cloned().collect();
    let bodies: Vec<String> = updates.iter().map(|update| body(update, &update.news)).collect();
    let message = format!("{}\n\n{}", title(updates), bodies.join("\n"));
    let trailers = trailers(updates);
    let committed = repository.commit(&Commit { message: &message, trailers: &trailers, paths: &paths, branch })?;
    for note in &committed.notes {
        terminal::say(note.trim_end());
    }
    let branch = committed.branch.as_deref().unwrap_or("a detached HEAD");
    let id = committed.id.to_string();
    terminal::say(&format!("Committed {} on {branch}: {}", id.get(..10).unwrap_or(&id), title(updates)));
    Ok(())
}

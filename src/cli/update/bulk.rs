//! `treewright update --branch-per-instance`: a branch and a commit for each instance, for bots that open merge requests.
//!
//! Starts from HEAD, so the work tree plays no part and stays as it is. Must not know merge requests.

use std::{path::Path, sync::Arc};

use super::{Args, Place, Selection, Worked, ended, show, updates, write};
use crate::{
    blueprint::update::Update,
    cli::{
        error::{CliError, Exit},
        terminal::{self, Terminal},
    },
    git::{BranchCommit, BranchFile, Repository},
    source::{EntryKind, GitView, Plan, SourceView},
};

pub(super) fn run(args: &Args, place: Place, start: &Path, terminal: &Terminal) -> Result<Exit, CliError> {
    let repository = Arc::new(place.into_repository()?.0);
    let head = repository.resolve("HEAD")?;
    let view = GitView::revision(Arc::clone(&repository), &head)?;
    let selection = Selection::of(&view, &args.instances, args.blueprint.as_deref(), start, terminal)?;
    let Worked { updates, failed } = updates(args, &selection, &view, start, terminal)?;
    let changed: Vec<&Update> = updates.iter().filter(|update| !update.changes.is_empty()).collect();
    let mut exit = Exit::Clean;
    for update in &changed {
        let branch = format!("treewright/{}-{}", update.locked.name, update.locked.version);
        if repository.has_branch(&branch)? {
            terminal::say(&format!("{branch} is there already"));
            continue;
        }
        if !update.conflicts.is_empty() {
            exit = Exit::Findings;
            if args.commits_no_conflicts() {
                terminal::say(&format!(
                    "{branch} is not made: there are conflicts; --on-conflict says what to commit in their place"
                ));
                continue;
            }
        }
        commit(&repository, &view, update, &branch)?;
        terminal::say(&format!("Committed on {branch}"));
    }
    terminal::print(&show(args, &changed, &failed, &view, updates.len()))?;
    ended(&failed, exit)
}

fn commit(repository: &Repository, view: &dyn SourceView, update: &Update, branch: &str) -> Result<(), CliError> {
    let plan = Plan::new(&update.changes, view)?;
    let files: Vec<BranchFile> = plan
        .files()
        .iter()
        .map(|planned| BranchFile {
            path: planned.path.clone(),
            content: planned.after.clone(),
            executable: planned.kind == EntryKind::Executable,
        })
        .collect();
    let message = format!("{}\n\n{}", write::title(&[update]), write::body(update, &update.news));
    let trailers = write::trailers(&[update]);
    repository.commit_on_branch(&BranchCommit { branch, message: &message, trailers: &trailers, files: &files })?;
    Ok(())
}

//! `status`: how an instance stands against what its blueprint wrote and what it would write now.
//!
//! Must not know how that is shown.

use super::{FileConflict, Request, UpdateError, files, texts, tree::is_same, update};
use crate::{
    blueprint::RegisterError,
    change::FileChange,
    path::RepoPath,
    source::SourceError,
    yaml::merge3::{Favour, MARKER},
};

/// How an instance stands.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The version that the blueprint has now.
    pub available: String,
    /// Files that the user edited, inside of the instance.
    pub edited: Vec<RepoPath>,
    /// Files that the user deleted.
    pub deleted: Vec<RepoPath>,
    /// Files that the user added.
    pub added: Vec<RepoPath>,
    /// Files with a conflict that nobody has resolved yet.
    pub unresolved: Vec<RepoPath>,
    /// Files that `update` would write or remove, the lock left out.
    pub changes: Vec<RepoPath>,
    /// What `update` would report as conflicts.
    pub conflicts: Vec<FileConflict>,
    /// The kustomizations that do not name the instance.
    pub unregistered: Vec<RepoPath>,
    /// Whether the blueprint is the one of the lock and yet writes something else: the lock or its answers were edited.
    pub has_drifted: bool,
    /// Whether the blueprint is another than the one of the lock.
    pub is_outdated: bool,
}

impl State {
    /// Whether something is to be done.
    pub fn needs_attention(&self) -> bool {
        self.is_outdated || self.has_drifted || !self.unresolved.is_empty() || !self.unregistered.is_empty()
    }
}

/// Why the state cannot be told in full.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The blueprint gives no tree.
    #[error(transparent)]
    Update(#[from] UpdateError),
    /// The kustomizations around it cannot be read.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The view does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Tells the state of an instance.
pub fn state(request: Request<'_>) -> Result<State, Fault> {
    let Request { view, locked, others, blueprint, .. } = request;
    let layout = locked.layout();
    let present = files(view, &layout, others)?;
    let ours = texts(&present);
    let mut state = State { available: blueprint.manifest.version.clone(), ..State::default() };
    for (path, base) in &locked.base {
        match (ours.get(path), present.contains_key(path)) {
            (Some(text), _) if text != base => state.edited.push(path.clone()),
            (None, true) => state.edited.push(path.clone()),
            (None, false) => state.deleted.push(path.clone()),
            _ => {}
        }
    }
    state.added = present.keys().filter(|path| !locked.base.contains_key(*path)).cloned().collect();
    let is_marked =
        |text: &str| text.lines().any(|line| line.trim_start().starts_with(MARKER) || line.starts_with("<<<<<<< "));
    state.unresolved = ours.iter().filter(|(_, text)| is_marked(text)).map(|(path, _)| path.clone()).collect();
    let update = update(Request { favour: Favour::Ours, ..request })?;
    let lock = crate::blueprint::Locked::path_in(&locked.path);
    let changed = update.changes.files().filter(|(path, change)| **path != lock && !is_idle(view, path, change));
    state.changes = changed.map(|(path, _)| path.clone()).collect();
    let writes_other = update.locked.base.len() != locked.base.len()
        || update
            .locked
            .base
            .iter()
            .any(|(path, text)| !locked.base.get(path).is_some_and(|base| is_same(path, base, text)));
    state.is_outdated =
        update.locked.digest != locked.digest && (writes_other || update.locked.version != locked.version);
    state.has_drifted = update.locked.digest == locked.digest && writes_other;
    state.conflicts = update.conflicts;
    let missing = layout.register(view)?;
    state.unregistered = missing.into_iter().map(|registration| registration.path).collect();
    Ok(state)
}

/// Whether a change writes what is there.
fn is_idle(view: &dyn crate::source::SourceView, path: &RepoPath, change: &FileChange) -> bool {
    match change {
        FileChange::Write(content) => view.read(path).ok().flatten().as_ref() == Some(content),
        _ => false,
    }
}

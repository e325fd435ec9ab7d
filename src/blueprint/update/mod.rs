//! `update`: an instance brought to another version of its blueprint, or to other answers, without losing an edit.
//!
//! Three trees meet: what the blueprint wrote last time (from the lock), what the user made of it, and what the blueprint writes now. Writes nothing; what comes out is a
//! set of changes. Must not know Git, nor terminals.

mod adopt;
mod align;
mod changelog;
mod knowledge;
mod migrate;
mod spread;
mod state;
mod tree;

use std::collections::BTreeMap;

pub use adopt::{AdoptError, Adoption, Tree, adopt};
pub use knowledge::Knowledge;
pub use state::{Fault, State, state};
pub use tree::FileConflict;

use super::{
    Blueprint, Instance, Layout, Locked, Problems,
    parameters::{Answers, Facts, lay_over},
    render_for,
};
use crate::{
    change::ChangeSet,
    path::RepoPath,
    source::{Plan, SourceError, SourceView},
    yaml::merge3::Favour,
};
use align::{Texts, Trees};

/// What is wanted.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The repository.
    pub view: &'a dyn SourceView,
    /// The instance as the lock file has it.
    pub locked: &'a Locked,
    /// The directories of the other instances, whose files are none of this one's.
    pub others: &'a [RepoPath],
    /// The blueprint to bring it to.
    pub blueprint: &'a Blueprint,
    /// Answers that overrule those of the lock.
    pub answers: &'a Answers,
    /// What becomes of conflicts.
    pub favour: Favour,
}

/// What `update` would write for one instance.
#[derive(Clone, Debug)]
pub struct Update {
    /// The instance, rendered anew.
    pub instance: Instance,
    /// What the lock file will say.
    pub locked: Locked,
    /// The version it had.
    pub from: String,
    /// Everything that changes, the lock among it.
    pub changes: ChangeSet,
    /// What both sides changed differently, by path inside of the instance.
    pub conflicts: Vec<FileConflict>,
    /// Files that moved, from where.
    pub moved: BTreeMap<RepoPath, RepoPath>,
    /// What the blueprint's changelog says about the way.
    pub news: String,
}

/// Why an instance cannot be updated.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The blueprint gives no tree for the answers.
    #[error("{0}")]
    Refused(Problems),
    /// A place cannot be written, or not be read.
    #[error("{0}")]
    Place(#[from] SourceError),
}

/// Works out what to write to bring an instance up to date.
pub fn update(request: Request<'_>) -> Result<Update, UpdateError> {
    let Request { view, locked, blueprint, favour, .. } = request;
    let migrations = migrate::due(&blueprint.manifest.migrations, &locked.version, &blueprint.manifest.version);
    let mut answers = locked.answers.clone();
    migrate::answers(&mut answers, &migrations);
    lay_over(&mut answers, request.answers.values());
    let facts = Facts { instance: locked.name.clone(), engine: locked.engine, path: Some(locked.path.clone()) };
    let answers = Answers::from_values(answers);
    let apart = spread::apart(&locked.base, &locked.clusters);
    let instance = render_for(blueprint, &answers, &facts, &locked.clusters, &apart).map_err(UpdateError::Refused)?;
    let layout = locked.layout();
    let present = files(view, &layout, request.others)?;
    let ours = texts(&present);
    let mut trees = Trees { base: locked.base.clone(), ours, theirs: instance.files.clone(), ..Trees::default() };
    migrate::trees(&mut trees, &migrations);
    spread::spread(&mut trees, &locked.clusters);
    trees.align();
    let name = &blueprint.manifest.name.name;
    let names = tree::Names {
        base: format!("{} {}", locked.blueprint, locked.version),
        theirs: format!("{name} {}", blueprint.manifest.version),
    };
    let merged = tree::merge(&trees, favour, &names);
    let mut changes = ChangeSet::new();
    for (path, text) in &merged.files {
        if present.get(path).map(Vec::as_slice) != Some(text.as_bytes()) {
            changes.write(layout.place(path), text.as_bytes());
        }
    }
    for path in texts(&present).keys().filter(|path| !merged.files.contains_key(*path)) {
        changes.remove(layout.place(path));
    }
    let new = Locked { root: locked.root.clone(), path: locked.path.clone(), ..Locked::of(&instance, blueprint) };
    if new != *locked {
        changes.write(Locked::path_in(&locked.path), new.print());
    }
    // Refuses what could not be written.
    Plan::new(&changes, view)?;
    Ok(Update {
        instance,
        locked: new,
        from: locked.version.clone(),
        changes,
        conflicts: merged.conflicts,
        moved: trees.moved,
        news: changelog::changes_since(blueprint, &locked.version),
    })
}

/// The files of an instance by path inside of it, without its lock and without those of instances below it.
fn files(
    view: &dyn SourceView,
    layout: &Layout,
    others: &[RepoPath],
) -> Result<BTreeMap<RepoPath, Vec<u8>>, SourceError> {
    let mut files = BTreeMap::new();
    let directories = layout.directories();
    let mut open: Vec<RepoPath> = directories.iter().map(|(_, directory)| directory.clone()).collect();
    let lock = Locked::path_in(&layout.path);
    while let Some(next) = open.pop() {
        for entry in view.children(&next)? {
            if entry.kind == crate::source::EntryKind::Directory {
                if !others.contains(&entry.path) {
                    open.push(entry.path);
                }
                continue;
            }
            if entry.path == lock || !entry.kind.is_file() {
                continue;
            }
            if let (Some(inside), Some(bytes)) = (layout.inside(&entry.path), view.read(&entry.path)?) {
                files.insert(inside, bytes);
            }
        }
    }
    Ok(files)
}

/// Those that are text.
fn texts(files: &BTreeMap<RepoPath, Vec<u8>>) -> Texts {
    files.iter().filter_map(|(path, bytes)| Some((path.clone(), std::str::from_utf8(bytes).ok()?.to_owned()))).collect()
}

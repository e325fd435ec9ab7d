//! What must hold on disk before a plan is written.
//!
//! Must not write anything.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::WriteError;
use crate::{
    path::RepoPath,
    source::{EntryKind, Plan, Planned, SourceView, WorkTree},
};

/// Checks every file of a plan against the disk. Returns the directories that are missing, those above before those below.
pub(super) fn check(root: &Path, plan: &Plan) -> Result<Vec<RepoPath>, WriteError> {
    let tree = WorkTree::new(root).map_err(|cause| WriteError::disk("open", root, &cause))?;
    let mut missing = BTreeSet::new();
    for planned in plan.files() {
        check_directories(&tree, planned, &mut missing)?;
        check_file(&tree, planned)?;
    }
    Ok(missing.into_iter().collect())
}

fn check_directories(tree: &WorkTree, planned: &Planned, missing: &mut BTreeSet<RepoPath>) -> Result<(), WriteError> {
    let bad = |reason: String| Err(WriteError::BadPlace { path: planned.path.clone(), reason });
    let mut parts = Vec::new();
    let mut above = planned.path.parent();
    while let Some(part) = above.filter(|part| !part.is_root()) {
        above = part.parent();
        parts.push(part);
    }
    for part in parts.into_iter().rev() {
        match tree.kind(&part)? {
            Some(EntryKind::Directory) => {}
            Some(EntryKind::Symlink) => return bad(format!("`{part}` is a symbolic link")),
            Some(EntryKind::File | EntryKind::Executable) => return bad(format!("`{part}` is a file")),
            None if absolute(tree.root(), &part).symlink_metadata().is_ok() => {
                return bad(format!("`{part}` is in the way"));
            }
            None => {
                missing.insert(part);
            }
        }
    }
    Ok(())
}

fn check_file(tree: &WorkTree, planned: &Planned) -> Result<(), WriteError> {
    let path = &planned.path;
    let bad = |reason: &str| Err(WriteError::BadPlace { path: path.clone(), reason: reason.to_owned() });
    let on_disk = absolute(tree.root(), path).symlink_metadata().ok();
    match tree.kind(path)? {
        Some(EntryKind::Directory) => return bad("it is a directory"),
        Some(EntryKind::Symlink) => return bad("it is a symbolic link"),
        None if on_disk.is_some() => return bad("something that is no file is there"),
        None | Some(EntryKind::File | EntryKind::Executable) => {}
    }
    if tree.read(path)? != planned.before {
        return Err(WriteError::Changed { path: path.clone() });
    }
    if on_disk.is_some_and(|metadata| metadata.permissions().readonly()) {
        return Err(WriteError::ReadOnly { path: path.clone() });
    }
    Ok(())
}

/// Where a path lies on disk.
pub(super) fn absolute(root: &Path, path: &RepoPath) -> PathBuf {
    let mut absolute = root.to_path_buf();
    absolute.extend(path.components());
    absolute
}

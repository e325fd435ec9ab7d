//! Which files differ between two views.
//!
//! Must not know what is in them.

use std::collections::BTreeSet;

use super::{SourceError, SourceView};
use crate::path::RepoPath;

/// The files and symbolic links that are not the same in two views, those that only one of them has among them; sorted.
pub fn changed(before: &dyn SourceView, after: &dyn SourceView) -> Result<Vec<RepoPath>, SourceError> {
    let (old, new) = (before.list()?, after.list()?);
    let paths: BTreeSet<&RepoPath> = old.iter().chain(&new).map(|entry| &entry.path).collect();
    let mut changed = Vec::new();
    for path in paths {
        if !is_same(before, after, path)? {
            changed.push(path.clone());
        }
    }
    Ok(changed)
}

fn is_same(before: &dyn SourceView, after: &dyn SourceView, path: &RepoPath) -> Result<bool, SourceError> {
    if before.kind(path)? != after.kind(path)? {
        return Ok(false);
    }
    match (before.content_id(path), after.content_id(path)) {
        (Some(before), Some(after)) => Ok(before == after),
        // What cannot be read counts as changed: somebody has to look at it.
        _ => match (before.read(path), after.read(path)) {
            (Ok(before), Ok(after)) => Ok(before == after),
            _ => Ok(false),
        },
    }
}

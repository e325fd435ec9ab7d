//! Which files differ between two views.
//!
//! Must not know what is in them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{SourceError, SourceView};
use crate::{git::ObjectId, path::RepoPath};

/// The files and symbolic links that are not the same in two views, those that only one of them has among them; sorted.
pub fn changed(before: &dyn SourceView, after: &dyn SourceView) -> Result<Vec<RepoPath>, SourceError> {
    let (old, new) = (before.list()?, after.list()?);
    let paths: BTreeSet<&RepoPath> = old.iter().chain(&new).map(|entry| &entry.path).collect();
    let paths: Vec<&RepoPath> = paths.into_iter().collect();
    let compared = paths.par_iter().map(|path| Ok((!is_same(before, after, path)?).then(|| (*path).clone())));
    let changed: Vec<Option<RepoPath>> = compared.collect::<Result<_, SourceError>>()?;
    Ok(changed.into_iter().flatten().collect())
}

fn is_same(before: &dyn SourceView, after: &dyn SourceView, path: &RepoPath) -> Result<bool, SourceError> {
    if before.kind(path)? != after.kind(path)? {
        return Ok(false);
    }
    // What cannot be read counts as changed: somebody has to look at it.
    Ok(match (before.content_id(path), after.content_id(path)) {
        (Some(before), Some(after)) => before == after,
        // To hash is quicker than to look the other one up.
        (Some(id), None) => has_id(after, path, id),
        (None, Some(id)) => has_id(before, path, id),
        (None, None) => match (before.read(path), after.read(path)) {
            (Ok(before), Ok(after)) => before == after,
            _ => false,
        },
    })
}

/// Whether Git would give the content of a file this id.
fn has_id(view: &dyn SourceView, path: &RepoPath, id: ObjectId) -> bool {
    matches!(view.read(path), Ok(Some(content)) if ObjectId::of_blob(&content) == Some(id))
}

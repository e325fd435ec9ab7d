//! Changes worked out against a view: for each file what it held and what it will hold.
//!
//! Owns the step between a [`ChangeSet`], which speaks of spans, and whatever needs whole contents: overlays, previews, writing. Must not know the disk.

use super::{EntryKind, SourceError, SourceView, worktree::is_git};
use crate::{
    change::{self, ChangeSet, FileChange},
    path::RepoPath,
};

/// What happens to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The file.
    pub path: RepoPath,
    /// What it held when the change was planned; `None` if there was no file.
    pub before: Option<Vec<u8>>,
    /// What it will hold; `None` if it goes away.
    pub after: Option<Vec<u8>>,
    /// Whether it is executable; a change keeps that.
    pub kind: EntryKind,
}

/// What happens to all files of a set of changes, sorted by path. Files that would stay the same are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    files: Vec<Planned>,
}

impl Plan {
    /// Works changes out against the view they were made for. Changes that cannot be made there (edits of what is no file, files below files or below symbolic links,
    /// anything inside `.git`) are errors.
    pub fn new(changes: &ChangeSet, view: &dyn SourceView) -> Result<Self, SourceError> {
        let mut files = Vec::new();
        for (path, change) in changes.files() {
            let planned = plan(path, change, view)?;
            if planned.before != planned.after {
                files.push(planned);
            }
        }
        let refuse_below = files.windows(2).find(|pair| {
            let [first, second] = pair else { return false };
            second.path.is_under(&first.path)
        });
        if let Some([first, second]) = refuse_below {
            return Err(unappliable(&second.path, format!("`{}` is a file", first.path)));
        }
        Ok(Self { files })
    }

    /// A plan that was worked out earlier.
    pub(super) fn of(files: Vec<Planned>) -> Self {
        Self { files }
    }

    /// The changed files, sorted by path.
    pub fn files(&self) -> &[Planned] {
        &self.files
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The plan that takes this one back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let reverse = |planned: &Planned| Planned {
            before: planned.after.clone(),
            after: planned.before.clone(),
            ..planned.clone()
        };
        Self { files: self.files.iter().map(reverse).collect() }
    }

    /// The paths of the changed files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.files.iter().map(|planned| &planned.path)
    }
}

fn plan(path: &RepoPath, change: &FileChange, view: &dyn SourceView) -> Result<Planned, SourceError> {
    refuse_place(path, view)?;
    let kind = view.kind(path)?;
    match kind {
        Some(EntryKind::Directory) => return Err(unappliable(path, "it is a directory")),
        Some(EntryKind::Symlink) => return Err(unappliable(path, "it is a symbolic link")),
        None | Some(EntryKind::File | EntryKind::Executable) => {}
    }
    let before = view.read(path)?;
    let after = match (change, &before) {
        (FileChange::Write(content), _) => Some(content.clone()),
        (FileChange::Remove, Some(_)) => None,
        (FileChange::Edit(edits), Some(content)) => {
            let text = std::str::from_utf8(content).map_err(|_| unappliable(path, "it is not UTF-8 text"))?;
            if edits.iter().any(|edit| text.get(edit.span.start as usize..edit.span.end as usize).is_none()) {
                return Err(unappliable(path, "an edit lies outside of the text"));
            }
            Some(change::apply(text, edits).into_bytes())
        }
        (_, None) => return Err(unappliable(path, "there is no such file")),
    };
    Ok(Planned { path: path.clone(), before, after, kind: kind.unwrap_or(EntryKind::File) })
}

/// Refuses places where no file can be, or where one would end up elsewhere.
fn refuse_place(path: &RepoPath, view: &dyn SourceView) -> Result<(), SourceError> {
    if path.is_root() {
        return Err(unappliable(path, "it is the root of the tree"));
    }
    if is_git(path) {
        return Err(unappliable(path, "it lies in Git's own directory"));
    }
    let mut directory = path.parent();
    while let Some(part) = directory.filter(|part| !part.is_root()) {
        match view.kind(&part)? {
            Some(EntryKind::Symlink) => return Err(unappliable(path, format!("`{part}` is a symbolic link"))),
            Some(EntryKind::File | EntryKind::Executable) => {
                return Err(unappliable(path, format!("`{part}` is a file")));
            }
            Some(EntryKind::Directory) | None => directory = part.parent(),
        }
    }
    Ok(())
}

fn unappliable(path: &RepoPath, reason: impl Into<String>) -> SourceError {
    SourceError::Unappliable { path: path.clone(), reason: reason.into() }
}

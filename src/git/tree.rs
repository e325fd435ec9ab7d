//! Reading the trees and blobs of revisions and of the index.
//!
//! Must not know the work tree.

use std::fmt;

use sha1::{Digest, Sha1};

use super::{GitError, GitErrorKind, Repository};
use crate::path::RepoPath;

/// The id of a Git object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub(super) git2::Oid);

impl ObjectId {
    /// The id that Git gives to the content of a file, or to the target of a symbolic link, in a repository with SHA-1.
    pub fn of_blob(content: &[u8]) -> Option<Self> {
        let header = format!("blob {}\0", content.len());
        let hash = Sha1::new_with_prefix(header).chain_update(content).finalize();
        git2::Oid::from_bytes(&hash).ok().map(Self)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A revision that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The commit, if it is one and not a bare tree.
    pub commit: Option<ObjectId>,
    /// Its tree.
    pub tree: ObjectId,
}

/// What a tree or the index says a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// A regular file.
    File,
    /// A regular file with the executable bit.
    Executable,
    /// A symbolic link; its blob is the text of the target.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

/// One file of a revision or of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Where it lies.
    pub path: RepoPath,
    /// What it is.
    pub mode: FileMode,
    /// Its content.
    pub id: ObjectId,
}

/// All files of a revision or of the index.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The files, sorted by path.
    pub entries: Vec<TreeEntry>,
    /// Names that are not UTF-8 or not names, as readable as they can be shown; sorted.
    pub unreadable: Vec<String>,
}

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blob {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It has this many bytes, more than was asked for.
    TooLarge(u64),
}

/// More files than any repository of manifests has. A tree of a few kilobytes can name billions of files by using one subtree many times.
const MAX_ENTRIES: usize = 1_000_000;

impl Repository {
    /// Finds a revision: a branch, a tag, `HEAD~1`, the start of an object id, anything that `git rev-parse` takes and that leads to a tree.
    pub fn resolve(&self, revision: &str) -> Result<Revision, GitError> {
        let bad = |cause: String| GitError::new(GitErrorKind::BadRevision, cause);
        self.with(|handle| {
            let object = handle.revparse_single(revision).map_err(|error| match error.code() {
                git2::ErrorCode::NotFound => bad(format!("`{revision}` names no revision of this repository"))
                    .with_hint("`git log --oneline --all` lists the revisions; a shallow clone lacks the older ones"),
                git2::ErrorCode::Ambiguous => bad(format!("`{revision}` is the start of more than one object id"))
                    .with_hint("give more of its digits"),
                _ => bad(format!("`{revision}` cannot be read as a revision: {}", error.message())),
            })?;
            let tree =
                object.peel_to_tree().map_err(|_| bad(format!("`{revision}` is neither a commit nor a tree")))?;
            let commit = object.peel_to_commit().ok().map(|commit| ObjectId(commit.id()));
            Ok(Revision { commit, tree: ObjectId(tree.id()) })
        })
    }

    /// Lists all files of a revision.
    pub fn revision_entries(&self, revision: &Revision) -> Result<Listing, GitError> {
        self.with(|handle| {
            let mut listing = Listing::default();
            let mut open = vec![(RepoPath::root(), handle.find_tree(revision.tree.0)?)];
            while let Some((directory, tree)) = open.pop() {
                for entry in &tree {
                    let name = entry.name_bytes();
                    let Some(path) = child(&directory, name) else {
                        listing.unreadable.push(format!("{directory}/{}", String::from_utf8_lossy(name)));
                        continue;
                    };
                    if entry.kind() == Some(git2::ObjectType::Tree) {
                        open.push((path, handle.find_tree(entry.id())?));
                    } else if let Some(mode) = mode(entry.filemode()) {
                        listing.entries.push(TreeEntry { path, mode, id: ObjectId(entry.id()) });
                    }
                }
                check_size(listing.entries.len() + listing.unreadable.len() + open.len())?;
            }
            Ok(listing.sorted())
        })
    }

    /// Lists all files of the index: what a commit would contain now. An index with merge conflicts is an error.
    pub fn index_entries(&self) -> Result<Listing, GitError> {
        self.with(|handle| {
            let mut index = handle.index()?;
            index.read(false)?;
            refuse_conflicts(&index)?;
            check_size(index.len())?;
            let mut listing = Listing::default();
            for entry in index.iter() {
                let mode = i32::try_from(entry.mode).ok().and_then(mode);
                let path = std::str::from_utf8(&entry.path).ok().and_then(|path| RepoPath::new(path).ok());
                match (path, mode) {
                    (Some(path), Some(mode)) => listing.entries.push(TreeEntry { path, mode, id: ObjectId(entry.id) }),
                    (None, _) => listing.unreadable.push(String::from_utf8_lossy(&entry.path).into_owned()),
                    (_, None) => {}
                }
            }
            Ok(listing.sorted())
        })
    }

    /// The paths that the index knows, merge conflicts or not, as far as they are UTF-8; sorted.
    pub fn tracked(&self) -> Result<Vec<RepoPath>, GitError> {
        self.with(|handle| {
            let mut index = handle.index()?;
            index.read(false)?;
            let path = |entry: git2::IndexEntry| RepoPath::new(std::str::from_utf8(&entry.path).ok()?).ok();
            let mut paths: Vec<_> = index.iter().filter_map(path).collect();
            paths.dedup();
            Ok(paths)
        })
    }

    /// Reads the content of a file, if it has no more bytes than `limit`.
    pub fn blob(&self, id: ObjectId, limit: u64) -> Result<Blob, GitError> {
        self.with(|handle| {
            let objects = handle.odb()?;
            let (size, _) = objects.read_header(id.0)?;
            if size as u64 > limit {
                return Ok(Blob::TooLarge(size as u64));
            }
            Ok(Blob::Bytes(objects.read(id.0)?.data().to_vec()))
        })
    }
}

impl Listing {
    fn sorted(mut self) -> Self {
        self.entries.sort_by(|a, b| a.path.cmp(&b.path));
        self.unreadable.sort();
        self
    }
}

/// Refuses an index with merge conflicts.
pub(super) fn refuse_conflicts(index: &git2::Index) -> Result<(), GitError> {
    if !index.has_conflicts() {
        return Ok(());
    }
    let mut paths = Vec::new();
    for conflict in index.conflicts()?.flatten() {
        if let Some(side) = conflict.our.or(conflict.their).or(conflict.ancestor) {
            paths.push(String::from_utf8_lossy(&side.path).into_owned());
        }
    }
    let what = paths.join("`, `");
    Err(GitError::new(GitErrorKind::Conflicted, format!("the index holds merge conflicts: `{what}`"))
        .with_hint("resolve them and `git add` the files first"))
}

fn check_size(entries: usize) -> Result<(), GitError> {
    if entries > MAX_ENTRIES {
        let message = format!("the tree holds more than {MAX_ENTRIES} files");
        return Err(GitError::new(GitErrorKind::Failed, message));
    }
    Ok(())
}

/// The path of a tree's entry, unless its name is none: objects can be made with any bytes in them.
fn child(directory: &RepoPath, name: &[u8]) -> Option<RepoPath> {
    let name = std::str::from_utf8(name).ok()?;
    let is_name = !name.is_empty() && !name.contains('/') && name != "." && name != ".." && name != ".git";
    if is_name { directory.join(name).ok() } else { None }
}

fn mode(mode: i32) -> Option<FileMode> {
    match mode & 0o170_000 {
        0o100_000 if mode & 0o100 != 0 => Some(FileMode::Executable),
        0o100_000 => Some(FileMode::File),
        0o120_000 => Some(FileMode::Symlink),
        0o160_000 => Some(FileMode::Submodule),
        _ => None,
    }
}

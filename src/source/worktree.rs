//! The files on disk below a directory as a view.
//!
//! Owns reading the disk: what Git ignores is left out of the list, symbolic links are read as Git reads them and never followed. Must not know what
//! the files mean.

use std::{
    collections::HashMap,
    fs::{self, File, FileType, Metadata},
    hash::BuildHasher,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use foldhash::fast::{FixedState, RandomState};
use ignore::{WalkBuilder, WalkState};

use super::{Entry, EntryKind, MAX_FILE_BYTES, Skipped, SourceError, SourceView};
use crate::{
    git::{Environment, Repository},
    path::RepoPath,
};

/// The files below a directory, in a repository or not. Nothing is read before it is asked for.
///
/// [`list`](SourceView::list) shows what Git would show: no ignored files (unless they are tracked), no `.git`, nothing of submodules and nested repositories.
/// `kind`, `read` and `children` answer for every file but `.git`, ignored or not, without looking at anything else.
/// A file that changes between two readings is an error: changes are computed from the first.
pub struct WorkTree {
    root: PathBuf,
    listing: OnceLock<Listing>,
    /// What was found at each path that was asked for, and at those above it. Every rule and build asks again and again for the same few.
    kinds: RwLock<HashMap<Box<str>, Option<EntryKind>, RandomState>>,
    /// What lies in each directory that was asked for.
    children: RwLock<HashMap<RepoPath, Arc<[Entry]>>>,
    /// A hash of the content of every file that was read.
    seen: Mutex<HashMap<RepoPath, u64>>,
}

#[derive(Clone, Default)]
struct Listing {
    entries: Vec<Entry>,
    skipped: Vec<Skipped>,
}

impl WorkTree {
    /// The files below a directory, which must exist.
    pub fn new(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a directory"));
        }
        let (listing, kinds, children, seen) = Default::default();
        Ok(Self { root, listing, kinds, children, seen })
    }

    /// The directory, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn listing(&self) -> &Listing {
        self.listing.get_or_init(|| {
            let mut listing = walk(&self.root);
            listing.entries.sort_unstable();
            self.note(&listing.entries);
            let tracked = self.ignored_but_tracked(&listing.entries);
            listing.entries.extend(tracked);
            listing.entries.sort_unstable();
            listing.skipped.sort_unstable();
            listing
        })
    }

    /// The files that Git knows although a rule says to ignore them. Without a repository that can be read there are none.
    fn ignored_but_tracked(&self, listed: &[Entry]) -> Vec<Entry> {
        let Ok(repository) = Repository::discover(&self.root, &Environment::process()) else { return Vec::new() };
        let Ok(prefix) = self.root.strip_prefix(repository.root()) else { return Vec::new() };
        let Some(prefix) = repo_path(prefix) else { return Vec::new() };
        let here = |path: &RepoPath| {
            let inside = path.is_under(&prefix) && *path != prefix;
            inside.then(|| RepoPath::new(&path.relative_to(&prefix)).ok()).flatten()
        };
        let tracked = repository.tracked().unwrap_or_default();
        let hidden = tracked.iter().filter_map(here).filter(|path| {
            // The list is sorted by path.
            listed.binary_search_by(|entry| entry.path.cmp(path)).is_err()
        });
        hidden
            .filter_map(|path| match self.kind(&path) {
                Ok(Some(kind)) if kind != EntryKind::Directory => Some(Entry { path, kind }),
                _ => None,
            })
            .collect()
    }

    fn absolute(&self, path: &RepoPath) -> PathBuf {
        let mut absolute = self.root.clone();
        absolute.extend(path.components());
        absolute
    }

    /// What lies at a path whose parent is known to be a directory; the disk is asked only once.
    fn look(&self, path: &str) -> Result<Option<EntryKind>, SourceError> {
        if let Some(&known) = self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(known);
        }
        let metadata = self.metadata(path)?;
        let found = metadata.and_then(|metadata| kind(metadata.file_type(), || Some(metadata)));
        self.kinds.write().unwrap_or_else(PoisonError::into_inner).insert(path.into(), found);
        Ok(found)
    }

    /// Notes what the walk has found, so that nobody asks the disk for it again.
    fn note(&self, entries: &[Entry]) {
        let mut kinds = self.kinds.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            let path = entry.path.as_str();
            // Sorted as they are, entries of one directory follow each other: from the innermost directory that is known all others are.
            for directory in path.rmatch_indices('/').map(|(end, _)| &path[..end]) {
                if kinds.insert(directory.into(), Some(EntryKind::Directory)).is_some() {
                    break;
                }
            }
            kinds.insert(path.into(), Some(entry.kind));
        }
    }

    /// What the disk says about a path whose parent is known to be a directory.
    fn metadata(&self, path: &str) -> Result<Option<Metadata>, SourceError> {
        match self.root.join(path).symlink_metadata() {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename => Ok(None),
                _ => Err(SourceError::Unreadable {
                    path: RepoPath::new(path).unwrap_or_else(|_| RepoPath::root()),
                    cause: error.to_string(),
                }),
            },
        }
    }

    fn read_regular(&self, path: &RepoPath) -> Result<Vec<u8>, SourceError> {
        let refused = |error: io::Error| unreadable(path, &error);
        #[expect(clippy::disallowed_methods, reason = "this is the view that reads the disk")]
        let file = File::open(self.absolute(path)).map_err(refused)?;
        let bytes = file.metadata().map_err(refused)?.len();
        let too_large = |bytes| SourceError::TooLarge { path: path.clone(), bytes, limit: MAX_FILE_BYTES };
        if bytes > MAX_FILE_BYTES {
            return Err(too_large(bytes));
        }
        let mut content = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default() + 1);
        let read = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content).map_err(refused)? as u64;
        if read > MAX_FILE_BYTES { Err(too_large(read)) } else { Ok(content) }
    }

    /// The entries of a directory, sorted.
    fn read_directory(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        let refused = |error: io::Error| unreadable(directory, &error);
        let mut children = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "this is the view that reads the disk")]
        for entry in fs::read_dir(self.absolute(directory)).map_err(refused)? {
            let entry = entry.map_err(refused)?;
            let name = entry.file_name();
            let Some(path) = name.to_str().and_then(|name| directory.join(name).ok()) else { continue };
            let kind = kind(entry.file_type().map_err(refused)?, || entry.metadata().ok());
            if let (Some(kind), false) = (kind, is_git(&path)) {
                children.push(Entry { path, kind });
            }
        }
        children.sort_unstable();
        Ok(children)
    }

    /// Holds the promise that a view gives the same answer each time.
    fn remember(&self, path: &RepoPath, content: &[u8]) -> Result<(), SourceError> {
        let hash = FixedState::default().hash_one(content);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen.entry(path.clone()).or_insert(hash) == hash {
            return Ok(());
        }
        Err(SourceError::ChangedMeanwhile { path: path.clone() })
    }
}

impl SourceView for WorkTree {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        Ok(self.listing().entries.clone())
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, SourceError> {
        if path.is_root() {
            return Ok(Some(EntryKind::Directory));
        }
        if is_git(path) {
            return Ok(None);
        }
        let path = path.as_str();
        if let Some(&known) = self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(known);
        }
        // From the top, so that no symbolic link on the way is followed.
        for directory in path.match_indices('/').map(|(end, _)| &path[..end]) {
            if self.look(directory)? != Some(EntryKind::Directory) {
                return Ok(None);
            }
        }
        self.look(path)
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, SourceError> {
        let content = match self.kind(path)? {
            None | Some(EntryKind::Directory) => return Ok(None),
            Some(EntryKind::Symlink) => {
                let target = fs::read_link(self.absolute(path)).map_err(|error| unreadable(path, &error))?;
                link_bytes(&target)
            }
            Some(EntryKind::File | EntryKind::Executable) => self.read_regular(path)?,
        };
        self.remember(path, &content)?;
        Ok(Some(content))
    }

    fn children(&self, directory: &RepoPath) -> Result<Vec<Entry>, SourceError> {
        if self.kind(directory)? != Some(EntryKind::Directory) {
            return Ok(Vec::new());
        }
        if let Some(known) = self.children.read().unwrap_or_else(PoisonError::into_inner).get(directory) {
            return Ok(known.to_vec());
        }
        let children = self.read_directory(directory)?;
        let known = children.as_slice().into();
        self.children.write().unwrap_or_else(PoisonError::into_inner).insert(directory.clone(), known);
        Ok(children)
    }

    fn skipped(&self) -> Result<Vec<Skipped>, SourceError> {
        Ok(self.listing().skipped.clone())
    }
}

/// Finds every file that Git would show, unsorted. Where a `.gitignore` is no regular file, nothing is ignored: reading a pipe or a device would never end.
fn walk(root: &Path) -> Listing {
    if !has_plain_ignore_file(root) {
        return walk_with(root, Ignored::Shown).0;
    }
    match walk_with(root, Ignored::Hidden) {
        (listing, true) => listing,
        (_, false) => walk_with(root, Ignored::Shown).0,
    }
}

fn has_plain_ignore_file(directory: &Path) -> bool {
    // A symbolic link may lead to a device; Git does not follow it either.
    directory.join(".gitignore").symlink_metadata().map_or(true, |metadata| metadata.is_file())
}

/// Whether ignored files are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ignored {
    Hidden,
    Shown,
}

/// Finds the files; false if files that say what to ignore cannot be read.
fn walk_with(root: &Path, ignored: Ignored) -> (Listing, bool) {
    let plain = Arc::new(AtomicBool::new(true));
    let hides = ignored == Ignored::Hidden;
    let (sender, receiver) = mpsc::channel();
    // What Git reads and nothing else: .gitignore, .git/info/exclude, core.excludesFile. Hidden files are files.
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).parents(hides).git_ignore(hides).git_exclude(hides).git_global(hides);
    let seen = Arc::clone(&plain);
    walk.threads(rayon::current_num_threads()).filter_entry(move |entry| {
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        if hides && is_directory && entry.depth() > 0 && !has_plain_ignore_file(entry.path()) {
            seen.store(false, Ordering::Relaxed);
            return false;
        }
        let nested = || is_directory && entry.depth() > 0 && entry.path().join(".git").symlink_metadata().is_ok();
        entry.file_name() != ".git" && !nested()
    });
    walk.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            // The receiver outlives the walk; there is nobody to tell if it did not.
            let _ = sender.send(found(root, entry));
            WalkState::Continue
        })
    });
    drop(sender);
    let mut listing = Listing::default();
    for found in receiver {
        match found {
            Ok(Some(entry)) => listing.entries.push(entry),
            Ok(None) => {}
            Err(skipped) => listing.skipped.push(skipped),
        }
    }
    (listing, plain.load(Ordering::Relaxed))
}

/// What a step of the walk found: a file, nothing to list, or something that cannot be listed.
fn found(root: &Path, entry: Result<ignore::DirEntry, ignore::Error>) -> Result<Option<Entry>, Skipped> {
    let entry = entry.map_err(|error| {
        let at = error_path(&error).and_then(|path| path.strip_prefix(root).ok());
        Skipped::unreadable(at.unwrap_or(Path::new(".")).to_string_lossy(), &error)
    })?;
    let kind = entry.file_type().and_then(|kind_on_disk| kind(kind_on_disk, || entry.metadata().ok()));
    let Some(kind) = kind.filter(|kind| *kind != EntryKind::Directory) else { return Ok(None) };
    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
    match repo_path(relative) {
        Some(path) => Ok(Some(Entry { path, kind })),
        None => Err(Skipped::name(relative.to_string_lossy())),
    }
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error_path(err),
        _ => None,
    }
}

fn unreadable(path: &RepoPath, error: &io::Error) -> SourceError {
    SourceError::Unreadable { path: path.clone(), cause: error.to_string() }
}

/// A relative path of the file system in the repository's spelling; `None` if it is not UTF-8.
fn repo_path(path: &Path) -> Option<RepoPath> {
    let text = path.to_str()?;
    RepoPath::new(&if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() }).ok()
}

/// Whether a path is Git's own directory or lies in one.
pub(super) fn is_git(path: &RepoPath) -> bool {
    path.components().any(|name| name.eq_ignore_ascii_case(".git"))
}

/// What a directory entry is. Devices, sockets and pipes are nothing, as for Git.
fn kind(kind: FileType, metadata: impl FnOnce() -> Option<Metadata>) -> Option<EntryKind> {
    if kind.is_dir() {
        Some(EntryKind::Directory)
    } else if kind.is_symlink() {
        Some(EntryKind::Symlink)
    } else if kind.is_file() {
        let executable = metadata().is_some_and(|metadata| is_executable(&metadata));
        Some(if executable { EntryKind::Executable } else { EntryKind::File })
    } else {
        None
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn link_bytes(target: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    target.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn link_bytes(target: &Path) -> Vec<u8> {
    target.to_string_lossy().replace('\\', "/").into_bytes()
}

//! A session: many builds over one view that share what they have read and accumulated.
//!
//! Owns the caches. They change how often work is done, never its result: a file is parsed once, a base accumulated once, whichever build and thread asks
//! first. Must not know what accumulation means.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Build, Options,
    accumulate::Accumulated,
    context::Context,
    file::{File, Files},
    finish,
    kustomization::Kustomization,
    problem::{BuildError, Problem, ProblemKind},
};
use crate::{
    diagnostic::Label,
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
    text::SourceText,
    yaml::{FileId, Origin},
};

/// What became of an accumulation.
type Accumulating = Result<Arc<Accumulated>, Box<Problem>>;

/// Builds kustomizations of one view. Can be shared by threads.
pub struct Session {
    pub(super) view: Arc<dyn SourceView>,
    pub(super) options: Options,
    pub(super) files: Files,
    kustomizations: Mutex<HashMap<RepoPath, Arc<Kustomization>>>,
    accumulated: Mutex<HashMap<RepoPath, Vec<(Context, Accumulating)>>>,
}

impl Session {
    /// A session over a view, which must not change while the session lives.
    pub fn new(view: Arc<dyn SourceView>, options: Options) -> Self {
        let (kustomizations, accumulated) = (Mutex::default(), Mutex::default());
        Self { view, options, files: Files::default(), kustomizations, accumulated }
    }

    /// Builds the kustomization in a directory. Fails at the first problem, unless the options say to collect problems; then it fails only if there is no
    /// kustomization to build.
    pub fn build(&self, directory: &RepoPath) -> Result<Build, BuildError> {
        let place = || Label::file(directory, "");
        let not_a_directory = || {
            let message = format!("`{directory}` is not a directory");
            BuildError(Problem::new(ProblemKind::NotAKustomization, place(), message))
        };
        let resolved = self
            .view
            .resolve(directory)
            .map_err(|error| BuildError(Problem::new(ProblemKind::NotAKustomization, place(), error.to_string())))?;
        let resolved = resolved.filter(|found| found.kind == EntryKind::Directory).ok_or_else(not_a_directory)?;
        finish::build(self, &resolved.path).map_err(BuildError)
    }

    /// Reads a file into the session's table, parsed on first use; `None` if there is no regular file at the path. Links on the way are followed.
    pub fn file(&self, path: &RepoPath) -> Result<Option<Arc<File>>, SourceError> {
        match self.view.resolve(path)? {
            Some(found) if found.kind.is_file() => self.files.read(self.view.as_ref(), &found.path),
            _ => Ok(None),
        }
    }

    /// The path of a file that a value's origin names; `None` for values that stand in no file.
    pub fn path_of(&self, file: FileId) -> Option<RepoPath> {
        self.files.get(file).map(|file| file.path.clone())
    }

    /// Labels the place where a value was written; `None` for values that stand in no file.
    pub fn label(&self, origin: Origin, message: impl Into<String>) -> Option<Label> {
        self.files.get(origin.file).map(|file| file.label(origin.offset, message))
    }

    /// The text of a file that a value's origin names, with its line table; `None` if it is no text.
    pub fn text_of(&self, file: FileId) -> Option<SourceText> {
        self.files.get(file)?.stream().ok().map(|stream| stream.text().clone())
    }

    pub(super) fn known_kustomization(&self, directory: &RepoPath) -> Option<Arc<Kustomization>> {
        lock(&self.kustomizations).get(directory).cloned()
    }

    pub(super) fn keep_kustomization(&self, directory: &RepoPath, kustomization: &Arc<Kustomization>) {
        lock(&self.kustomizations).insert(directory.clone(), Arc::clone(kustomization));
    }

    pub(super) fn known_accumulation(&self, directory: &RepoPath, context: &Context) -> Option<Accumulating> {
        let accumulated = lock(&self.accumulated);
        let (_, known) = accumulated.get(directory)?.iter().find(|(of, _)| of == context)?;
        Some(known.clone())
    }

    pub(super) fn keep_accumulation(&self, directory: &RepoPath, context: Context, accumulated: &Accumulating) {
        lock(&self.accumulated).entry(directory.clone()).or_default().push((context, accumulated.clone()));
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("options", &self.options).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // The maps are whole even after a panic elsewhere: entries are only ever inserted.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

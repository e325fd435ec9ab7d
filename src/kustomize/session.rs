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
    file::{File, Files, Streams},
    finish,
    inline::Translation,
    kustomization::{self, Kustomization, UnknownFields, is_kustomization_name},
    problem::{BuildError, Problem, ProblemKind},
    resource::{Provenance, Resource},
};
use crate::{
    diagnostic::Label,
    manifest::{ObjectId, Rendered, RenderedObject},
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
    text::SourceText,
    yaml::{FileId, Origin, Value},
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
        Self::with_streams(view, options, Arc::default())
    }

    /// A session that does not parse again what was parsed before, over a view of the same repository.
    pub fn with_streams(view: Arc<dyn SourceView>, options: Options, streams: Arc<Streams>) -> Self {
        let (kustomizations, accumulated) = (Mutex::default(), Mutex::default());
        Self { view, options, files: Files::with(streams), kustomizations, accumulated }
    }

    /// A session over another view that takes over the files of this one which are the same there, parsed as they are. A file has the same number in both then.
    #[must_use]
    pub fn beside(&self, view: Arc<dyn SourceView>, is_same: impl Fn(&RepoPath) -> bool) -> Self {
        Self { files: self.files.shared(is_same), ..Self::new(view, self.options) }
    }

    /// The view that is built from.
    pub fn view(&self) -> &dyn SourceView {
        self.view.as_ref()
    }

    /// Builds the kustomization in a directory. Fails at the first problem, unless the options say to collect problems; then it fails only if there is no
    /// kustomization to build.
    pub fn build(&self, directory: &RepoPath) -> Result<Build, BuildError> {
        let directory = self.directory(directory).map_err(BuildError)?;
        finish::build(self, &directory).map_err(BuildError)
    }

    /// Builds a directory as if its kustomization file said this, as controllers do that change the file or make one before they build. The parts of the
    /// kustomization may have been written in several files; `declared_in` is the file of the object that asks for the build.
    pub fn build_as(
        &self,
        directory: &RepoPath,
        kustomization: &Value,
        declared_in: FileId,
        unknown: UnknownFields,
    ) -> Result<Build, BuildError> {
        let directory = self.directory(directory).map_err(BuildError)?;
        let kustomization = self.given(&directory, kustomization, declared_in, unknown)?;
        finish::build_as(self, &directory, &kustomization).map_err(BuildError)
    }

    /// Runs a kustomization over objects that are there already, as controllers do with what a chart gives. Paths in it start at the root of the view.
    /// `declared_in` is the file of the object that asks for it.
    pub fn transform(
        &self,
        objects: impl IntoIterator<Item = Value>,
        kustomization: &Value,
        declared_in: FileId,
    ) -> Result<Build, BuildError> {
        let kustomization = self.given(&RepoPath::root(), kustomization, declared_in, UnknownFields::Drop)?;
        let resource = |(index, value): (u32, Value)| {
            let origin = value.origin;
            Resource::new(value, Provenance::Document { origin, index })
        };
        let objects = (0..).zip(objects).map(resource).collect();
        finish::transform(self, objects, &kustomization).map_err(BuildError)
    }

    /// Reads a kustomization that stands in no file of its own.
    fn given(
        &self,
        directory: &RepoPath,
        kustomization: &Value,
        declared_in: FileId,
        unknown: UnknownFields,
    ) -> Result<Kustomization, BuildError> {
        let no_file = || {
            let message = "a kustomization needs a file that it counts as written in";
            BuildError(Problem::new(ProblemKind::NotAKustomization, Label::file(directory, ""), message))
        };
        let file = self.files.get(declared_in).ok_or_else(no_file)?;
        kustomization::read_value(&self.files, &file, kustomization, unknown).map_err(BuildError)
    }

    /// What the kustomization file of a directory says, every part with its place; `None` if there is no such file, an error if it cannot be used.
    pub fn kustomization_value(&self, directory: &RepoPath) -> Result<Option<Value>, BuildError> {
        let directory = self.directory(directory).map_err(BuildError)?;
        let children = self.view.children(&directory).unwrap_or_default();
        if !children.iter().any(|child| is_kustomization_name(child.path.file_name())) {
            return Ok(None);
        }
        let file = self.kustomization_file(&directory).map_err(BuildError)?;
        let root = file.stream().map_err(BuildError)?.documents().next().map(|document| document.root().follow());
        root.map(|root| root.to_value(file.id)).transpose().map_err(|error| BuildError(file.refusal(error)))
    }

    /// The directory at a path, links followed.
    fn directory(&self, directory: &RepoPath) -> Result<RepoPath, Box<Problem>> {
        let place = || Label::file(directory, "");
        let not_a_directory = || {
            let message = format!("`{directory}` is not a directory");
            Problem::new(ProblemKind::NotAKustomization, place(), message)
        };
        let resolved = self
            .view
            .resolve(directory)
            .map_err(|error| Problem::new(ProblemKind::NotAKustomization, place(), error.to_string()))?;
        Ok(resolved.filter(|found| found.kind == EntryKind::Directory).ok_or_else(not_a_directory)?.path)
    }

    /// The objects and problems of a build in the form that every renderer hands on. Objects that stand in no file are left out.
    pub fn rendered(&self, build: &Build) -> Rendered {
        let objects = build.resources.iter().filter_map(|resource| self.rendered_object(resource)).collect();
        let problems = build.problems.iter().map(Problem::diagnostic).collect();
        Rendered { objects, not_rendered: build.not_rendered.clone(), problems }
    }

    fn rendered_object(&self, resource: &Resource) -> Option<RenderedObject> {
        let origin = resource.provenance().origin();
        let id = ObjectId::of_value(resource.value())?;
        let generated = matches!(resource.provenance(), Provenance::Generated { .. });
        let previous = resource.previous_ids().last().filter(|_| generated);
        let mut value = resource.shared_value();
        if value.origin != origin {
            Arc::make_mut(&mut value).origin = origin;
        }
        let name_before_hash = previous.map(|id| id.name.clone());
        Some(RenderedObject { id, value, path: self.path_of(origin.file)?, name_before_hash })
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

    /// How places in the text of a scalar become places in the file where it is written.
    pub fn translation(&self, scalar: &Value) -> Option<Translation> {
        let file = self.files.get(scalar.origin.file)?;
        let node = file.stream().ok()?.node_at(scalar.origin.offset)?;
        let is_unchanged = node.text() == scalar.as_scalar().map(|scalar| scalar.text.as_str());
        Some(if is_unchanged { Translation::of(node) } else { Translation::to(node.span()) })
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

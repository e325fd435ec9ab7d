//! Finding what a kustomization names: files and directories, inside of the load restriction.
//!
//! Must not know what is done with them.

use std::sync::Arc;

use super::{
    LoadRestriction,
    file::File,
    kustomization::{self, FILE_NAMES, Kustomization},
    problem::{Problem, ProblemKind},
    remote::is_remote,
    session::Session,
};
use crate::{
    diagnostic::Label,
    path::{PathError, RepoPath},
    source::{EntryKind, SourceError},
    text::nearest,
};

/// Why a path leads to nothing that can be used.
#[derive(Debug)]
pub(super) enum LoadError {
    /// Nothing lies there.
    Missing,
    /// A directory lies there.
    Directory(RepoPath),
    /// The file lies outside of the kustomization's directory.
    OutsideRoot,
    /// The path leaves the repository, or is absolute.
    OutsideRepository(PathError),
    /// The view refuses.
    Source(SourceError),
}

impl LoadError {
    /// The problem for the entry of a kustomization that named `path`.
    pub(super) fn problem(
        self,
        session: &Session,
        missing: ProblemKind,
        place: Label,
        directory: &RepoPath,
        path: &str,
    ) -> Box<Problem> {
        match self {
            Self::Missing if is_remote(path) => {
                Problem::new(missing, place, format!("`{path}` is remote, and builds do not use the network"))
            }
            Self::Missing => {
                let problem = Problem::new(missing, place, format!("`{path}` does not exist"));
                match session.nearest_path(directory, path) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                }
            }
            Self::Directory(_) => Problem::new(missing, place, format!("`{path}` must resolve to a file")),
            Self::OutsideRoot => Problem::new(
                ProblemKind::OutsideRoot,
                place,
                format!("the file `{path}` is not in or below the directory of the kustomization"),
            )
            .help("move it there, or make its directory a kustomization and list that"),
            Self::OutsideRepository(error) => Problem::new(ProblemKind::OutsideRoot, place, error.to_string()),
            Self::Source(error) => Problem::new(missing, place, error.to_string()),
        }
    }
}

impl Session {
    /// Loads the file that a kustomization in `directory` names.
    pub(super) fn load(&self, directory: &RepoPath, path: &str) -> Result<Arc<File>, LoadError> {
        let joined = directory.join(path).map_err(LoadError::OutsideRepository)?;
        let found = self.view.resolve(&joined).map_err(LoadError::Source)?.ok_or(LoadError::Missing)?;
        if found.kind == EntryKind::Directory {
            return Err(LoadError::Directory(found.path));
        }
        let parent = found.path.parent().unwrap_or_else(RepoPath::root);
        if self.options.restriction == LoadRestriction::RootOnly && !parent.is_under(directory) {
            return Err(LoadError::OutsideRoot);
        }
        self.files.read(&*self.view, &found.path).map_err(LoadError::Source)?.ok_or(LoadError::Missing)
    }

    /// The kustomization in a directory, which must be given without symbolic links.
    pub(super) fn kustomization(&self, directory: &RepoPath) -> Result<Arc<Kustomization>, Box<Problem>> {
        if let Some(known) = self.known_kustomization(directory) {
            return Ok(known);
        }
        let file = self.kustomization_file(directory)?;
        let kustomization = Arc::new(kustomization::read(&self.files, &file)?);
        self.keep_kustomization(directory, &kustomization);
        Ok(kustomization)
    }

    /// The only kustomization file in a directory, which must be given without symbolic links.
    pub(super) fn kustomization_file(&self, directory: &RepoPath) -> Result<Arc<File>, Box<Problem>> {
        let load = |name: &&'static str| Some((*name, self.load(directory, name).ok()?));
        let found: Vec<(&str, Arc<File>)> = FILE_NAMES.iter().filter_map(load).collect();
        match found.as_slice() {
            [(_, file)] => Ok(Arc::clone(file)),
            [] => Err(self.without_kustomization(directory)),
            [(first, file), .., (second, _)] => {
                let label = Label::file(&file.path, "");
                let message = format!("multiple kustomization files in {directory}: {first} and {second}");
                Err(Problem::new(ProblemKind::NotAKustomization, label, message).help("keep one of them"))
            }
        }
    }

    fn without_kustomization(&self, directory: &RepoPath) -> Box<Problem> {
        let message = format!(
            "unable to find one of {} in directory {directory}",
            FILE_NAMES.map(|name| format!("`{name}`")).join(", ")
        );
        let problem = Problem::new(ProblemKind::NotAKustomization, Label::file(directory, ""), message);
        let children = self.view.children(directory).unwrap_or_default();
        let near = FILE_NAMES.iter().find_map(|wanted| {
            let names = children.iter().filter(|child| child.kind.is_file()).map(|child| child.path.file_name());
            nearest(wanted, names)
                .map(|near| format!("`{near}` is not a name that kustomize knows; call it `{wanted}`"))
        });
        match near {
            Some(help) => problem.help(help),
            None => problem,
        }
    }

    /// What lies beside a missing path and is called almost like it, as it should be written.
    fn nearest_path(&self, directory: &RepoPath, path: &str) -> Option<String> {
        let wanted = directory.join(path).ok()?;
        let children = self.view.children(&wanted.parent()?).ok()?;
        let near = nearest(wanted.file_name(), children.iter().map(|child| child.path.file_name()))?;
        let (head, _) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
        Some(if head.is_empty() { near.to_owned() } else { format!("{head}/{near}") })
    }
}

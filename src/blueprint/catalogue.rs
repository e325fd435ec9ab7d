//! Which blueprints there are: those compiled into the binary, and those in a folder of a view.
//!
//! Must not know what is in them.

use include_dir::{Dir, include_dir};

use super::{Blueprint, Folder, Problems};
use crate::{
    path::RepoPath,
    source::{SourceError, SourceView},
};

static BUNDLED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

/// The names of the bundled blueprints, sorted.
pub fn bundled_names() -> Vec<String> {
    let mut names: Vec<String> = BUNDLED.dirs().map(|folder| folder.path().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A bundled blueprint; `None` if there is none of this name. The bundled ones pass their checks, so faults mean a broken binary.
pub fn bundled(name: &str) -> Option<Result<Blueprint, Problems>> {
    let folder = BUNDLED.dirs().find(|folder| folder.path().to_str() == Some(name))?;
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    let location = RepoPath::new(name).ok()?;
    Some(Blueprint::read(Folder::new(location, files)))
}

fn collect(root: &Dir<'_>, folder: &Dir<'_>, files: &mut Vec<(RepoPath, Vec<u8>)>) {
    for file in folder.files() {
        let path = file.path().strip_prefix(root.path()).unwrap_or(file.path());
        if let Ok(path) = RepoPath::new(&path.to_string_lossy()) {
            files.push((path, file.contents().to_vec()));
        }
    }
    for inner in folder.dirs() {
        collect(root, inner, files);
    }
}

/// The folders of a view that hold a `blueprint.yaml` directly below `directory`, sorted.
pub fn local(view: &dyn SourceView, directory: &RepoPath) -> Result<Vec<RepoPath>, SourceError> {
    let mut folders = Vec::new();
    for entry in view.children(directory)? {
        if let Ok(manifest) = entry.path.join("blueprint.yaml")
            && view.read(&manifest)?.is_some()
        {
            folders.push(entry.path);
        }
    }
    Ok(folders)
}

/// Reads the blueprint in a folder of a view.
pub fn read(view: &dyn SourceView, folder: &RepoPath) -> Result<Result<Blueprint, Problems>, SourceError> {
    Ok(Folder::read(view, folder)?.and_then(Blueprint::read))
}

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

/// Where components lie, beside the blueprints that use them.
const COMPONENTS: &str = "components";

/// The names of the bundled blueprints that stand for themselves, sorted.
pub fn bundled_names() -> Vec<String> {
    names_in(&BUNDLED)
}

/// The names of the bundled components, sorted.
pub fn component_names() -> Vec<String> {
    BUNDLED.get_dir(COMPONENTS).map(names_in).unwrap_or_default()
}

fn names_in(folder: &Dir<'_>) -> Vec<String> {
    let has_manifest = |folder: &&Dir<'_>| folder.get_file(folder.path().join("blueprint.yaml")).is_some();
    let folders = folder.dirs().filter(has_manifest);
    let mut names: Vec<String> =
        folders.filter_map(|folder| Some(folder.path().file_name()?.to_string_lossy().into_owned())).collect();
    names.sort();
    names
}

/// The files of a bundled blueprint or component; `None` if there is none of this name.
pub fn component(name: &str) -> Option<Folder> {
    let folder = [name.to_owned(), format!("{COMPONENTS}/{name}")].iter().find_map(|path| {
        BUNDLED.get_dir(path).filter(|dir| dir.get_file(dir.path().join("blueprint.yaml")).is_some())
    })?;
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    Some(Folder::new(RepoPath::new(&folder.path().to_string_lossy()).ok()?, files))
}

/// A bundled blueprint or component; `None` if there is none of this name. The bundled ones pass their checks, so faults mean a broken binary.
pub fn bundled(name: &str) -> Option<Result<Blueprint, Problems>> {
    Some(Blueprint::read(component(name)?))
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

/// Reads the blueprint in a folder of a view. Its components lie beside it or in `components` beside it, else they are bundled ones.
pub fn read(view: &dyn SourceView, folder: &RepoPath) -> Result<Result<Blueprint, Problems>, SourceError> {
    let beside = folder.parent().unwrap_or_else(RepoPath::root);
    let beside = if beside.file_name() == COMPONENTS { beside.parent().unwrap_or(beside) } else { beside };
    let library = |name: &str| {
        for path in [name.to_owned(), format!("{COMPONENTS}/{name}")] {
            let Ok(found) = beside.join(&path) else { continue };
            let Ok(manifest) = found.join("blueprint.yaml") else { continue };
            // What cannot be read is not there; the blueprint itself was read from the same view.
            if view.read(&manifest).ok().flatten().is_some() {
                return Folder::read(view, &found).unwrap_or_else(|_| Err(Problems::new())).map(Some);
            }
        }
        Ok(component(name))
    };
    Ok(Folder::read(view, folder)?.and_then(|folder| Blueprint::read_with(folder, &library)))
}

//! Blueprints through their public surface.

mod answers;
mod argo;
mod bundled;
mod checks;
mod clusters;
mod components;
mod jupyterhub_espsrc;
mod new;
mod random;
mod render;
mod trees;
mod values;

use std::{fs, path::Path};

use treewright::{
    blueprint::{Blueprint, Folder, Problems},
    path::RepoPath,
};

/// Reads a folder of the disk as a blueprint's files.
pub fn folder(location: &str, root: &Path) -> Folder {
    let files = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("the folder can be walked"));
    let files = files.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let path = entry.path().strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        (RepoPath::new(&path).expect("a relative path"), fs::read(entry.path()).expect("readable"))
    });
    Folder::new(RepoPath::new(location).expect("a relative path"), files)
}

/// A blueprint from texts.
pub fn blueprint(files: &[(&str, &str)]) -> Result<Blueprint, Problems> {
    let files = files.iter().map(|(path, text)| (RepoPath::new(path).expect("a path"), text.as_bytes().to_vec()));
    Blueprint::read(Folder::new(RepoPath::new("b").expect("a path"), files))
}

//! Whole builds: against goldens that kubectl wrote, against kubectl itself, and where something is wrong.

mod configurations;
mod controllers;
mod errors;
mod explained;
mod goldens;
mod hashes;
mod lenient;
mod loading;
mod plugins;
mod provenance;
mod replacements;
mod sessions;

use std::{fs, path::Path, sync::Arc};

use treewright::{
    kustomize::{Build, BuildError, Options, Session},
    path::RepoPath,
    source::{EntryKind, Memory},
};

/// A path of the view.
fn path(text: &str) -> RepoPath {
    RepoPath::new(text).expect("a path inside of the repository")
}

/// A view of some files.
fn view(files: &[(&str, &str)]) -> Memory {
    let mut view = Memory::new();
    for (name, text) in files {
        view.insert(path(name), *text);
    }
    view
}

/// A view of a directory on the disk.
fn view_of(directory: &Path) -> Memory {
    let mut view = Memory::new();
    for entry in walkdir::WalkDir::new(directory) {
        let entry = entry.expect("fixtures can be walked");
        let name = entry.path().strip_prefix(directory).expect("below the fixture").to_string_lossy().into_owned();
        if entry.file_type().is_file() {
            view.insert(path(&name), fs::read(entry.path()).expect("readable"));
        } else if entry.file_type().is_symlink() {
            let target = fs::read_link(entry.path()).expect("a link").to_string_lossy().into_owned();
            view.insert_as(path(&name), EntryKind::Symlink, target);
        }
    }
    view
}

/// A session over some files.
fn session(files: &[(&str, &str)], options: Options) -> Session {
    Session::new(Arc::new(view(files)), options)
}

/// Builds the kustomization at the root of some files.
fn build(files: &[(&str, &str)]) -> Result<Build, BuildError> {
    session(files, Options::default()).build(&RepoPath::root())
}

/// What is printed for the kustomization at the root of some files.
fn printed(files: &[(&str, &str)]) -> String {
    build(files).expect("builds").to_yaml().expect("prints")
}

/// The least `ConfigMap` there is.
fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
}

//! `treewright graph`: the picture and every form it is drawn in.

mod browser;
mod formats;
mod page;
mod picture;

use std::{fs, path::Path};

use super::environment::{Environment, files};

/// A repository with two Flux clusters, made by hand.
fn two_clusters() -> Environment {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos/two-clusters");
    let environment = Environment::new();
    for (path, content) in files(&root) {
        environment.write(&path.to_string_lossy(), &String::from_utf8(content).expect("UTF-8"));
    }
    environment
}

/// An expected output.
fn expected(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graph_picture/expected").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

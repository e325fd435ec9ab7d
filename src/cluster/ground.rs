//! What lies in a view before anything is applied.
//!
//! Owns the shape in which whoever reads the files hands them in. Must not know why a file is what it is.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
    yaml::{FileId, Node, Stream},
};

/// The files with objects and the kustomizations of a view.
#[derive(Debug, Default)]
pub struct Ground<'f> {
    /// The YAML files, sorted by path.
    pub files: Vec<GroundFile<'f>>,
    /// What each kustomization names, by its directory.
    pub kustomizations: BTreeMap<RepoPath, Takes>,
}

/// A YAML file.
#[derive(Clone, Copy, Debug)]
pub struct GroundFile<'f> {
    /// Where it lies.
    pub path: &'f RepoPath,
    /// Its number in origins.
    pub id: FileId,
    /// Its content.
    pub stream: &'f Stream,
    /// Whether its objects may declare what is applied, as those of patches and charts do not.
    pub may_declare: bool,
    /// Whether its objects count as standing there where no unit applies them, as those of patches and components do not.
    pub stands: bool,
}

/// What a kustomization names.
#[derive(Clone, Debug, Default)]
pub struct Takes {
    /// Files that it takes objects from.
    pub files: Vec<RepoPath>,
    /// Directories of other kustomizations and components.
    pub directories: Vec<RepoPath>,
    /// Files that it reads something else from, and paths at which nothing lies.
    pub inputs: Vec<RepoPath>,
    /// Whether it may read more than is listed here.
    pub is_open: bool,
    /// Whether it is a component, which is never built on its own.
    pub is_component: bool,
}

impl<'f> Ground<'f> {
    /// The files below a directory, in order.
    pub(super) fn files_below(&self, directory: &RepoPath) -> impl Iterator<Item = &GroundFile<'f>> {
        let prefix = if directory.is_root() { String::new() } else { format!("{directory}/") };
        let first = self.files.partition_point(|file| file.path.as_str() < prefix.as_str());
        self.files.iter().skip(first).take_while(move |file| file.path.as_str().starts_with(&prefix))
    }
}

impl GroundFile<'_> {
    /// The objects in the file as they stand there, the items of lists instead of the lists.
    pub(super) fn objects(&self) -> impl Iterator<Item = RenderedObject> {
        objects_in(self.stream).filter_map(|(id, node)| self.object(id, node))
    }

    /// One object of the file.
    pub(super) fn object(&self, id: ObjectId, node: Node<'_>) -> Option<RenderedObject> {
        let value = Arc::new(node.to_value(self.id).ok()?);
        Some(RenderedObject { id, value, path: self.path.clone(), name_before_hash: None })
    }
}

/// The Kubernetes objects of a file as they stand there, the items of lists instead of the lists.
pub fn objects_in(stream: &Stream) -> impl Iterator<Item = (ObjectId, Node<'_>)> {
    stream.documents().flat_map(|document| {
        let root = document.root();
        let is_list = root.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List"))
            && root.get("items").is_some_and(Node::is_sequence);
        let items: Vec<Node<'_>> = match root.get("items") {
            Some(items) if is_list => items.items().collect(),
            _ => vec![root],
        };
        items.into_iter().filter_map(|node| Some((ObjectId::of_node(node)?, node)))
    })
}

//! What the text at a place names: an object, a file, a directory.
//!
//! Everything is read off the project: the references of rendered objects, whose origins say where each name is written, and the paths in kustomizations, Flux Kustomizations
//! and Applications. Must not know the protocol.

use crate::{
    argo::{Application, ToolBlock},
    graph::{self, Target},
    path::RepoPath,
    project::{self, Object, Project},
    text::Span,
    yaml::{FileId, Kind, Node, Origin},
};

/// What is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// An object, and where it is looked up from: a place in the list of objects.
    Object { target: Target, from: usize },
    /// One key of a Secret or ConfigMap.
    Key { target: Target, key: String, from: usize },
    /// A file.
    File(RepoPath),
    /// A directory.
    Directory(RepoPath),
}

/// Something that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The file it stands in.
    pub(super) path: RepoPath,
    /// The name.
    pub(super) span: Span,
    /// What is named.
    pub(super) end: End,
}

/// What the text at a byte offset names. The same text may name several things, where several clusters render it.
pub(super) fn at(project: &Project, path: &RepoPath, offset: u32) -> Vec<Link> {
    let id = project.file(path).and_then(project::File::id);
    let mut found: Vec<Link> = in_kustomizations(project).filter(|link| link.path == *path).collect();
    found.extend(of_objects(project, |file| Some(file) == id));
    found.retain(|link| link.span.touches(offset as usize));
    found
}

/// Every link of a repository.
pub(super) fn all(project: &Project) -> impl Iterator<Item = Link> {
    in_kustomizations(project).chain(of_objects(project, |_| true))
}

fn in_kustomizations(project: &Project) -> impl Iterator<Item = Link> {
    let files = project.kustomizations().chain(project.misspelt_kustomizations());
    files.flat_map(|file| {
        file.references.iter().filter_map(|reference| {
            let end = match &reference.target {
                project::Target::File(path) => End::File(path.clone()),
                project::Target::Directory(path) => End::Directory(path.clone()),
                project::Target::Missing(_) | project::Target::Outside | project::Target::Remote => return None,
            };
            Some(Link { path: file.path.clone(), span: reference.span, end })
        })
    })
}

/// The links of objects, as far as they stand in files that `wanted` chooses.
fn of_objects(project: &Project, wanted: impl Fn(FileId) -> bool) -> Vec<Link> {
    let mut found = Vec::new();
    let mut add = |origin: Origin, end: End| {
        let place = wanted(origin.file).then(|| project.node_of(origin)).flatten();
        // Where nothing is written the origin is that of the object.
        let place = place.filter(|(_, node)| node.kind() == Kind::Scalar);
        found.extend(place.map(|(path, node)| Link { path: path.clone(), span: first_line(node), end }));
    };
    for (from, object) in project.objects().iter().enumerate() {
        for reference in graph::references_of(object) {
            add(reference.origin, End::Object { target: reference.to.clone(), from });
            if let (Some(origin), Some(key)) = (reference.key_origin, &reference.key) {
                add(origin, End::Key { target: reference.to, key: key.to_string(), from });
            }
        }
        for (origin, end) in paths_of(project, object) {
            add(origin, end);
        }
    }
    for flux in project.flux_kustomizations() {
        add(flux.path_origin, End::Directory(flux.path.clone()));
    }
    found
}

/// The directories and value files of an Application, or of the template of an ApplicationSet.
fn paths_of(project: &Project, object: &Object) -> Vec<(Origin, End)> {
    let template = object.value.pointer(&["spec", "template"]).filter(|_| object.id.kind == "ApplicationSet");
    let mut id = object.id.clone();
    if template.is_some() {
        id.kind = "Application".into();
    }
    let Some(application) = Application::of(&id, template.unwrap_or(&object.value)) else { return Vec::new() };
    let mut found = Vec::new();
    for source in &application.sources {
        let directory = source.path.as_ref().and_then(|(path, origin)| Some((below_root(path)?, *origin)));
        let base = directory.as_ref().map_or_else(RepoPath::root, |(path, _)| path.clone());
        found.extend(directory.map(|(path, origin)| (origin, End::Directory(path))));
        let helm = source.tools.iter().filter_map(|tool| match tool {
            ToolBlock::Helm(helm) => Some(helm),
            _ => None,
        });
        for (file, origin) in helm.flat_map(|helm| &helm.value_files) {
            let referenced = file.strip_prefix('$').and_then(|rest| rest.split_once('/'));
            let path = match referenced {
                Some((_, below)) => RepoPath::new(below).ok(),
                None => base.join(file).ok(),
            };
            // Whether the source is this repository, only the file can tell.
            let is_here = |path: &RepoPath| matches!(project.view().kind(path), Ok(Some(kind)) if kind.is_file());
            found.extend(path.filter(is_here).map(|path| (*origin, End::File(path))));
        }
    }
    found
}

fn below_root(path: &str) -> Option<RepoPath> {
    RepoPath::new(path.trim_start_matches('/')).ok()
}

/// The first line of a node: what a name can be is a scalar of one line.
fn first_line(node: Node<'_>) -> Span {
    let span = node.span();
    let length = node.source().find('\n').unwrap_or(span.len());
    Span::new(span.start as usize, span.start as usize + length)
}

//! Kustomization files and every file they name.
//!
//! Read leniently from the text, because rules want to know what a broken kustomization names, too. Must not know how a kustomization is built.

use std::collections::{BTreeMap, HashMap};

use super::{
    File, Role,
    files::Role::{Input, Resource},
};
use crate::{
    kustomize::{self, is_kustomization_name, is_remote, misspelt_kustomization_name},
    manifest::ObjectId,
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView},
    text::Span,
    yaml::{Document, Node},
};

/// Where a reference of a kustomization leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a file.
    File(RepoPath),
    /// To a directory.
    Directory(RepoPath),
    /// To nothing; this is where it should be.
    Missing(RepoPath),
    /// Out of the repository, by an absolute path or too many `..`.
    Outside,
    /// To another repository or a URL.
    Remote,
}

/// One path named in a kustomization file.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The field it stands in.
    pub field: &'static str,
    /// As it is written.
    pub text: String,
    /// Where it is written.
    pub span: Span,
    /// What role the target plays.
    pub role: Role,
    /// Where it leads.
    pub target: Target,
}

/// A kustomization file.
#[derive(Clone, Debug)]
pub struct KustomizationFile {
    /// The file.
    pub path: RepoPath,
    /// The directory it describes.
    pub directory: RepoPath,
    /// Whether it is a component.
    pub is_component: bool,
    /// Whether it has generators, transformers or validators, which may read files that are not listed here, or makes Secrets.
    pub is_open: bool,
    /// All paths it names, in the order of its text.
    pub references: Vec<Reference>,
}

impl KustomizationFile {
    /// The entries that name something which an entry before them in the same list names already, each with that one. In lists of mappings an entry says more than
    /// its path.
    pub fn repeated(&self) -> impl Iterator<Item = (&Reference, &Reference)> {
        let is_listed = |field: &str| PATH_LISTS.iter().any(|(list, _)| *list == field);
        let same = |one: &Reference, other: &Reference| {
            one.field == other.field
                && match (&one.target, &other.target) {
                    (Target::Remote, Target::Remote) => one.text == other.text,
                    (Target::File(_) | Target::Directory(_), _) => one.target == other.target,
                    _ => false,
                }
        };
        self.references.iter().enumerate().filter(move |(_, one)| is_listed(one.field)).filter_map(
            move |(index, one)| Some((one, self.references.get(..index)?.iter().find(|other| same(one, other))?)),
        )
    }
}

/// All kustomization files, each by its directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Kustomizations {
    /// Those that kustomize finds.
    pub(super) found: BTreeMap<RepoPath, KustomizationFile>,
    /// Those that kustomize overlooks because of their name, in directories without another.
    pub(super) misspelt: BTreeMap<RepoPath, KustomizationFile>,
}

/// Reads all kustomization files, by directory.
pub(super) fn read(view: &dyn SourceView, files: &[File]) -> Result<Kustomizations, SourceError> {
    let mut all = Kustomizations::default();
    for file in files {
        let name = file.path.file_name();
        if !is_kustomization_name(name) && misspelt_kustomization_name(name).is_none() {
            continue;
        }
        let Some(directory) = file.path.parent() else { continue };
        let root = file.stream().and_then(|stream| stream.documents().next()).map(crate::yaml::Document::root);
        if is_kustomization_name(name) {
            if !root.is_some_and(is_foreign) {
                let kustomization = read_one(view, &file.path, directory, root)?;
                all.found.insert(kustomization.directory.clone(), kustomization);
            }
        } else if file.role == Role::Unclaimed && root.is_some_and(is_kustomization) {
            let kustomization = read_one(view, &file.path, directory, root)?;
            all.misspelt.insert(kustomization.directory.clone(), kustomization);
        }
    }
    all.misspelt.retain(|directory, _| !all.found.contains_key(directory));
    Ok(all)
}

fn read_one(
    view: &dyn SourceView,
    path: &RepoPath,
    directory: RepoPath,
    root: Option<Node<'_>>,
) -> Result<KustomizationFile, SourceError> {
    let mut references = Vec::new();
    if let Some(root) = root {
        collect(root, &mut |field, role, node| {
            let Some(text) = node.text() else { return Ok(()) };
            // A generator's file may be given as `key=path`.
            let path = text.split_once('=').filter(|_| field.ends_with("Generator")).map_or(text, |(_, path)| path);
            let target = locate(view, &directory, path)?;
            references.push(Reference { field, text: text.to_owned(), span: node.span(), role, target });
            Ok(())
        })?;
    }
    references.shrink_to_fit();
    references.sort_by_key(|reference| reference.span);
    let is_component = root.and_then(|root| root.get("kind")).and_then(Node::text) == Some("Component");
    let is_open = root.is_some_and(|root| PLUGINS.iter().any(|field| root.get(field).is_some()));
    Ok(KustomizationFile { path: path.clone(), directory, is_component, is_open, references })
}

/// Whether a file with the name of a kustomization holds another object, such as a Flux Kustomization.
fn is_foreign(root: Node<'_>) -> bool {
    ObjectId::of_node(root).is_some_and(|id| id.group != kustomize::GROUP)
}

/// Whether a file is a kustomization, whatever its name: it says so, or says nothing and has a kustomization's lists.
fn is_kustomization(root: Node<'_>) -> bool {
    match ObjectId::of_node(root) {
        Some(id) => id.group == kustomize::GROUP,
        None => PATH_LISTS.iter().any(|(field, _)| root.get(field).is_some_and(Node::is_sequence)),
    }
}

type Visit<'v> = dyn FnMut(&'static str, Role, Node<'_>) -> Result<(), SourceError> + 'v;

/// Fields that hold or name objects which read files themselves, or that make Secrets, which output must know to hide them.
const PLUGINS: &[&str] =
    &["generators", "transformers", "validators", "helmCharts", "helmChartInflationGenerator", "secretGenerator"];

/// Fields that are lists of paths.
const PATH_LISTS: &[(&str, Role)] = &[
    ("resources", Resource),
    ("bases", Resource),
    ("components", Resource),
    ("crds", Input),
    ("configurations", Input),
    ("generators", Input),
    ("transformers", Input),
    ("validators", Input),
    ("patchesStrategicMerge", Input),
];

/// Fields that are lists of mappings with a path in one of their fields.
const PATHS_IN_LISTS: &[(&str, &str)] = &[
    ("patches", "path"),
    ("patchesJson6902", "path"),
    ("replacements", "path"),
    ("helmCharts", "valuesFile"),
    ("helmChartInflationGenerator", "values"),
];

fn collect(root: Node<'_>, visit: &mut Visit<'_>) -> Result<(), SourceError> {
    for &(field, role) in PATH_LISTS {
        for item in root.get(field).into_iter().flat_map(Node::items) {
            // Inline patches, transformers and generators are texts of several lines.
            if item.text().is_some_and(|text| !text.contains('\n')) {
                visit(field, role, item)?;
            }
        }
    }
    // kustomize refuses paths in `patches`, but what is meant is plain.
    for item in root.get("patches").into_iter().flat_map(Node::items) {
        if item.text().is_some_and(|text| !text.contains('\n')) {
            visit("patches", Input, item)?;
        }
    }
    for &(field, key) in PATHS_IN_LISTS {
        for path in root.get(field).into_iter().flat_map(Node::items).filter_map(|item| item.get(key)) {
            visit(field, Input, path)?;
        }
    }
    for chart in root.get("helmCharts").into_iter().flat_map(Node::items) {
        for path in chart.get("additionalValuesFiles").into_iter().flat_map(Node::items) {
            visit("helmCharts", Input, path)?;
        }
    }
    if let Some(path) = root.at(&["openapi", "path"]) {
        visit("openapi", Input, path)?;
    }
    for field in ["configMapGenerator", "secretGenerator"] {
        for generator in root.get(field).into_iter().flat_map(Node::items) {
            collect_generator(field, generator, visit)?;
        }
    }
    Ok(())
}

fn collect_generator(field: &'static str, generator: Node<'_>, visit: &mut Visit<'_>) -> Result<(), SourceError> {
    for key in ["files", "envs"] {
        for item in generator.get(key).into_iter().flat_map(Node::items) {
            visit(field, Input, item)?;
        }
    }
    generator.get("env").map_or(Ok(()), |path| visit(field, Input, path))
}

fn locate(view: &dyn SourceView, directory: &RepoPath, text: &str) -> Result<Target, SourceError> {
    if is_remote(text) {
        return Ok(Target::Remote);
    }
    let Ok(path) = directory.join(text) else { return Ok(Target::Outside) };
    Ok(match view.resolve(&path) {
        Ok(Some(resolved)) if resolved.kind == EntryKind::Directory => Target::Directory(resolved.path),
        Ok(Some(resolved)) => Target::File(resolved.path),
        Ok(None) => Target::Missing(path),
        Err(SourceError::LinkEscapes { .. } | SourceError::LinkLoop { .. }) => Target::Outside,
        Err(error) => return Err(error),
    })
}

/// Gives each named file the role in which it is named; a file named in several ways is a resource first.
pub(super) fn assign_roles(files: &mut [File], by_path: &HashMap<RepoPath, usize>, kustomizations: &Kustomizations) {
    let all = kustomizations.found.values().chain(kustomizations.misspelt.values());
    for reference in all.flat_map(|kustomization| &kustomization.references) {
        let Target::File(path) = &reference.target else { continue };
        let Some(file) = by_path.get(path).and_then(|&index| files.get_mut(index)) else { continue };
        if file.role != Role::Resource && file.role != Role::Kustomization {
            file.role = reference.role;
        }
    }
    let taken: Vec<RepoPath> =
        kustomizations.found.values().flat_map(|one| taken_by_programs(files, by_path, one)).collect();
    for file in files.iter_mut().filter(|file| file.role == Role::Unclaimed) {
        if taken.iter().any(|path| file.path.is_under(path)) {
            file.role = Input;
        }
    }
    for kustomization in kustomizations.misspelt.values() {
        if let Some(file) = by_path.get(&kustomization.path).and_then(|&index| files.get_mut(index)) {
            file.role = Role::Kustomization;
        }
    }
}

/// The files and directories that configurations of generators and transformers name: what these programs make of them is not what stands there.
fn taken_by_programs(
    files: &[File],
    by_path: &HashMap<RepoPath, usize>,
    kustomization: &KustomizationFile,
) -> Vec<RepoPath> {
    let configurations = kustomization.references.iter().filter_map(|reference| match &reference.target {
        Target::File(path) if matches!(reference.field, "generators" | "transformers") => by_path.get(path),
        _ => None,
    });
    let mut named = Vec::new();
    for stream in configurations.filter_map(|&index| files.get(index)?.stream()) {
        let mut pending: Vec<Node<'_>> = stream.documents().map(Document::root).collect();
        while let Some(node) = pending.pop() {
            if node.is_alias() {
                continue;
            }
            pending.extend(node.items().chain(node.entries().map(|entry| entry.value)));
            let path = node.text().and_then(|text| kustomization.directory.join(text).ok());
            let is_there = |path: &RepoPath| {
                by_path.contains_key(path)
                    || !kustomization.directory.is_under(path) && files.iter().any(|file| file.path.is_under(path))
            };
            named.extend(path.filter(is_there));
        }
    }
    named
}

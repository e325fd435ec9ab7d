//! The YAML files of a view.
//!
//! Owns which files count as YAML, and the role each plays. Must not know what kustomizations do.

use std::{collections::BTreeSet, sync::Arc};

use rayon::prelude::*;

use crate::{
    cluster::objects_in,
    kustomize::{self, Problem, Session, is_kustomization_name, misspelt_kustomization_name},
    manifest::ObjectId,
    path::RepoPath,
    source::{SourceError, SourceView},
    yaml::{FileId, Node, Stream},
};

/// What a file is for, as far as kustomizations and charts tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Nothing names it; its content decides.
    Unclaimed,
    /// A kustomization file.
    Kustomization,
    /// A kustomization takes its objects in.
    Resource,
    /// A kustomization uses it as a patch, a generator's input, a configuration or values; it holds no objects of its own.
    Input,
    /// It belongs to a Helm chart: `Chart.yaml`, its values and its custom resource definitions.
    Chart,
}

/// One YAML file.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it lies.
    pub path: RepoPath,
    /// What it is for.
    pub role: Role,
    /// Why it could not even be read.
    pub unreadable: Option<String>,
    inner: Option<Arc<kustomize::File>>,
}

impl File {
    /// The number of the file in origins.
    pub fn id(&self) -> Option<FileId> {
        self.inner.as_ref().map(|file| file.id())
    }

    /// The parsed file; `None` if it is not YAML.
    pub fn stream(&self) -> Option<&Stream> {
        self.inner.as_ref()?.stream().ok()
    }

    /// Why the file is not YAML.
    pub fn fault(&self) -> Option<Box<Problem>> {
        self.inner.as_ref()?.stream().err()
    }

    /// Whether nothing takes the file in, and its name says that it is a patch: `replicas_patch.yaml`, `patches/hub.yaml`.
    pub fn is_patch_by_name(&self) -> bool {
        let folder = self.path.parent().is_some_and(|folder| folder.file_name() == "patches");
        self.role == Role::Unclaimed && (folder || self.path.file_name().contains("patch"))
    }

    /// Whether the file is a template that another program makes YAML of before anybody reads it: nothing here takes it in, and it has marks of a template, or it is
    /// encrypted as a whole.
    pub fn is_template(&self) -> bool {
        const MARKS: &[&str] = &["{{", "{%", "<%", "<#if", "<#list", "<#assign"];
        const ENGINES: &[&str] = &["erb", "ftl", "gotmpl", "j2", "jinja", "jinja2", "mustache", "tmpl", "tpl"];
        let Some(text) = self.inner.as_ref().map(|file| file.text()) else { return false };
        // What is no text is the work of a program such as git-crypt.
        let Some(text) = text else { return self.inner.as_ref().is_some_and(|file| file.is_encrypted()) };
        let is_blank = |line: &str| {
            let inner = line.trim().strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
            inner.is_some_and(|inner| inner.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        };
        let has_marks = || MARKS.iter().any(|mark| text.as_str().contains(mark)) || text.as_str().lines().any(is_blank);
        let is_named_so = || self.path.file_name().rsplit('.').nth(1).is_some_and(|before| ENGINES.contains(&before));
        matches!(self.role, Role::Unclaimed | Role::Chart) && (is_named_so() || has_marks())
    }

    /// Why objects in the file have no value: they have keys that are no strings, or multiply beyond measure.
    pub fn refusals(&self) -> impl Iterator<Item = Problem> {
        let file = self.inner.as_ref();
        let refused = move |(_, node): (ObjectId, Node<'_>)| {
            let file = file?;
            node.to_value(file.id()).err().map(|error| *file.refusal(error))
        };
        self.objects().filter_map(refused)
    }

    /// The Kubernetes objects in the file as they stand there, the items of lists instead of the lists.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, Node<'_>)> {
        self.stream().into_iter().flat_map(objects_in)
    }
}

/// Reads and parses all YAML files, sorted by path.
pub(super) fn read(view: &dyn SourceView, session: &Session) -> Result<Vec<File>, SourceError> {
    let paths: Vec<RepoPath> =
        view.list()?.into_iter().filter(|entry| entry.kind.is_file()).map(|entry| entry.path).collect();
    let charts: BTreeSet<RepoPath> =
        paths.iter().filter(|path| path.file_name() == "Chart.yaml").filter_map(RepoPath::parent).collect();
    let blueprints = blueprints(view, &paths)?;
    let yaml = |path: &RepoPath| {
        (matches!(path.extension(), Some("yaml" | "yml"))
            || is_kustomization_name(path.file_name())
            || misspelt_kustomization_name(path.file_name()).is_some())
            && !blueprints.iter().any(|blueprint| path.is_under(blueprint))
    };
    let files: Vec<File> = paths
        .into_par_iter()
        .filter(yaml)
        .filter_map(|path| {
            let role = match place_in_chart(&path, &charts) {
                Some(PlaceInChart::Template) => return None,
                Some(PlaceInChart::Beside) => Role::Chart,
                None if is_kustomization_name(path.file_name()) => Role::Kustomization,
                None => Role::Unclaimed,
            };
            let (inner, unreadable) = match session.file(&path) {
                Ok(inner) => (inner, None),
                Err(error) => (None, Some(error.to_string())),
            };
            if let Some(file) = &inner {
                // Parsed here, on this thread, so that later steps find it done.
                let _ = file.stream();
            }
            Some(File { path, role, unreadable, inner })
        })
        .collect();
    Ok(files)
}

/// The folders that hold a blueprint: their YAML is templates, which `blueprint check` looks at.
fn blueprints(view: &dyn SourceView, paths: &[RepoPath]) -> Result<Vec<RepoPath>, SourceError> {
    let mut folders = Vec::new();
    for path in paths.iter().filter(|path| path.file_name() == "blueprint.yaml") {
        let text = view.read(path)?.unwrap_or_default();
        let is_blueprint = text.split(|&byte| byte == b'\n').any(|line| line.starts_with(b"blueprint:"));
        folders.extend(path.parent().filter(|_| is_blueprint));
    }
    Ok(folders)
}

enum PlaceInChart {
    Template,
    Beside,
}

/// What a file is to the chart that holds it, if one does.
fn place_in_chart(path: &RepoPath, charts: &BTreeSet<RepoPath>) -> Option<PlaceInChart> {
    let mut below = path.clone();
    while let Some(directory) = below.parent() {
        if charts.contains(&directory) {
            let name = below.file_name();
            let own_file = directory == path.parent().unwrap_or_else(RepoPath::root)
                && (name == "Chart.yaml" || name == "Chart.lock" || name.starts_with("values"));
            return match name {
                "templates" => Some(PlaceInChart::Template),
                "crds" | "charts" | "ci" => Some(PlaceInChart::Beside),
                _ if own_file => Some(PlaceInChart::Beside),
                _ => None,
            };
        }
        below = directory;
    }
    None
}

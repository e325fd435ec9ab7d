//! The schemas that hold in a view.
//!
//! Owns their order: what a cluster is given wins over CustomResourceDefinitions that somebody names, these over those that only lie in the view, these over the
//! schemas that the view keeps, and those over the embedded ones. Must not know what is checked against them.

use std::{collections::BTreeSet, sync::Arc};

use super::{File, Object, Project};
use crate::{
    cluster::objects_in,
    manifest::{AddedSchemas, ObjectId, RemovedApi, removed_api},
    path::RepoPath,
    schema::{Catalogue, Entry, entries_of_definition},
    source::{SourceError, SourceView},
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

/// The schemas of each cluster.
pub(super) struct Schemas {
    /// Those outside of all clusters.
    all: Arc<Catalogue>,
    /// In the order of the model's clusters.
    clusters: Vec<Catalogue>,
    /// Files with schemas that cannot be used, and why.
    broken: Vec<(RepoPath, String)>,
}

impl Project {
    /// The schemas of kinds that hold in a cluster of the model, or outside of all. Those of Kubernetes are of the version that the configuration names.
    ///
    /// Clusters may run different versions of what they are given: a CustomResourceDefinition that one of them is given says nothing about the others.
    pub fn schemas(&self, cluster: Option<usize>) -> &Catalogue {
        let schemas = self.known_schemas();
        cluster.and_then(|cluster| schemas.clusters.get(cluster)).unwrap_or(&schemas.all)
    }

    fn known_schemas(&self) -> &Schemas {
        self.schemas.get_or_init(|| Schemas::of(self))
    }

    /// Files among the schemas that the view keeps that cannot be used, and why.
    pub fn broken_schemas(&self) -> &[(RepoPath, String)] {
        &self.known_schemas().broken
    }

    /// The second number of the version of Kubernetes that the clusters run, if anybody said.
    pub fn kubernetes_minor(&self) -> Option<u32> {
        self.kinds.kubernetes
    }

    /// What is known of an API version, if the clusters do not serve it any more.
    pub fn removed_api(&self, id: &ObjectId) -> Option<&'static RemovedApi> {
        let is_gone = |minor: u32| self.kinds.kubernetes.is_none_or(|own| minor <= own);
        removed_api(id).filter(|api| api.kubernetes_minor().is_none_or(is_gone))
    }

    /// The schemas of kinds that hold where an object is applied.
    pub fn schemas_of(&self, object: &Object) -> &Catalogue {
        self.schemas(self.model.units.get(object.unit).and_then(|unit| unit.cluster))
    }
}

impl Schemas {
    fn of(project: &Project) -> Self {
        let known = &project.kinds;
        let base = known.kubernetes.map_or_else(Catalogue::embedded, Catalogue::of_kubernetes);
        let mut given: Vec<Vec<&Object>> = vec![Vec::new(); project.model.clusters.len()];
        let mut loose: Vec<&Object> = Vec::new();
        let mut applied: BTreeSet<&RepoPath> = BTreeSet::new();
        for object in project.objects.iter().filter(|object| is_definition(&object.id)) {
            let cluster = project.model.units.get(object.unit).and_then(|unit| unit.cluster);
            match cluster.and_then(|cluster| given.get_mut(cluster)) {
                Some(given) => {
                    applied.insert(&object.path);
                    given.push(object);
                }
                None => loose.push(object),
            }
        }
        let is_named = |path: &RepoPath| known.folders.iter().any(|folder| path.is_under(folder) || path == folder);
        let (named, other): (Vec<&File>, Vec<&File>) = project.files.iter().partition(|file| is_named(&file.path));
        let other = other.into_iter().filter(|file| !applied.contains(&file.path));
        let kept = AddedSchemas::of_view(project.view());
        let (mut kinds, broken) = kept.map(|kept| (kept.kinds, kept.broken)).unwrap_or_default();
        kinds.extend(other.flat_map(definitions_in));
        kinds.extend(loose.into_iter().flat_map(|object| entries_of_definition(&object.value)));
        kinds.extend(named.into_iter().flat_map(definitions_in));
        kinds.extend(known.definitions.iter().flat_map(entries_of_definition));
        let all = Arc::new(Catalogue::with(base, kinds));
        let of_cluster = |objects: Vec<&Object>| {
            Catalogue::with(&all, objects.into_iter().flat_map(|object| entries_of_definition(&object.value)).collect())
        };
        Self { clusters: given.into_iter().map(of_cluster).collect(), all, broken }
    }
}

/// Whether an object is a CustomResourceDefinition.
fn is_definition(id: &ObjectId) -> bool {
    id.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

/// The CustomResourceDefinitions in the YAML files of a view. What is no YAML is passed over.
pub fn definitions_of(view: &dyn SourceView) -> Result<Vec<Arc<Value>>, SourceError> {
    let mut found = Vec::new();
    for entry in
        view.list()?.into_iter().filter(|entry| matches!(entry.path.extension(), Some("yaml" | "yml" | "json")))
    {
        let text = view.read_file(&entry.path)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(Ok(stream)) = text.map(|text| Stream::parse(SourceText::new(text))) else { continue };
        let definitions = objects_in(&stream).filter(|(id, _)| is_definition(id));
        found.extend(definitions.filter_map(|(_, node)| node.to_value(FileId(u32::MAX)).ok()).map(Arc::new));
    }
    Ok(found)
}

fn definitions_in(file: &File) -> Vec<Entry> {
    let definitions = file.objects().filter(|(id, _)| is_definition(id));
    let values = definitions.filter_map(|(_, node)| node.to_value(file.id().unwrap_or(FileId(u32::MAX))).ok());
    values.flat_map(|value: Value| entries_of_definition(&Arc::new(value))).collect()
}

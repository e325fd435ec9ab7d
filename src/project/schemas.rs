//! The schemas that hold in a view.
//!
//! Owns their order: what a cluster is given wins over CustomResourceDefinitions that only lie in the view, these over the schemas that the view keeps, and those
//! over the embedded ones. Must not know what is checked against them.

use std::{collections::BTreeSet, sync::Arc};

use super::{File, Object, Project};
use crate::{
    config,
    manifest::{AddedSchemas, ObjectId},
    path::RepoPath,
    schema::{Catalogue, Entry, entries_of_definition},
    yaml::{FileId, Value},
};

/// The schemas of each cluster.
pub(super) struct Schemas {
    /// Those outside of all clusters.
    all: Arc<Catalogue>,
    /// In the order of the model's clusters.
    clusters: Vec<Catalogue>,
}

impl Project {
    /// The schemas of kinds that hold in a cluster of the model, or outside of all. Those of Kubernetes are of the version that the configuration names.
    ///
    /// Clusters may run different versions of what they are given: a CustomResourceDefinition that one of them is given says nothing about the others.
    pub fn schemas(&self, cluster: Option<usize>) -> &Catalogue {
        let schemas = self.schemas.get_or_init(|| Schemas::of(self));
        cluster.and_then(|cluster| schemas.clusters.get(cluster)).unwrap_or(&schemas.all)
    }

    /// The schemas of kinds that hold where an object is applied.
    pub fn schemas_of(&self, object: &Object) -> &Catalogue {
        self.schemas(self.model.units.get(object.unit).and_then(|unit| unit.cluster))
    }
}

impl Schemas {
    fn of(project: &Project) -> Self {
        // Whoever reads the configuration to lint says what is wrong with it.
        let config = config::load(project.view()).unwrap_or_default();
        let base = config.kubernetes_minor().map_or_else(Catalogue::embedded, Catalogue::of_kubernetes);
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
        let is_named = |path: &RepoPath| config.crds.iter().any(|folder| path.is_under(folder) || path == folder);
        let (named, other): (Vec<&File>, Vec<&File>) = project.files.iter().partition(|file| is_named(&file.path));
        let other = other.into_iter().filter(|file| !applied.contains(&file.path));
        let mut kinds = AddedSchemas::of_view(project.view()).map(|added| added.kinds).unwrap_or_default();
        kinds.extend(other.flat_map(definitions_in));
        kinds.extend(loose.into_iter().flat_map(|object| entries_of_definition(&object.value)));
        kinds.extend(named.into_iter().flat_map(definitions_in));
        let all = Arc::new(Catalogue::with(base, kinds));
        let of_cluster = |objects: Vec<&Object>| {
            Catalogue::with(&all, objects.into_iter().flat_map(|object| entries_of_definition(&object.value)).collect())
        };
        Self { clusters: given.into_iter().map(of_cluster).collect(), all }
    }
}

/// Whether an object is a CustomResourceDefinition.
fn is_definition(id: &ObjectId) -> bool {
    id.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

fn definitions_in(file: &File) -> Vec<Entry> {
    let definitions = file.objects().filter(|(id, _)| is_definition(id));
    let values = definitions.filter_map(|(_, node)| node.to_value(file.id().unwrap_or(FileId(u32::MAX))).ok());
    values.flat_map(|value: Value| entries_of_definition(&Arc::new(value))).collect()
}

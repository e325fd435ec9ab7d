//! The objects that reach a cluster.
//!
//! Owns their list: what units render, and what stands in files that no unit renders. Must not know rules.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{File, KustomizationFile, Placement, Role, Unit};
use crate::{
    flux::FluxKustomization,
    graph::{Produced, produced},
    kustomize::{Provenance, Session},
    manifest::ObjectId,
    path::RepoPath,
    yaml::{FileId, Origin, Value},
};

/// An object that reaches a cluster.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its identity there. No namespace means that none is known: it depends on who applies it.
    pub id: ObjectId,
    /// Its content; every part knows where it was written.
    pub value: Arc<Value>,
    /// The file it is written in, or the kustomization that generates it.
    pub path: RepoPath,
    /// The directory of the unit that renders it; `None` if no unit does.
    pub unit: Option<RepoPath>,
    /// The name before a content hash was added to it.
    pub name_before_hash: Option<String>,
}

impl Object {
    /// The Secrets and ConfigMaps that the object brings into the cluster, a generated one under both of its names.
    pub fn produced(&self) -> Vec<Produced> {
        let mut all = produced(&self.id, &self.value);
        if let Some(name) = &self.name_before_hash {
            let unhashed: Vec<Produced> = all.iter().map(|one| Produced { name: name.into(), ..one.clone() }).collect();
            all.extend(unhashed);
        }
        all
    }

    /// Where the object is written.
    pub fn origin(&self) -> Origin {
        self.value.origin
    }
}

pub(super) fn collect(
    session: &Session,
    files: &[File],
    by_path: &HashMap<RepoPath, usize>,
    units: &[Unit],
    kustomizations: &BTreeMap<RepoPath, KustomizationFile>,
    flux: &[FluxKustomization],
) -> Vec<Object> {
    let mut objects = Vec::new();
    let mut rendered: BTreeSet<RepoPath> = BTreeSet::new();
    for unit in units {
        let first = objects.len();
        for build in unit.builds.iter().flatten() {
            for resource in &build.resources {
                let origin = resource.provenance().origin();
                let Some(path) = session.path_of(origin.file) else { continue };
                let Some(id) = ObjectId::of_value(resource.value()) else { continue };
                let generated = matches!(resource.provenance(), Provenance::Generated { .. });
                let name_before_hash =
                    generated.then(|| resource.previous_ids().last().map(|id| id.name.to_string())).flatten();
                rendered.insert(path.clone());
                let mut value = resource.shared_value();
                if value.origin != origin {
                    Arc::make_mut(&mut value).origin = origin;
                }
                objects.push(Object { id, value, path, unit: Some(unit.directory.clone()), name_before_hash });
            }
        }
        for path in unit.generated.iter().flat_map(|generated| &generated.files) {
            if let Some(file) = by_path.get(path).map(|&index| &files[index]) {
                rendered.insert(path.clone());
                objects.extend(standing(file, Some(&unit.directory)));
            }
        }
        place(&mut objects[first..], &unit.placement(flux));
    }
    let components: Vec<&RepoPath> =
        kustomizations.values().filter(|one| one.is_component).map(|one| &one.directory).collect();
    let rest = files.iter().filter(|file| {
        matches!(file.role, Role::Unclaimed | Role::Resource)
            && !rendered.contains(&file.path)
            && !components.iter().any(|directory| file.path.is_under(directory))
    });
    objects.extend(rest.flat_map(|file| standing(file, None)));
    objects
}

/// Gives the objects of a unit the namespaces that they have in the cluster.
fn place(objects: &mut [Object], placement: &Placement) {
    for object in objects.iter_mut().filter(|object| !object.id.is_cluster_scoped()) {
        match placement {
            Placement::AsWritten => {}
            Placement::Moved(name, _) => object.id.namespace = Some(name.clone()),
            Placement::Various => object.id.namespace = None,
        }
    }
}

/// The objects of a file as they stand there.
fn standing<'f>(file: &'f File, unit: Option<&'f RepoPath>) -> impl Iterator<Item = Object> + 'f {
    let file_id = file.id().unwrap_or(FileId(u32::MAX));
    file.objects().filter_map(move |(id, node)| {
        let value = node.to_value(file_id).ok()?;
        Some(Object {
            id,
            value: Arc::new(value),
            path: file.path.clone(),
            unit: unit.cloned(),
            name_before_hash: None,
        })
    })
}

//! What lies in the view, in the shape in which the cluster model takes it.
//!
//! Must not know what is made of it.

use std::collections::{BTreeMap, HashSet};

use super::{File, KustomizationFile, Role, Target, left_out::named_in_comments};
use crate::{
    cluster::{Ground, GroundFile, Takes},
    config::Paths,
    path::RepoPath,
};

pub(super) fn ground<'f>(
    files: &'f [File],
    kustomizations: &BTreeMap<RepoPath, KustomizationFile>,
    archived: &Paths,
) -> Ground<'f> {
    let components: Vec<&RepoPath> =
        kustomizations.values().filter(|one| one.is_component).map(|one| &one.directory).collect();
    // What a comment takes out declares nothing.
    let commented = files.iter().filter(|file| file.role == Role::Kustomization).filter_map(|file| {
        let directory = file.path.parent()?;
        Some(named_in_comments(file.stream()?, &directory).collect::<Vec<_>>())
    });
    let commented: HashSet<RepoPath> = commented.flatten().collect();
    let files = files.iter().filter(|file| !archived.contain(&file.path)).filter_map(|file| {
        let is_part = || components.iter().any(|directory| file.path.is_under(directory));
        Some(GroundFile {
            path: &file.path,
            id: file.id()?,
            stream: file.stream()?,
            may_declare: match file.role {
                Role::Input | Role::Chart => false,
                Role::Unclaimed => !commented.contains(&file.path),
                _ => true,
            },
            stands: matches!(file.role, Role::Unclaimed | Role::Resource) && !is_part() && !file.is_patch_by_name(),
        })
    });
    let applied = kustomizations.values().filter(|one| !archived.contain(&one.directory));
    let kustomizations = applied.map(|one| (one.directory.clone(), takes(one)));
    Ground { files: files.collect(), kustomizations: kustomizations.collect() }
}

fn takes(kustomization: &KustomizationFile) -> Takes {
    let is_open = kustomization.is_open;
    let mut takes = Takes { is_component: kustomization.is_component, is_open, ..Takes::default() };
    for reference in &kustomization.references {
        match &reference.target {
            Target::File(path) if reference.role == Role::Resource => takes.files.push(path.clone()),
            Target::Directory(path) => takes.directories.push(path.clone()),
            Target::File(path) | Target::Missing(path) => takes.inputs.push(path.clone()),
            Target::Outside | Target::Remote => {}
        }
    }
    takes
}

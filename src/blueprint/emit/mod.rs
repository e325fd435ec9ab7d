//! From a model to the files of one engine.
//!
//! Owns what the engines have in common. Must not know manifests, nor where the files go.

pub(super) mod argo;
pub(super) mod flux;
mod handed;
mod objects;

use serde_json::Value as Json;

use super::{
    manifest::Stage,
    model::{Model, ObjectFile},
    render::plain_or_quoted,
};
use crate::path::RepoPath;

/// Files by their paths inside of the instance. A path may come twice: the caller refuses that.
type Files = Vec<(RepoPath, String)>;

/// Where an instance lies, and what reconciles it.
pub(super) struct Delivery<'a> {
    /// The name of the instance.
    pub instance: &'a str,
    /// Its directory.
    pub path: &'a RepoPath,
    /// What was answered about the engine.
    pub gitops: Json,
}

impl Delivery<'_> {
    /// An answer about the engine; empty if there is none.
    fn text(&self, name: &str) -> &str {
        self.gitops.get(name).and_then(Json::as_str).unwrap_or_default()
    }
}

/// The stages that a model has objects for, in their order.
fn stages(model: &Model) -> Vec<Stage> {
    let files = model.files.iter().filter(|file| has_objects(&file.text)).map(|file| file.stage);
    let made = model.stores.iter().filter(|store| store.auth.is_some()).map(|store| store.stage);
    let mut stages: Vec<Stage> = model.namespaces.iter().map(|namespace| namespace.stage).collect();
    stages.extend(made.chain(files));
    stages.extend(model.sets.iter().map(|set| set.stage));
    stages.extend(model.releases.iter().map(|release| release.stage));
    stages.sort();
    stages.dedup();
    stages
}

/// The part of a model that belongs to a stage. Numbers of stores and sets in it are those of the whole model.
fn part(model: &Model, stage: Stage) -> Model {
    let mut part = model.clone();
    part.namespaces.retain(|namespace| namespace.stage == stage);
    part.stores.retain(|store| store.stage == stage);
    part.sets.retain(|set| set.stage == stage);
    part.releases.retain(|release| release.stage == stage);
    part.files.retain(|file| file.stage == stage);
    part
}

/// The further files of a model that hold an object.
fn further(model: &Model) -> impl Iterator<Item = (RepoPath, String)> {
    let files = model.files.iter().filter(|file| has_objects(&file.text));
    files.map(|ObjectFile { path, text, .. }| (path.clone(), text.clone()))
}

/// Whether a file holds anything but comments.
fn has_objects(text: &str) -> bool {
    text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#') && line.trim() != "---")
}

/// What a kustomization names: each file, but of a folder with a kustomization of its own the folder.
fn listed(files: &Files) -> Vec<&str> {
    let own = files.iter().filter(|(path, _)| path.file_name() == "kustomization.yaml");
    let folders: Vec<RepoPath> = own.filter_map(|(path, _)| path.parent()).collect();
    let mut names: Vec<&str> = Vec::new();
    for (path, _) in files {
        let folder = folders.iter().find(|folder| path.is_under(folder)).map_or("", RepoPath::as_str);
        let name = path.as_str().get(..folder.len()).filter(|_| !folder.is_empty()).unwrap_or(path.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn kustomization(resources: &[&str]) -> (RepoPath, String) {
    (path("kustomization.yaml").unwrap_or_else(RepoPath::root), list(resources))
}

/// A kustomization that is nothing but a list of resources.
pub(super) fn list(resources: &[&str]) -> String {
    let mut text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n".to_owned();
    for resource in resources {
        text.push_str(&format!("  - {}\n", plain_or_quoted(resource)));
    }
    text
}

fn path(name: &str) -> Option<RepoPath> {
    RepoPath::new(name).ok()
}

/// The types are our own and have text keys only, so this cannot fail.
fn as_json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

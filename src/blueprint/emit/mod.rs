//! From a model to the files of one engine.
//!
//! Owns what the engines have in common. Must not know manifests, nor where the files go.

pub(super) mod flux;

use serde_json::{Value as Json, json};

use super::{
    manifest::{Make, Stage},
    model::{Auth, Model, ObjectFile, word},
};
use crate::path::RepoPath;

/// Where an instance lies, and what reconciles it.
pub(super) struct Delivery<'a> {
    /// The name of the instance.
    pub instance: &'a str,
    /// Its directory.
    pub path: &'a RepoPath,
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
    part.stores.retain(|store| store.stage == stage && store.auth.is_some());
    part.sets.retain(|set| set.stage == stage);
    part.releases.retain(|release| release.stage == stage);
    part.files.retain(|file| file.stage == stage && has_objects(&file.text));
    part
}

/// Whether a file holds anything but comments.
fn has_objects(text: &str) -> bool {
    text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#') && line.trim() != "---")
}

/// The further files of a model.
fn further(model: &Model) -> impl Iterator<Item = (RepoPath, String)> {
    model.files.iter().map(|ObjectFile { path, text, .. }| (path.clone(), text.clone()))
}

/// The service accounts of all stores, each once.
fn accounts(model: &Model) -> Json {
    let mut accounts: Vec<Json> = Vec::new();
    for store in &model.stores {
        let Some(Auth::Kubernetes { service_account, .. }) = &store.auth else { continue };
        let account = json!({"name": service_account, "namespace": store.namespace});
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    Json::Array(accounts)
}

/// The generators of the sets whose values the cluster makes up: one for each way to make a value.
fn generators(model: &Model) -> Json {
    let mut generators: Vec<Json> = Vec::new();
    for set in model.sets.iter().filter(|set| set.store.is_none()) {
        for entry in &set.data {
            let encoding = if entry.make == Make::Base64 { "base64" } else { "hex" };
            let name = format!("{}-{}", set.name, word(entry.make));
            let generator = json!({"name": name, "namespace": set.namespace, "encoding": encoding});
            if !generators.contains(&generator) {
                generators.push(generator);
            }
        }
    }
    Json::Array(generators)
}

/// The types are our own and have text keys only, so this cannot fail.
fn as_json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

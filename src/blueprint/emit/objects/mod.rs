//! The objects that both engines have: namespaces, accounts, stores, Secrets.
//!
//! The files are YAML-aware templates like those of blueprints, so values cannot break out of their place. API versions are those that External Secrets 0.17
//! serves. Must not know which engine applies them, only what it needs to be told.

use serde_json::{Value as Json, json};

use super::{Files, as_json, path};
use crate::blueprint::{
    manifest::Make,
    model::{Auth, Model, word},
    render::{Context, Renderer, TemplateError},
};

const NAMESPACE: &str = include_str!("namespace.yaml");
const SERVICE_ACCOUNT: &str = include_str!("serviceaccount.yaml");
const SECRET_STORE: &str = include_str!("secretstore.yaml");
const GENERATOR: &str = include_str!("generator.yaml");
const EXTERNAL_SECRET: &str = include_str!("externalsecret.yaml");

/// What an engine has to be told by the objects themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// That changed Secrets concern a release: a label.
    Flux,
    /// What comes first: sync waves.
    Argo,
}

/// The files with these objects, in the order in which they are applied. Those without an object are left out.
pub(super) fn files(renderer: &Renderer, model: &Model, look: Look) -> Result<Files, TemplateError> {
    let stores: Vec<_> = model.stores.iter().filter(|store| store.auth.is_some()).collect();
    let context = Context::new()
        .with("namespaces", &as_json(&model.namespaces))
        .with("accounts", &accounts(model))
        .with("stores", &as_json(&stores))
        .with("generators", &generators(model))
        .with("sets", &as_json(&model.sets))
        .with("has_waves", &Json::from(look == Look::Argo));
    let all = [
        ("namespaces", "namespace.yaml", NAMESPACE),
        ("accounts", "serviceaccount.yaml", SERVICE_ACCOUNT),
        ("stores", "secretstore.yaml", SECRET_STORE),
        ("generators", "generator.yaml", GENERATOR),
        ("sets", "externalsecret.yaml", EXTERNAL_SECRET),
    ];
    let mut files = Files::new();
    for (list, name, template) in all {
        let is_empty = context.get(list).is_none_or(|list| list.as_array().is_none_or(Vec::is_empty));
        if let Some(path) = path(name).filter(|_| !is_empty) {
            files.push((path, renderer.yaml(template, &context)?));
        }
    }
    Ok(files)
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

//! The files of an instance for Flux.
//!
//! Owns which objects Flux needs for a model and in which files they stand. The files are YAML-aware templates like those of blueprints, so values cannot
//! break out of their place. API versions are those that Flux 2.8 and External Secrets 0.17 serve. Must not know manifests.

use serde_json::{Value as Json, json};

use crate::{
    blueprint::{
        model::{Model, Release},
        render::{Context, Renderer, TemplateError},
    },
    path::RepoPath,
};

const NAMESPACE: &str = include_str!("namespace.yaml");
const SERVICE_ACCOUNT: &str = include_str!("serviceaccount.yaml");
const SECRET_STORE: &str = include_str!("secretstore.yaml");
const EXTERNAL_SECRET: &str = include_str!("externalsecret.yaml");
const HELM_REPOSITORY: &str = include_str!("helmrepository.yaml");
const VALUES: &str = include_str!("values.yaml");
const HELM_RELEASE: &str = include_str!("helmrelease.yaml");
const KUSTOMIZATION: &str = include_str!("kustomization.yaml");

/// The files by name, in the order in which the kustomization lists them, the kustomization first. A name may come twice: the caller refuses that.
pub fn emit(renderer: &Renderer, model: &Model) -> Result<Vec<(RepoPath, String)>, TemplateError> {
    let mut context = Context::new();
    context.set("namespaces", &as_json(&model.namespaces));
    context.set("accounts", &accounts(model));
    context.set("stores", &as_json(&model.stores));
    context.set("sets", &as_json(&model.sets));
    context.set("repositories", &as_json(&model.repositories()));
    let mut files = Vec::new();
    let common: [(&str, &str, bool); 5] = [
        ("namespace.yaml", NAMESPACE, model.namespaces.is_empty()),
        ("serviceaccount.yaml", SERVICE_ACCOUNT, model.stores.is_empty()),
        ("secretstore.yaml", SECRET_STORE, model.stores.is_empty()),
        ("externalsecret.yaml", EXTERNAL_SECRET, model.sets.is_empty()),
        ("helmrepository.yaml", HELM_REPOSITORY, model.releases.is_empty()),
    ];
    for (name, template, is_empty) in common {
        if !is_empty {
            files.push((name.to_owned(), renderer.yaml(template, &context)?));
        }
    }
    for release in &model.releases {
        let suffix = if model.releases.len() == 1 { String::new() } else { format!("-{}", release.id) };
        let context = release_context(release);
        if !release.values.text.is_empty() {
            files.push((format!("values{suffix}.yaml"), renderer.yaml(VALUES, &context)?));
        }
        files.push((format!("helmrelease{suffix}.yaml"), renderer.yaml(HELM_RELEASE, &context)?));
    }
    let mut files: Vec<(RepoPath, String)> =
        files.into_iter().filter_map(|(name, text)| Some((RepoPath::new(&name).ok()?, text))).collect();
    files.extend(model.files.iter().filter(|(_, text)| has_objects(text)).cloned());
    let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let context = Context::new().with("resources", &json!(names));
    if let Ok(path) = RepoPath::new("kustomization.yaml") {
        files.insert(0, (path, renderer.yaml(KUSTOMIZATION, &context)?));
    }
    Ok(files)
}

/// Whether a file holds anything but comments.
fn has_objects(text: &str) -> bool {
    text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#') && line.trim() != "---")
}

/// The service accounts of all stores, each once.
fn accounts(model: &Model) -> Json {
    let mut accounts: Vec<Json> = Vec::new();
    for store in &model.stores {
        let account = json!({"name": store.auth.service_account, "namespace": store.namespace});
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    Json::Array(accounts)
}

fn release_context(release: &Release) -> Context {
    // Flux would substitute what looks like a variable; the chart shall get the text as it is.
    let has_variables = release.values.text.contains("${");
    Context::new()
        .with("release", &as_json(release))
        .with("values", &Json::from(release.values.text.as_str()))
        .with("has_variables", &Json::from(has_variables))
}

/// The types are our own and have text keys only, so this cannot fail.
fn as_json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}

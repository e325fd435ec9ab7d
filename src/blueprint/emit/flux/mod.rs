//! The files of an instance for Flux.
//!
//! Owns which objects Flux needs for a model and in which files they stand. The files are YAML-aware templates like those of blueprints, so values cannot
//! break out of their place. API versions are those that Flux 2.8 and External Secrets 0.17 serve. Must not know manifests.

use serde_json::Value as Json;

use super::{Delivery, Files, as_json, further, kustomization, listed, objects, part, path, stages};
use crate::blueprint::{
    manifest::Stage,
    model::{Model, Release, Repository},
    render::{Context, Renderer, TemplateError},
};

const HELM_REPOSITORY: &str = include_str!("helmrepository.yaml");
const VALUES: &str = include_str!("values.yaml");
const HELM_RELEASE: &str = include_str!("helmrelease.yaml");
const STAGES: &str = include_str!("stages.yaml");

/// The files, in the order in which the kustomization lists them, the kustomization first. A path may come twice: the caller refuses that.
///
/// A model of one stage is one directory. One of several has a directory for each, and a Flux Kustomization for each, so that what brings new kinds of
/// objects along is ready before the first such object comes.
pub fn emit(renderer: &Renderer, model: &Model, delivery: &Delivery<'_>) -> Result<Files, TemplateError> {
    let stages = stages(model);
    let mut repositories: Vec<&Repository> = Vec::new();
    if let [] | [_] = stages.as_slice() {
        return directory(renderer, model, delivery, &mut repositories);
    }
    let mut files = vec![kustomization(&["stages.yaml"])];
    let context = Context::new()
        .with("instance", &Json::from(delivery.instance))
        .with("path", &Json::from(delivery.path.as_str()))
        .with("gitops", &delivery.gitops)
        .with("stages", &stages.iter().map(|stage| stage.as_str()).collect());
    files.extend(path("stages.yaml").map(|path| Ok((path, renderer.yaml(STAGES, &context)?))).transpose()?);
    let parts: Vec<(Stage, Model)> = stages.iter().map(|stage| (*stage, part(model, *stage))).collect();
    for (stage, part) in &parts {
        for (path, text) in directory(renderer, part, delivery, &mut repositories)? {
            files.extend(
                self::path(stage.as_str()).and_then(|root| root.join(path.as_str()).ok()).map(|path| (path, text)),
            );
        }
    }
    Ok(files)
}

/// The files of one directory. A chart repository is written by the first that needs it.
fn directory<'m>(
    renderer: &Renderer,
    model: &'m Model,
    delivery: &Delivery<'_>,
    written: &mut Vec<&'m Repository>,
) -> Result<Files, TemplateError> {
    let repositories: Vec<&Repository> =
        model.repositories().into_iter().filter(|repository| !written.contains(repository)).collect();
    let mut files = objects::files(renderer, model, objects::Look::Flux)?;
    if let Some(path) = path("helmrepository.yaml").filter(|_| !repositories.is_empty()) {
        let context = Context::new().with("repositories", &as_json(&repositories));
        files.push((path, renderer.yaml(HELM_REPOSITORY, &context)?));
    }
    written.extend(repositories);
    for release in &model.releases {
        let suffix = if model.releases.len() == 1 { String::new() } else { format!("-{}", release.label) };
        let context = release_context(release).with("gitops", &delivery.gitops);
        let mut add = |name: String, template| -> Result<(), TemplateError> {
            files.extend(path(&name).map(|path| Ok((path, renderer.yaml(template, &context)?))).transpose()?);
            Ok(())
        };
        if !release.values.text.is_empty() {
            add(format!("values{suffix}.yaml"), VALUES)?;
        }
        add(format!("helmrelease{suffix}.yaml"), HELM_RELEASE)?;
    }
    files.extend(further(model));
    let kustomization = kustomization(&listed(&files));
    files.insert(0, kustomization);
    Ok(files)
}

fn release_context(release: &Release) -> Context {
    // Flux would substitute what looks like a variable; the chart shall get the text as it is.
    let has_variables = release.values.text.contains("${");
    Context::new()
        .with("release", &as_json(release))
        .with("values", &Json::from(release.values.text.as_str()))
        .with("brings_kinds", &Json::from(release.stage == Stage::Controllers))
        .with("has_variables", &Json::from(has_variables))
}

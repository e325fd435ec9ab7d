//! The files of an instance for Argo CD.
//!
//! Owns which Applications a model needs and what they read. The directory of an instance holds its Applications, which the parent kustomization applies, the
//! values of its charts, and a directory of further objects for each stage. Charts are rendered without a cluster there, so secrets cannot be set as
//! values: [`super::handed`] says how they arrive. Must not know manifests.

use serde_json::{Value as Json, json};

use super::{Delivery, Files, as_json, handed, objects, part, path, stages};
use crate::{
    blueprint::{
        manifest::Stage,
        model::{Model, Release},
        render::{Context, Renderer, TemplateError},
    },
    path::RepoPath,
};

const APPLICATION: &str = include_str!("application.yaml");
const PROJECT: &str = include_str!("project.yaml");
const HELM_CHARTS: &str = include_str!("helmcharts.yaml");

/// The files, the kustomization first.
pub fn emit(renderer: &Renderer, model: &Model, delivery: &Delivery<'_>) -> Result<Files, TemplateError> {
    let model = &handed::hand_over(model)?;
    let stages = stages(model);
    let mut writer = Writer { renderer, model, delivery, files: Files::new(), applications: Vec::new() };
    for stage in &stages {
        writer.stage(*stage, stages.len() > 1)?;
    }
    let Writer { mut files, applications, .. } = writer;
    let context = Context::new()
        .with("applications", &Json::Array(applications))
        .with("gitops", &delivery.gitops)
        .with("instance", &Json::from(delivery.instance));
    let mut resources = vec!["application.yaml"];
    let mut own = Files::new();
    if delivery.text("project") == delivery.instance {
        resources.insert(0, "appproject.yaml");
        let sources: Vec<&str> = model.repositories().iter().map(|repository| address(&repository.url)).collect();
        let mut namespaces: Vec<&str> = model.releases.iter().map(|release| release.namespace.as_str()).collect();
        namespaces.extend(model.namespaces.iter().map(|namespace| namespace.name.as_str()));
        namespaces.sort_unstable();
        namespaces.dedup();
        let context = context.clone().with("sources", &json!(sources)).with("namespaces", &json!(namespaces));
        own.extend(path("appproject.yaml").map(|path| Ok((path, renderer.yaml(PROJECT, &context)?))).transpose()?);
    }
    own.extend(path("application.yaml").map(|path| Ok((path, renderer.yaml(APPLICATION, &context)?))).transpose()?);
    own.insert(0, super::kustomization(&resources));
    own.append(&mut files);
    Ok(own)
}

struct Writer<'a> {
    renderer: &'a Renderer,
    model: &'a Model,
    delivery: &'a Delivery<'a>,
    files: Files,
    applications: Vec<Json>,
}

impl Writer<'_> {
    /// One Application, if the stage has one release at most; else one for the objects and one for each release.
    fn stage(&mut self, stage: Stage, is_one_of_many: bool) -> Result<(), TemplateError> {
        let part = part(self.model, stage);
        let directory = if is_one_of_many { stage.as_str() } else { "objects" };
        let mut objects = objects::files(self.renderer, &part, objects::Look::Argo)?;
        objects.extend(super::further(&part));
        let mut directories = Vec::new();
        if !objects.is_empty() {
            let kustomization = super::kustomization(&super::listed(&objects));
            objects.insert(0, kustomization);
            directories.push(json!({"path": self.below(directory), "plugin": null}));
            self.files.extend(
                objects.into_iter().filter_map(|(file, text)| Some((path(directory)?.join(file.as_str()).ok()?, text))),
            );
        }
        let suffix = if is_one_of_many { format!("-{}", stage.as_str()) } else { String::new() };
        let name = format!("{}{suffix}", self.delivery.instance);
        let wave = 10 * (stage as i64) - 10 * (Stage::Apps as i64);
        if let [release] = part.releases.as_slice() {
            let (charts, mut own) = self.sources(release)?;
            own.append(&mut directories);
            self.application(&name, wave, &release.namespace, (&charts, &own), Some(release));
            return Ok(());
        }
        if !directories.is_empty() {
            let namespace = part.namespaces.first().map(|namespace| namespace.name.clone());
            let namespace = namespace.or_else(|| part.sets.first().map(|set| set.namespace.clone()));
            self.application(
                &name,
                wave,
                &namespace.unwrap_or_else(|| "default".to_owned()),
                (&[], &directories),
                None,
            );
        }
        for release in &part.releases {
            let (charts, own) = self.sources(release)?;
            let name = format!("{}-{}", self.delivery.instance, release.label);
            self.application(&name, wave + 1, &release.namespace, (&charts, &own), Some(release));
        }
        Ok(())
    }

    /// The sources of a release: its chart, or a directory whose kustomization renders it, where its result is changed or a plugin fills in secrets.
    fn sources(&mut self, release: &Release) -> Result<(Vec<Json>, Vec<Json>), TemplateError> {
        let suffix = if self.model.releases.len() == 1 { String::new() } else { format!("-{}", release.label) };
        let has_values = !release.values.text.is_empty();
        let has_placeholders = handed::has_placeholders(release);
        if release.patches.is_empty() && !has_placeholders {
            let file = format!("values{suffix}.yaml");
            if has_values {
                self.files.extend(path(&file).map(|path| (path, release.values.text.clone())));
            }
            let values = has_values.then(|| self.below(&file));
            let chart = json!({"url": address(&release.chart.repository.url), "chart": release.chart.name,
                "version": release.chart.version, "name": release.name, "values": values});
            return Ok((vec![chart], Vec::new()));
        }
        let directory = format!("chart{suffix}");
        let context = Context::new()
            .with("release", &as_json(release))
            .with("has_values", &Json::from(has_values))
            .with("patches", &as_json(&release.patches));
        let mut add = |name: &str, text: String| {
            self.files.extend(path(&directory).and_then(|root| root.join(name).ok()).map(|path| (path, text)));
        };
        add("kustomization.yaml", self.renderer.yaml(HELM_CHARTS, &context)?);
        if has_values {
            add("values.yaml", release.values.text.clone());
        }
        let plugin = has_placeholders.then(|| self.delivery.text("vault_plugin"));
        Ok((Vec::new(), vec![json!({"path": self.below(&directory), "plugin": plugin})]))
    }

    fn application(
        &mut self,
        name: &str,
        wave: i64,
        namespace: &str,
        (charts, directories): (&[Json], &[Json]),
        release: Option<&Release>,
    ) {
        let has_values = charts.iter().any(|chart| !chart["values"].is_null());
        let is_made = self.model.namespaces.iter().any(|made| made.name == namespace);
        let ignored = release.map_or_else(|| json!([]), |release| as_json(&release.ignored));
        self.applications.push(json!({
            "name": name, "wave": (wave != 0).then(|| wave.to_string()), "namespace": namespace, "charts": charts,
            "directories": directories, "has_values": has_values, "ignored": ignored, "creates_namespace": !is_made,
        }));
    }

    /// A path below the instance, from the root of the repository.
    fn below(&self, name: &str) -> String {
        self.delivery.path.join(name).map_or_else(|_| name.to_owned(), |path: RepoPath| path.as_str().to_owned())
    }
}

/// The address of a chart repository as Argo CD writes it: that of a registry has no scheme.
fn address(url: &str) -> &str {
    url.strip_prefix("oci://").unwrap_or(url)
}

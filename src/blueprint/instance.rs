//! An instance: the tree that a blueprint gives for some answers.
//!
//! Owns running all steps from answers to files, and the checks that hold for every tree: paths stay inside, no path comes twice, every object is known to
//! the schemas as far as they know its kind. Must not know what is in the repository already.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use smol_str::SmolStr;

use super::{
    Blueprint, Problems,
    compose::compose,
    emit::{self, Delivery},
    gitops,
    layout::Layout,
    manifest::{Engine, Manifest},
    model::Model,
    parameters::{Answers, Facts, Resolved, resolve},
    render::Renderer,
    runbook,
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    manifest::ObjectId,
    path::RepoPath,
    schema::{self, Catalogue, FaultKind},
    text::{SourceText, Span},
    yaml::Stream,
};

/// What to say when an instance was made.
pub type NextStep = String;

/// A rendered instance.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its name.
    pub name: String,
    /// The engine it is for.
    pub engine: Engine,
    /// Its directory; with several clusters that of what they share.
    pub path: RepoPath,
    /// The directory that the cluster reconciles; the instance lies below it or is it. With several clusters the directory that holds one for each.
    pub root: RepoPath,
    /// The clusters that it is for, if they are several.
    pub clusters: Vec<String>,
    /// Its files, by path inside of the instance.
    pub files: BTreeMap<RepoPath, String>,
    /// The answers that were given.
    pub answers: Map<String, Json>,
    /// What to do next.
    pub next_steps: Vec<NextStep>,
    /// What the blueprint's checks say without refusing.
    pub warnings: Problems,
}

impl Instance {
    /// Where its files lie.
    pub fn layout(&self) -> Layout {
        Layout { path: self.path.clone(), root: self.root.clone(), clusters: self.clusters.clone() }
    }
}

/// Renders a blueprint with answers.
pub fn render(blueprint: &Blueprint, answers: &Answers, facts: &Facts) -> Result<Instance, Problems> {
    let renderer = Renderer::new();
    let manifest = &blueprint.manifest;
    let file = blueprint.folder.place(&Manifest::path());
    let mut problems = Problems::new();
    if let Some(text) = blueprint.folder.text(&Manifest::path()) {
        problems.add_source(&file, text);
    }
    if !manifest.engines.contains(&facts.engine) {
        let known: Vec<&str> = manifest.engines.iter().map(|engine| engine.as_str()).collect();
        let message = format!("{} cannot be rendered for {}", manifest.name.name, facts.engine.as_str());
        let label = Label::new(&file, manifest.name.span, "");
        let diagnostic = Diagnostic::new("blueprint/manifest", Severity::Error, message, label);
        problems.push(diagnostic.with_help(format!("its engines: {}", known.join(", "))));
        return Err(problems);
    }
    let resolved = match resolve(&renderer, blueprint, answers, facts) {
        Ok(resolved) => resolved,
        Err(found) => {
            problems.extend(found);
            return Err(problems);
        }
    };
    let model = compose(&renderer, &resolved.scopes)?;
    let mut builder =
        Builder { renderer: &renderer, blueprint, answers, file: &file, problems, files: BTreeMap::new() };
    builder.objects(&model, facts.engine, &delivery(facts, &resolved));
    let runbook = runbook::write(&renderer, &resolved.scopes, &model);
    builder.problems.extend(runbook.problems);
    if let (Some(text), Ok(path)) = (runbook.text, RepoPath::new("RUNBOOK.md")) {
        builder.add(path, text);
    }
    let (files, problems) = (builder.files, builder.problems);
    problems.into_result(Some(instance(files, runbook.next_steps, &resolved, answers, facts)))
}

fn delivery<'a>(facts: &'a Facts, resolved: &'a Resolved<'_>) -> Delivery<'a> {
    let answered = resolved.scopes.last().and_then(|scope| scope.context.get(gitops::NAME));
    Delivery { instance: &facts.instance, path: &resolved.path, gitops: answered.unwrap_or_default() }
}

fn instance(
    files: BTreeMap<RepoPath, String>,
    next_steps: Vec<NextStep>,
    resolved: &Resolved<'_>,
    answers: &Answers,
    facts: &Facts,
) -> Instance {
    Instance {
        name: facts.instance.clone(),
        engine: facts.engine,
        path: resolved.path.clone(),
        root: resolved.root.clone(),
        clusters: Vec::new(),
        files,
        answers: answers.values().clone(),
        next_steps,
        warnings: resolved.warnings.clone(),
    }
}

struct Builder<'a> {
    renderer: &'a Renderer,
    blueprint: &'a Blueprint,
    answers: &'a Answers,
    file: &'a RepoPath,
    problems: Problems,
    files: BTreeMap<RepoPath, String>,
}

impl Builder<'_> {
    fn objects(&mut self, model: &Model, engine: Engine, delivery: &Delivery<'_>) {
        let emitted = match engine {
            Engine::Flux => emit::flux::emit(self.renderer, model, delivery),
            Engine::ArgoCd => emit::argo::emit(self.renderer, model, delivery),
        };
        match emitted {
            Ok(files) => files.into_iter().for_each(|(path, text)| self.add(path, text)),
            Err(error) => self.fault(Span::at(0), format!("a value cannot be written: {error}")),
        }
        let mut known: BTreeMap<ObjectId, RepoPath> = BTreeMap::new();
        for (path, text) in &self.files.clone() {
            if engine == Engine::ArgoCd && is_values(path) {
                continue;
            }
            self.check_objects(path, text, &mut known);
        }
    }

    fn add(&mut self, path: RepoPath, text: String) {
        if self.files.contains_key(&path) {
            let message = format!("two sources give the file `{path}`");
            let span = self.manifest_span(&path);
            self.fault(span, message);
            return;
        }
        self.files.insert(path, text);
    }

    /// Where the manifest names the template of a path.
    fn manifest_span(&self, path: &RepoPath) -> Span {
        let manifests = &self.blueprint.manifest.manifests;
        let named = manifests.iter().find(|manifest| manifest.file.file_name() == path.file_name());
        named.or(manifests.last()).map_or(Span::at(0), |manifest| manifest.span)
    }

    /// Every document is an object, once, and valid as far as its kind is known.
    fn check_objects(&mut self, path: &RepoPath, text: &str, known: &mut BTreeMap<ObjectId, RepoPath>) {
        let place = RepoPath::new(&format!("{path} (rendered)")).unwrap_or_else(|_| path.clone());
        let text = SourceText::new(text);
        let mut found = Vec::new();
        let stream = match Stream::parse(text.clone()) {
            Ok(stream) => stream,
            Err(error) => return self.object_fault(&place, &text, error.span, error.message, ""),
        };
        for document in stream.documents().filter(|document| !document.is_empty()) {
            let root = document.root();
            let Some(mut id) = ObjectId::of_node(root) else {
                let message = "this is no Kubernetes object: it has no apiVersion or no kind";
                found.push((root.span(), message.to_owned(), String::new()));
                continue;
            };
            if let Some(schema) = Catalogue::embedded().lookup(&id.group, &id.version, &id.kind) {
                let faults = schema::validate(schema, root).into_iter();
                let is_fraction = schema::to_json(root).is_ok_and(|object| schema::is_fraction(&object));
                let faults = faults.filter(|fault| !is_fraction || !matches!(fault.kind, FaultKind::Missing { .. }));
                found.extend(faults.map(|fault| (fault.span, fault.message, text.slice(fault.span).to_owned())));
            }
            // The version is no part of what an object is.
            id.version = SmolStr::default();
            if id.kind != "Kustomization" && known.insert(id.clone(), path.clone()).is_some() {
                found.push((root.span(), format!("{id} is written twice"), id.name.to_string()));
            }
        }
        for (span, message, wrong) in found {
            self.object_fault(&place, &text, span, message, &wrong);
        }
    }

    /// Reports what is wrong with an object; `wrong` is the text to blame, which may be an answer.
    fn object_fault(&mut self, place: &RepoPath, text: &SourceText, span: Span, message: String, wrong: &str) {
        self.problems.add_source(place, text);
        let label = Label::new(place, span, "");
        let mut diagnostic = Diagnostic::new("blueprint/object", Severity::Error, message, label);
        let names = self.answers.behind(wrong);
        if !names.is_empty() {
            diagnostic.help = Some(format!("`{wrong}` is the answer to `{}`", names.join("`, `")));
        }
        self.problems.push(diagnostic);
    }

    fn fault(&mut self, span: Span, message: impl Into<String>) {
        let label = Label::new(self.file, span, "");
        self.problems.push(Diagnostic::new("blueprint/manifest", Severity::Error, message, label));
    }
}

/// Whether a file holds the values of a chart, which Argo CD reads from the directory of an instance.
fn is_values(path: &RepoPath) -> bool {
    let top = path.components().next().unwrap_or_default();
    let is_direct = path.as_str() == top || top.starts_with("chart") && path.as_str() == format!("{top}/values.yaml");
    is_direct && path.file_name().starts_with("values")
}

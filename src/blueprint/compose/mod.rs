//! From the blueprints of an instance to its model.
//!
//! Owns running the templates of the manifests and following their references; faults are collected. Objects are made kind by kind, each kind in the order
//! of the blueprints, so whatever refers to another object finds it made. Must not know engines.

mod releases;
mod secrets;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{
    Problems,
    manifest::{self, Id, Kind, Manifest, Text},
    model::{Model, Namespace, ObjectFile},
    parameters::{Scope, fault_in_text, jailed},
    reference::{self, Found, Target},
    render::{Renderer, TemplateError},
    values::FragmentText,
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    text::Span,
};

/// Runs every template of the blueprints and gives the model.
pub(super) fn compose(renderer: &Renderer, scopes: &[Scope<'_>]) -> Result<Model, Problems> {
    let mut composition = Composition::default();
    let each = |composition: &mut Composition, step: &dyn Fn(&mut Composer<'_>)| {
        for scope in scopes {
            step(&mut Composer::new(renderer, scope, composition));
        }
    };
    each(&mut composition, &|composer| composer.namespaces());
    each(&mut composition, &|composer| composer.stores());
    each(&mut composition, &|composer| composer.secret_sets());
    each(&mut composition, &|composer| composer.releases());
    each(&mut composition, &|composer| composer.contributions());
    releases::merge(&mut composition);
    each(&mut composition, &|composer| composer.secrets());
    each(&mut composition, &|composer| composer.unused_sets());
    each(&mut composition, &|composer| composer.manifests());
    composition.problems.into_result(Some(composition.model))
}

/// What is made so far.
#[derive(Default)]
struct Composition {
    model: Model,
    /// The number of each object that is there under the present answers.
    numbers: BTreeMap<(Kind, Target), usize>,
    /// The fragments of each release, in the order in which they are merged.
    fragments: Vec<Vec<FragmentText>>,
    problems: Problems,
}

/// Makes the objects of one blueprint.
struct Composer<'a> {
    renderer: &'a Renderer,
    scope: &'a Scope<'a>,
    manifest: &'a Manifest,
    file: RepoPath,
    made: &'a mut Composition,
}

impl<'a> Composer<'a> {
    fn new(renderer: &'a Renderer, scope: &'a Scope<'a>, made: &'a mut Composition) -> Self {
        let file = scope.blueprint.folder.place(&Manifest::path());
        if let Some(text) = scope.blueprint.folder.text(&Manifest::path()) {
            made.problems.add_source(&file, text);
        }
        Self { renderer, scope, manifest: &scope.blueprint.manifest, file, made }
    }

    /// The id of an own object among those of all blueprints.
    fn id(&self, id: &Id) -> Target {
        Target { aliases: self.scope.path.clone(), id: id.name.clone() }
    }

    fn namespaces(&mut self) {
        for (_, namespace) in &self.manifest.namespaces {
            if self.holds(namespace.when.as_ref()) {
                let namespace = self.namespace(namespace);
                self.made.model.namespaces.push(namespace);
            }
        }
    }

    fn namespace(&mut self, namespace: &manifest::Namespace) -> Namespace {
        let name = self.text(&namespace.name);
        let labels = self.pairs(&namespace.labels);
        Namespace { stage: self.scope.stage, name, labels, annotations: self.pairs(&namespace.annotations) }
    }

    fn pairs(&mut self, pairs: &[(String, Text)]) -> Map<String, Json> {
        pairs.iter().map(|(key, text)| (key.clone(), Json::String(self.text(text)))).collect()
    }

    fn manifests(&mut self) {
        for manifest in &self.manifest.manifests {
            if !self.holds(manifest.when.as_ref()) {
                continue;
            }
            let to = match &manifest.to {
                Some(to) => self.text(to),
                // The files of a component carry its name, so that they do not meet those of others.
                None => format!("{}{}", self.prefix(), manifest.file.file_name()),
            };
            let span = manifest.to.as_ref().map_or(manifest.span, |to| to.span);
            match (jailed(&to), self.rendered_file(&manifest.file, manifest.span)) {
                (Ok(path), Some(text)) => {
                    if self.made.model.files.iter().any(|file| file.path == path) {
                        self.fault(span, format!("two sources give the file `{path}`"));
                    }
                    self.made.model.files.push(ObjectFile { stage: self.scope.stage, path, text });
                }
                (Err(message), _) => self.fault(span, message),
                (_, None) => {}
            }
        }
    }

    /// What stands before the names of this blueprint's files: nothing for the one that is rendered.
    fn prefix(&self) -> String {
        self.scope.path.iter().map(|alias| format!("{}-", alias.replace('_', "-"))).collect()
    }

    /// Renders a file of the blueprint as YAML.
    fn rendered_file(&mut self, path: &RepoPath, span: Span) -> Option<String> {
        let folder = &self.scope.blueprint.folder;
        let Some(source) = folder.text(path).cloned() else {
            self.fault(span, format!("the blueprint has no file `{path}`"));
            return None;
        };
        match self.renderer.yaml(source.as_str(), &self.scope.context) {
            Ok(text) => Some(text),
            Err(error) => {
                let place = folder.place(path);
                self.made.problems.add_source(&place, &source);
                self.made.problems.push(template_fault(&place, &error));
                None
            }
        }
    }

    /// The object that a reference means; a fault if it is not there under these answers.
    fn number(&mut self, kind: Kind, id: &Id) -> Option<usize> {
        let found = self.lookup(kind, &id.name);
        if found.is_none() {
            self.fault(id.span, format!("the {} `{}` is not there under these answers", kind.noun(), id.name));
        }
        found
    }

    fn lookup(&self, kind: Kind, reference: &str) -> Option<usize> {
        let target = match reference::find(self.scope.blueprint, kind, reference)? {
            Found::Object(target) => target.below(&self.scope.path),
            Found::Need(need) => self.scope.bound.get(&need)?.clone(),
        };
        self.made.numbers.get(&(kind, target)).copied()
    }

    fn holds(&mut self, when: Option<&Text>) -> bool {
        let Some(when) = when else { return true };
        self.renderer.condition(&when.source, &self.scope.context).unwrap_or_else(|error| {
            self.made.problems.push(fault_in_text(&self.file, when, &error));
            false
        })
    }

    fn text(&mut self, text: &Text) -> String {
        self.renderer.text(&text.source, &self.scope.context).unwrap_or_else(|error| {
            self.made.problems.push(fault_in_text(&self.file, text, &error));
            String::new()
        })
    }

    fn text_or(&mut self, text: Option<&Text>, default: &str) -> String {
        text.map_or_else(|| default.to_owned(), |text| self.text(text))
    }

    fn rendered(&mut self, source: &str, span: Span) -> String {
        let text = Text { source: source.to_owned(), span, offset: None };
        self.text(&text)
    }

    fn fault(&mut self, span: Span, message: impl Into<String>) {
        let label = Label::new(&self.file, span, "");
        self.made.problems.push(Diagnostic::new("blueprint/manifest", Severity::Error, message, label));
    }
}

/// The finding for a template file that gives no result.
pub(super) fn template_fault(place: &RepoPath, error: &TemplateError) -> Diagnostic {
    let label = Label::new(place, error.span, "");
    let mut diagnostic = Diagnostic::new("blueprint/template", Severity::Error, error.message.clone(), label);
    diagnostic.help.clone_from(&error.help);
    diagnostic
}

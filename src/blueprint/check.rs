//! Checks a blueprint as a compiler checks a program, without any answers, and then by its tests.
//!
//! Faults of the manifest itself are found when it is read. Here: templates that do not parse, names that nothing defines, files that are missing or unused,
//! parameters that nothing uses or that look like secrets, tests that fail. Must not know answers.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{
    Blueprint, CaseFailure, Manifest, Problems,
    compose::template_fault,
    manifest::{Change, Parameter, Text, Use},
    migrations,
    parameters::{RESERVED, fault_in_text},
    reference,
    render::{Context, Renderer},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    schema::Schema,
    text::Span,
};

/// Checks a blueprint; an empty list of faults means that it is well.
pub fn check(blueprint: &Blueprint) -> Problems {
    let file = blueprint.folder.place(&Manifest::path());
    let renderer = Renderer::new();
    let mut checker =
        Checker { blueprint, renderer: &renderer, file, problems: Problems::new(), used: BTreeSet::new() };
    if let Some(text) = blueprint.folder.text(&Manifest::path()) {
        checker.problems.add_source(&checker.file, text);
    }
    checker.name();
    checker.parameters(&blueprint.manifest.parameters);
    checker.texts();
    checker.files();
    checker.unused();
    for (span, message) in migrations::faults(blueprint) {
        checker.report(Severity::Error, span, message);
    }
    checker.cases();
    checker.problems.sorted()
}

struct Checker<'a> {
    blueprint: &'a Blueprint,
    renderer: &'a Renderer,
    file: RepoPath,
    problems: Problems,
    /// Names that some template uses, nested ones with dots.
    used: BTreeSet<String>,
}

impl Checker<'_> {
    fn report(&mut self, severity: Severity, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let label = Label::new(&self.file, span, "");
        let all = &mut self.problems.diagnostics;
        let index = all.len();
        all.push(Diagnostic::new("blueprint/check", severity, message, label));
        &mut all[index]
    }

    fn name(&mut self) {
        let name = &self.blueprint.manifest.name;
        let folder = self.blueprint.folder.location().file_name().to_owned();
        if !folder.is_empty() && folder != name.name {
            let (span, message) = (name.span, format!("the blueprint `{}` lies in a folder `{folder}`", name.name));
            self.report(Severity::Error, span, message).help = Some("give both the same name".to_owned());
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            if let Err(error) = Schema::from_json(&parameter.schema) {
                self.report(
                    Severity::Error,
                    parameter.id.span,
                    format!("the schema of `{}`: {error}", parameter.id.name),
                );
            }
            let name = &parameter.id.name;
            let looks_secret = ["secret", "password", "passwd", "token", "private_key", "api_key"];
            let is_text = parameter.schema.get("type").is_some_and(|kind| kind == "string");
            if is_text && !parameter.is_never_secret && looks_secret.iter().any(|word| name.contains(word)) {
                let help = "declare it under `secrets`, or say `secret: never` if it holds none".to_owned();
                let message = format!("`{name}` looks like a secret, whose value would end up in Git");
                self.report(Severity::Warning, parameter.id.span, message).help = Some(help);
            }
            if parameter.title.is_none() && parameter.default.is_none() {
                self.report(Severity::Warning, parameter.id.span, format!("`{name}` has no title to ask with"));
            }
            self.parameters(&parameter.properties);
        }
    }

    /// Every name that can be used once all parameters are resolved; what is inside of parameters is not known without answers.
    fn context(&self) -> Context {
        let mut context = Context::new();
        let manifest = &self.blueprint.manifest;
        for name in RESERVED.iter().filter(|name| **name != "wiring") {
            context.set(name, &Json::Null);
        }
        for parameter in &manifest.parameters {
            context.set(&parameter.id.name, &shape(parameter));
        }
        for (id, _) in &manifest.names {
            context.set(&id.name, &Json::Null);
        }
        for (id, kind) in &manifest.needs {
            context.set(&id.name, &reference::shape(*kind));
        }
        for (used, component) in self.blueprint.uses() {
            context.set(&used.alias.name, &seen_from_outside(component));
        }
        context
    }

    fn texts(&mut self) {
        let manifest = &self.blueprint.manifest;
        let context = self.context();
        for (text, is_expression) in manifest.texts() {
            self.text(text, is_expression, &context);
        }
        let mut known = Context::new();
        for name in ["instance", "engine", "blueprint"] {
            known.set(name, &Json::Null);
        }
        for (id, kind) in &manifest.needs {
            known.set(&id.name, &reference::shape(*kind));
        }
        for parameter in &manifest.parameters {
            self.parameter_texts(parameter, &mut known);
            known.set(&parameter.id.name, &shape(parameter));
        }
        known.set("path", &Json::Null);
        let registers = [&manifest.registers.path, &manifest.registers.root];
        for text in registers.into_iter().flatten() {
            self.text(text, false, &known);
        }
        for (id, text) in &manifest.names {
            self.text(text, false, &known);
            known.set(&id.name, &Json::Null);
        }
        for (used, component) in self.blueprint.uses() {
            self.texts_of_use(used, &known);
            known.set(&used.alias.name, &seen_from_outside(component));
        }
        let with_wiring = context.with("wiring", &Json::Null);
        for step in &manifest.next_steps {
            self.text(&step.text, false, &with_wiring);
            if let Some(when) = &step.when {
                self.text(when, true, &with_wiring);
            }
        }
    }

    fn texts_of_use(&mut self, used: &Use, known: &Context) {
        if let Some(when) = &used.when {
            self.text(when, true, known);
        }
        for (_, given) in used.with.iter().chain(&used.defaults) {
            self.default(&given.value, given.span, known);
        }
    }

    fn parameter_texts(&mut self, parameter: &Parameter, known: &mut Context) {
        if let Some(when) = &parameter.when {
            self.text(when, true, known);
        }
        if let Some(default) = &parameter.default {
            self.default(default, parameter.default_span, known);
        }
        if parameter.properties.is_empty() {
            return;
        }
        // What is nested may use what stands beside it.
        known.set(&parameter.id.name, &shape(parameter));
        for property in &parameter.properties {
            self.parameter_texts(property, known);
        }
    }

    fn default(&mut self, default: &Json, span: Span, known: &Context) {
        match default {
            Json::String(source) => {
                let text = Text { source: source.clone(), span, offset: None };
                self.text(&text, false, known);
            }
            Json::Array(items) => items.iter().for_each(|item| self.default(item, span, known)),
            Json::Object(entries) => entries.values().for_each(|value| self.default(value, span, known)),
            _ => {}
        }
    }

    fn text(&mut self, text: &Text, is_expression: bool, context: &Context) {
        self.used.extend(self.renderer.names_used(&text.source, is_expression));
        let checked = if is_expression {
            self.renderer.check_expression(&text.source, context)
        } else {
            self.renderer.check(&text.source, context)
        };
        if let Err(error) = checked {
            let fault = match text.offset {
                Some(_) => fault_in_text(&self.file, text, &error),
                None => fault_in_text(&self.file, &Text { offset: None, ..text.clone() }, &error),
            };
            self.problems.push(fault);
        }
    }

    fn files(&mut self) {
        let manifest = &self.blueprint.manifest;
        let named = manifest.named_files();
        let context = self.context();
        let with_wiring = context.clone().with("wiring", &Json::Null);
        for (path, span) in &named {
            let Some(text) = self.blueprint.folder.text(path) else {
                self.report(Severity::Error, *span, format!("the blueprint has no file `{path}`"));
                continue;
            };
            let is_runbook = manifest.runbook.iter().any(|step| step.file.name == path.as_str());
            self.used.extend(self.renderer.names_used(text.as_str(), false));
            if let Err(error) = self.renderer.check(text.as_str(), if is_runbook { &with_wiring } else { &context }) {
                let place = self.blueprint.folder.place(path);
                self.problems.add_source(&place, text);
                self.problems.push(template_fault(&place, &error));
            }
        }
        for path in self.blueprint.folder.paths() {
            let first = path.components().next().unwrap_or_default();
            let is_template = matches!(first, "values" | "manifests");
            if is_template && !named.iter().any(|(named, _)| named == path) {
                let label = Label::file(&self.blueprint.folder.place(path), "");
                let message = format!("nothing in `blueprint.yaml` names `{path}`");
                self.problems.push(Diagnostic::new("blueprint/check", Severity::Warning, message, label));
            }
        }
    }

    fn unused(&mut self) {
        let manifest = &self.blueprint.manifest;
        let renamed: BTreeSet<&str> = manifest
            .migrations
            .iter()
            .filter_map(
                |migration| if let Change::RenameParameter(pairs) = &migration.change { Some(pairs) } else { None },
            )
            .flatten()
            .map(|(old, _)| old.as_str())
            .collect();
        let is_used = |name: &str| {
            self.used
                .iter()
                .any(|used| used == name || used.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
        };
        let unused: Vec<(Span, String)> = manifest
            .parameters
            .iter()
            .filter(|parameter| !is_used(&parameter.id.name) && !renamed.contains(parameter.id.name.as_str()))
            .map(|parameter| (parameter.id.span, format!("no template uses the parameter `{}`", parameter.id.name)))
            .collect();
        for (span, message) in unused {
            self.report(Severity::Warning, span, message);
        }
    }

    fn cases(&mut self) {
        if !self.problems.is_fine() {
            return;
        }
        for case in self.blueprint.cases() {
            let name = format!("{} for {}", case.name, case.engine.as_str());
            match self.blueprint.run_case(&case) {
                Ok(()) => {}
                Err(CaseFailure::Refused(problems)) => {
                    self.problems.extend(problems);
                    self.report(Severity::Error, Span::at(0), format!("the test {name} gives no tree"));
                }
                Err(CaseFailure::Differs(diff)) => {
                    self.report(Severity::Error, Span::at(0), format!("the test {name} gives another tree")).help =
                        Some(diff);
                }
            }
        }
    }
}

/// What the blueprint that uses a component sees of it: its parameters, names and components.
fn seen_from_outside(component: &Blueprint) -> Json {
    let manifest = &component.manifest;
    let parameters = manifest.parameters.iter().map(|parameter| (parameter.id.name.clone(), shape(parameter)));
    let names = manifest.names.iter().map(|(id, _)| (id.name.clone(), Json::Null));
    let inner = component.uses().map(|(used, inner)| (used.alias.name.clone(), seen_from_outside(inner)));
    Json::Object(parameters.chain(names).chain(inner).collect())
}

/// What is known of a parameter's value without an answer: the names inside of an object.
fn shape(parameter: &Parameter) -> Json {
    if parameter.properties.is_empty() {
        return Json::Null;
    }
    Json::Object(parameter.properties.iter().map(|property| (property.id.name.clone(), shape(property))).collect())
}

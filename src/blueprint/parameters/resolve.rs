//! From answers to values: conditions, defaults, validation, checks, names.
//!
//! Goes through the parameters in their order; each may use those before it. Must not know what is rendered with the values.

use serde_json::{Map, Value as Json};

use super::{Answers, Question, answers, fill};
use crate::{
    blueprint::{
        Problems,
        manifest::{Engine, Manifest, Parameter, Text},
        render::{Context, Renderer, TemplateError},
    },
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    schema::{FaultKind, Schema},
    text::{Span, nearest},
    yaml::Step,
};

/// What is known about an instance beside the answers.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its name.
    pub instance: String,
    /// The tool that reconciles it.
    pub engine: Engine,
    /// Its directory, if it is not left to the blueprint.
    pub path: Option<RepoPath>,
}

/// The values of all parameters and names.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What templates can use.
    pub context: Context,
    /// The value of each parameter; null where it is not asked or not answered.
    pub values: Map<String, Json>,
    /// The directory of the instance.
    pub path: RepoPath,
    /// The directory that the cluster reconciles.
    pub root: RepoPath,
    /// What the checks have to say without refusing.
    pub warnings: Problems,
}

/// Resolves all parameters, checks and names. Every fault is reported, missing answers among them, all at once.
pub fn resolve(
    renderer: &Renderer,
    manifest: &Manifest,
    file: &RepoPath,
    answers: &Answers,
    facts: &Facts,
) -> Result<Resolved, Problems> {
    let mut resolver = Resolver::new(renderer, manifest, file, answers, facts);
    resolver.parameters();
    if !resolver.problems.is_fine() {
        return Err(resolver.finish());
    }
    let places = resolver.places(facts);
    resolver.checks();
    resolver.names();
    let (values, context) = (std::mem::take(&mut resolver.values), resolver.context.clone());
    let problems = resolver.finish();
    let (path, root) = places.unwrap_or((RepoPath::root(), RepoPath::root()));
    problems.clone().into_result(Some(Resolved { context, values, path, root, warnings: problems }))
}

/// The questions that are open: every parameter that has no answer and whose condition holds, in order, as far as the answers so far tell.
pub fn questions(
    renderer: &Renderer,
    manifest: &Manifest,
    file: &RepoPath,
    answers: &Answers,
    facts: &Facts,
) -> Vec<Question> {
    let mut resolver = Resolver::new(renderer, manifest, file, answers, facts);
    resolver.parameters();
    resolver.questions
}

struct Resolver<'a> {
    renderer: &'a Renderer,
    manifest: &'a Manifest,
    file: &'a RepoPath,
    answers: &'a Answers,
    context: Context,
    values: Map<String, Json>,
    questions: Vec<Question>,
    problems: Problems,
}

impl<'a> Resolver<'a> {
    fn new(
        renderer: &'a Renderer,
        manifest: &'a Manifest,
        file: &'a RepoPath,
        answers: &'a Answers,
        facts: &Facts,
    ) -> Self {
        let mut context = Context::new();
        context.set("instance", &Json::from(facts.instance.as_str()));
        context.set("engine", &Json::from(facts.engine.as_str()));
        let blueprint = serde_json::json!({"name": manifest.name.name, "version": manifest.version});
        context.set("blueprint", &blueprint);
        if let Some(path) = &facts.path {
            context.set("path", &Json::from(path.as_str()));
        }
        Self {
            renderer,
            manifest,
            file,
            answers,
            context,
            values: Map::new(),
            questions: Vec::new(),
            problems: Problems::new(),
        }
    }

    fn finish(mut self) -> Problems {
        self.answers.add_sources(&mut self.problems);
        self.problems.sorted()
    }

    fn parameters(&mut self) {
        let manifest = self.manifest;
        for name in self.answers.values().keys() {
            if !manifest.parameters.iter().any(|parameter| parameter.id.name == *name) {
                self.unknown(name);
            }
        }
        let required: Vec<String> = manifest.required.iter().map(|id| id.name.clone()).collect();
        for parameter in &manifest.parameters {
            self.parameter(parameter, &[], &[], required.contains(&parameter.id.name));
        }
    }

    fn unknown(&mut self, name: &str) {
        let known: Vec<&str> = self.manifest.parameters.iter().map(|parameter| parameter.id.name.as_str()).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("parameters: {}", known.join(", ")),
        };
        let label = self.label(&[name.to_owned()], true, Span::at(0));
        self.report(label, format!("there is no parameter `{name}`"), Some(help));
    }

    /// Resolves one parameter and what is nested in it.
    fn parameter(&mut self, parameter: &'a Parameter, above: &[&str], group: &[&str], is_required: bool) {
        let mut route = above.to_vec();
        route.push(&parameter.id.name);
        let answer = self.answers.get(&route).cloned();
        if !self.is_asked(parameter, &route, answer.is_some()) {
            self.put(&route, Json::Null);
            return;
        }
        if !parameter.properties.is_empty() && answer.as_ref().is_none_or(Json::is_object) {
            self.object(parameter, &route, group, answer);
            return;
        }
        let given = answer.is_some();
        let value = answer.or_else(|| self.default(parameter));
        if !given {
            self.questions.push(Question::new(parameter, &route, group, value.clone(), is_required && value.is_none()));
        }
        match &value {
            Some(value) => self.validate(parameter, &route, value),
            None if is_required => self.missing(parameter, &route),
            None => {}
        }
        self.put(&route, value.unwrap_or_default());
    }

    fn object(&mut self, parameter: &'a Parameter, route: &[&str], group: &[&str], answer: Option<Json>) {
        // Templates of nested defaults may use what is answered beside them.
        self.put(route, answer.clone().unwrap_or_else(|| Json::Object(Map::new())));
        let mut group = group.to_vec();
        group.push(parameter.title.as_deref().unwrap_or(&parameter.id.name));
        for property in &parameter.properties {
            self.parameter(property, route, &group, parameter.required.contains(&property.id.name));
        }
        if let Some(answer) = answer {
            let known: Vec<&str> = parameter.properties.iter().map(|property| property.id.name.as_str()).collect();
            let unknown = answer.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()));
            let mut rest: Map<String, Json> = unknown.map(|(name, value)| (name.clone(), value.clone())).collect();
            if rest.is_empty() {
                rest = Map::new();
            }
            // Nested parameters are valid on their own; what is left is what the object itself refuses.
            self.validate(parameter, route, &Json::Object(rest));
        }
    }

    fn is_asked(&mut self, parameter: &Parameter, route: &[&str], is_answered: bool) -> bool {
        let Some(when) = &parameter.when else { return true };
        let holds = match self.renderer.condition(&when.source, &self.context) {
            Ok(holds) => holds,
            Err(error) => {
                self.template(when, &error);
                false
            }
        };
        if !holds && is_answered {
            let name = route.join(".");
            let label = self.label(&owned(route), true, parameter.id.span);
            let message = format!("`{name}` is not asked here");
            self.report(label, message, Some(format!("it is asked when {}", when.source)));
        }
        holds
    }

    fn default(&mut self, parameter: &Parameter) -> Option<Json> {
        let default = parameter.default.as_ref()?;
        match render_texts(self.renderer, default, &self.context) {
            Ok(value) => Some(value),
            Err(error) => {
                let label = Label::new(self.file, parameter.default_span, "");
                self.report(label, error.message, error.help);
                None
            }
        }
    }

    fn put(&mut self, route: &[&str], value: Json) {
        answers::insert(&mut self.values, route, value);
        let Some(first) = route.first() else { return };
        let Some(parameter) = self.manifest.parameters.iter().find(|parameter| parameter.id.name == *first) else {
            return;
        };
        let mut seen = self.values.get(*first).cloned().unwrap_or_default();
        fill::complete(&mut seen, &parameter.schema);
        self.context.set(first, &seen);
    }

    fn validate(&mut self, parameter: &Parameter, route: &[&str], value: &Json) {
        let mut schema = parameter.schema.clone();
        if let (Json::Object(keys), false) = (&mut schema, parameter.properties.is_empty()) {
            keys.remove("required");
        }
        let schema = match Schema::from_json(&schema) {
            Ok(schema) => schema,
            Err(error) => {
                let label = Label::new(self.file, parameter.id.span, "");
                self.report(label, format!("the schema of `{}`: {error}", parameter.id.name), None);
                return;
            }
        };
        for fault in schema.check(value) {
            let steps = fault.route.steps().iter().map(|step| match step {
                Step::Key(key) => key.to_string(),
                Step::Index(index) => index.to_string(),
            });
            let place: Vec<String> = owned(route).into_iter().chain(steps).collect();
            let blame_key = matches!(fault.kind, FaultKind::UnknownField { .. });
            let name = place.join(".");
            let (message, help) = match &fault.kind {
                FaultKind::UnknownField { nearest } => {
                    let help = nearest.as_ref().map(|near| format!("did you mean `{near}`?"));
                    (format!("there is no parameter `{name}`"), help)
                }
                FaultKind::Enum { .. } => (format!("`{name}`: {}", fault.message), None),
                _ => (format!("`{name}`: {}", fault.message), example(parameter)),
            };
            let label = self.label(&place, blame_key, parameter.default_span);
            self.report(label, message, help);
        }
    }

    fn missing(&mut self, parameter: &Parameter, route: &[&str]) {
        let name = route.join(".");
        let title = parameter.title.as_deref().map(|title| format!(" ({title})")).unwrap_or_default();
        let example = parameter.examples.first().map_or_else(|| "…".to_owned(), plain);
        let label = self.answers.place(&owned(route), true).or_else(|| self.answers.anywhere());
        let label = label.unwrap_or_else(|| Label::new(self.file, parameter.id.span, ""));
        let help = format!("--set {name}={example}, or `{name}` in the answers file");
        self.report(label, format!("`{name}` has no answer{title}"), Some(help));
    }

    /// The directories of the instance and of what the cluster reconciles.
    fn places(&mut self, facts: &Facts) -> Option<(RepoPath, RepoPath)> {
        let registers = &self.manifest.registers;
        let path = match &facts.path {
            Some(path) => Some(path.clone()),
            None => self.directory(registers.path.as_ref(), &format!("apps/{}", facts.instance)),
        }?;
        self.context.set("path", &Json::from(path.as_str()));
        let first = path.components().next().unwrap_or_default().to_owned();
        let default = if facts.path.is_some() && registers.root.is_none() { first } else { "apps".to_owned() };
        let root = self.directory(registers.root.as_ref(), &default)?;
        Some((path, root))
    }

    fn directory(&mut self, text: Option<&Text>, default: &str) -> Option<RepoPath> {
        let Some(text) = text else { return RepoPath::new(default).ok() };
        match self.renderer.text(&text.source, &self.context) {
            Err(error) => {
                self.template(text, &error);
                None
            }
            Ok(rendered) => match jailed(&rendered) {
                Ok(path) => Some(path),
                Err(message) => {
                    self.report(Label::new(self.file, text.span, ""), message, None);
                    None
                }
            },
        }
    }

    fn names(&mut self) {
        for (id, text) in &self.manifest.names {
            match self.renderer.field(&text.source, &self.context) {
                Ok(value) => self.context.set(&id.name, &value),
                Err(error) => {
                    self.template(text, &error);
                    // One fault is enough; what uses the name shall not report another.
                    self.context.set(&id.name, &Json::from(""));
                }
            }
        }
    }

    fn checks(&mut self) {
        for check in &self.manifest.checks {
            let mut holds = |text: Option<&Text>, default| match text {
                None => default,
                Some(text) => match self.renderer.condition(&text.source, &self.context) {
                    Ok(holds) => holds,
                    Err(error) => {
                        self.template(text, &error);
                        false
                    }
                },
            };
            if !holds(check.when.as_ref(), true) || holds(check.unless.as_ref(), false) {
                continue;
            }
            let message = match self.renderer.text(&check.message.source, &self.context) {
                Ok(message) => message,
                Err(error) => {
                    self.template(&check.message, &error);
                    continue;
                }
            };
            let route: Vec<String> = match &check.parameter {
                Some(id) => id.name.split('.').map(str::to_owned).collect(),
                None => Vec::new(),
            };
            let fallback = check.parameter.as_ref().map_or(check.message.span, |id| id.span);
            let label = self.label(&route, false, fallback);
            let severity = if check.is_warning { Severity::Warning } else { Severity::Error };
            self.problems.push(Diagnostic::new("blueprint/answers", severity, message, label));
        }
    }

    /// The place of an answer, else a place in the manifest.
    fn label(&self, route: &[String], blame_key: bool, fallback: Span) -> Label {
        let given = if route.is_empty() { None } else { self.answers.place(route, blame_key) };
        given.unwrap_or_else(|| Label::new(self.file, fallback, ""))
    }

    fn template(&mut self, text: &Text, error: &TemplateError) {
        self.problems.push(fault_in_text(self.file, text, error));
    }

    fn report(&mut self, label: Label, message: impl Into<String>, help: Option<String>) {
        let mut diagnostic = Diagnostic::new("blueprint/answers", Severity::Error, message, label);
        diagnostic.help = help;
        self.problems.push(diagnostic);
    }
}

/// The finding for a template of the manifest that gives no result.
pub(in crate::blueprint) fn fault_in_text(file: &RepoPath, text: &Text, error: &TemplateError) -> Diagnostic {
    let span = match text.offset {
        Some(offset) => Span { start: offset + error.span.start, end: offset + error.span.end },
        None => text.span,
    };
    let label = Label::new(file, span, "");
    let mut diagnostic = Diagnostic::new("blueprint/template", Severity::Error, error.message.clone(), label);
    diagnostic.help.clone_from(&error.help);
    diagnostic
}

/// Reads a path that a template gave: relative, and nowhere above where it starts.
pub(in crate::blueprint) fn jailed(text: &str) -> Result<RepoPath, String> {
    let climbs = text.split('/').any(|part| part == "..");
    match RepoPath::new(text) {
        Ok(path) if !climbs && !path.is_root() && !text.contains(['\\', '\n']) => Ok(path),
        _ => Err(format!("`{text}` leaves the place it is for; write a relative path without `..`")),
    }
}

/// Renders each text of a value as a template.
pub(in crate::blueprint) fn render_texts(
    renderer: &Renderer,
    value: &Json,
    context: &Context,
) -> Result<Json, TemplateError> {
    match value {
        Json::String(text) if text.contains("[[") || text.contains("[%") => renderer.field(text, context),
        Json::Array(items) => items.iter().map(|item| render_texts(renderer, item, context)).collect(),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| Ok((key.clone(), render_texts(renderer, value, context)?)));
            Ok(Json::Object(entries.collect::<Result<_, TemplateError>>()?))
        }
        other => Ok(other.clone()),
    }
}

fn example(parameter: &Parameter) -> Option<String> {
    parameter.examples.first().map(|example| format!("for example {}", plain(example)))
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn owned(route: &[&str]) -> Vec<String> {
    route.iter().map(|step| (*step).to_owned()).collect()
}

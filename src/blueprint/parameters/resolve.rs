//! From answers to values: conditions, defaults, validation.
//!
//! Goes through the parameters in their order; each may use those before it. What follows from the values of one blueprint, its components first, is in
//! [`super::scope`]. Must not know what is rendered with the values.

use serde_json::{Map, Value as Json};

use super::{
    Answers, CLUSTERS, Question, answers, fill,
    scope::{Handed, Scope},
};
use crate::{
    blueprint::{
        Blueprint, Problems, gitops,
        manifest::{Compiled, Engine, Manifest, Parameter, Stage, Text},
        render::{Context, Renderer, TemplateError},
    },
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    schema::FaultKind,
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

/// The values of all parameters and names, of a blueprint and of everything it uses.
#[derive(Clone, Debug)]
pub struct Resolved<'b> {
    /// Every component that takes part, in the order of `uses`, what a component uses before it; the blueprint itself comes last.
    pub scopes: Vec<Scope<'b>>,
    /// The directory of the instance.
    pub path: RepoPath,
    /// The directory that the cluster reconciles.
    pub root: RepoPath,
    /// What the checks have to say without refusing.
    pub warnings: Problems,
}

/// Resolves all parameters, checks and names. Every fault is reported, missing answers among them, all at once.
pub fn resolve<'b>(
    renderer: &'b Renderer,
    blueprint: &'b Blueprint,
    answers: &'b Answers,
    facts: &'b Facts,
) -> Result<Resolved<'b>, Problems> {
    let mut resolver = Resolver::root(renderer, blueprint, answers, facts);
    let places = resolver.run();
    let scopes = std::mem::take(&mut resolver.scopes);
    let problems = resolver.finish();
    let (path, root) = places.unwrap_or((RepoPath::root(), RepoPath::root()));
    problems.clone().into_result(Some(Resolved { scopes, path, root, warnings: problems }))
}

/// The questions that are open: every parameter that has no answer and whose condition holds, in order, as far as the answers so far tell.
pub fn questions(renderer: &Renderer, blueprint: &Blueprint, answers: &Answers, facts: &Facts) -> Vec<Question> {
    let mut resolver = Resolver::root(renderer, blueprint, answers, facts);
    resolver.run();
    resolver.questions
}

/// A check across parameters that the answers so far do not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The way to the parameter to blame; none if the check names none.
    pub route: Vec<String>,
    /// What is wrong.
    pub message: String,
}

/// The checks that the answers so far do not pass, warnings left out.
pub fn doubts(renderer: &Renderer, blueprint: &Blueprint, answers: &Answers, facts: &Facts) -> Vec<Doubt> {
    let mut resolver = Resolver::root(renderer, blueprint, answers, facts);
    resolver.run();
    resolver.doubts
}

/// Resolves one blueprint: the one that is asked for, or a component.
pub(super) struct Resolver<'a> {
    pub renderer: &'a Renderer,
    pub blueprint: &'a Blueprint,
    pub manifest: &'a Manifest,
    pub file: RepoPath,
    pub answers: &'a Answers,
    pub facts: &'a Facts,
    /// The names of the components on the way here, which is where its answers stand.
    pub above: Vec<String>,
    /// The titles around its questions.
    pub group: Vec<String>,
    /// What the blueprint that uses it hands down.
    pub handed: Handed,
    pub context: Context,
    pub stage: Stage,
    values: Map<String, Json>,
    pub questions: Vec<Question>,
    pub doubts: Vec<Doubt>,
    pub problems: Problems,
    pub scopes: Vec<Scope<'a>>,
}

impl<'a> Resolver<'a> {
    fn root(renderer: &'a Renderer, blueprint: &'a Blueprint, answers: &'a Answers, facts: &'a Facts) -> Self {
        let mut resolver = Self::new(renderer, blueprint, answers, facts);
        resolver.stage = blueprint.manifest.stage.unwrap_or_default();
        resolver
    }

    pub fn new(renderer: &'a Renderer, blueprint: &'a Blueprint, answers: &'a Answers, facts: &'a Facts) -> Self {
        let manifest = &blueprint.manifest;
        let mut context = Context::new();
        context.set("instance", &Json::from(facts.instance.as_str()));
        context.set("engine", &Json::from(facts.engine.as_str()));
        let named = serde_json::json!({"name": manifest.name.name, "version": manifest.version});
        context.set("blueprint", &named);
        if let Some(path) = &facts.path {
            context.set("path", &Json::from(path.as_str()));
        }
        let file = blueprint.folder.place(&Manifest::path());
        let mut problems = Problems::new();
        if let Some(text) = blueprint.folder.text(&Manifest::path()) {
            problems.add_source(&file, text);
        }
        Self {
            renderer,
            blueprint,
            manifest,
            file,
            answers,
            facts,
            above: Vec::new(),
            group: Vec::new(),
            handed: Handed::default(),
            context,
            stage: Stage::default(),
            values: Map::new(),
            questions: Vec::new(),
            doubts: Vec::new(),
            problems,
            scopes: Vec::new(),
        }
    }

    fn finish(mut self) -> Problems {
        self.answers.add_sources(&mut self.problems);
        self.problems.sorted()
    }

    /// The route of a parameter among all answers.
    pub fn route(&self, local: &[&str]) -> Vec<String> {
        self.above.iter().cloned().chain(local.iter().map(|step| (*step).to_owned())).collect()
    }

    fn answer(&self, local: &[&str]) -> Option<&'a Json> {
        let route = self.route(local);
        self.answers.get(&route.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Resolves the blueprint's own parameters.
    pub fn parameters(&mut self) {
        let manifest = self.manifest;
        let given = if self.above.is_empty() { Some(self.answers.values()) } else { None };
        let given = given.or_else(|| self.answer(&[]).and_then(Json::as_object));
        for name in given.into_iter().flat_map(Map::keys) {
            let is_parameter = manifest.parameters.iter().any(|parameter| parameter.id.name == *name);
            let is_engine = self.above.is_empty() && name == gitops::NAME;
            if !is_parameter && !is_engine && !manifest.uses.iter().any(|used| used.alias.name == *name) {
                self.unknown(name);
            }
        }
        let required: Vec<String> = manifest.required.iter().map(|id| id.name.clone()).collect();
        for parameter in &manifest.parameters {
            self.parameter(parameter, &[], &self.group.clone(), required.contains(&parameter.id.name));
        }
    }

    fn unknown(&mut self, name: &str) {
        if name == CLUSTERS && self.above.is_empty() {
            let label = self.label(&[name], true, Span::at(0));
            let help = "name the clusters with --cluster, or leave these answers out".to_owned();
            return self.report(label, "there are answers for clusters, and the instance is for none", Some(help));
        }
        let own = self.manifest.parameters.iter().map(|parameter| parameter.id.name.as_str());
        let known: Vec<&str> = own.chain(self.manifest.uses.iter().map(|used| used.alias.name.as_str())).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("parameters: {}", known.join(", ")),
        };
        let label = self.label(&[name], true, Span::at(0));
        let name = self.route(&[name]).join(".");
        self.report(label, format!("there is no parameter `{name}`"), Some(help));
    }

    /// Resolves one parameter and what is nested in it.
    fn parameter(&mut self, parameter: &'a Parameter, above: &[&str], group: &[String], is_required: bool) {
        let mut route = above.to_vec();
        route.push(&parameter.id.name);
        let answer = self.answer(&route).cloned();
        if !self.is_asked(parameter, &route, answer.is_some()) || self.handed.is_unknown(&route) {
            self.put(&route, Json::Null);
            return;
        }
        let handed = self.handed.value(&route).cloned();
        let is_open = |given: &Option<Json>| given.as_ref().is_none_or(Json::is_object);
        if !parameter.properties.is_empty() && is_open(&answer) && is_open(&handed) {
            self.object(parameter, &route, group, answer);
            return;
        }
        if let (Some(_), Some(label)) =
            (&handed, answer.as_ref().and_then(|_| self.answers.place(&self.route(&route), true)))
        {
            let name = self.route(&route).join(".");
            self.report(label, format!("`{name}` is not asked here: the blueprint sets it"), None);
        }
        let given = handed.or(answer);
        let is_given = given.is_some();
        let value = given.or_else(|| self.default(parameter, &route));
        if !is_given {
            let full = self.route(&route);
            self.questions.push(Question::new(parameter, full, group, value.clone(), is_required && value.is_none()));
        }
        match &value {
            Some(value) => self.validate(parameter, &route, value),
            None if is_required => self.missing(parameter, &route),
            None => {}
        }
        self.put(&route, value.unwrap_or_default());
    }

    fn object(&mut self, parameter: &'a Parameter, route: &[&str], group: &[String], answer: Option<Json>) {
        // Templates of nested defaults may use what is answered beside them.
        self.put(route, answer.clone().unwrap_or_else(|| Json::Object(Map::new())));
        let mut group = group.to_vec();
        group.push(parameter.title.as_deref().unwrap_or(&parameter.id.name).to_owned());
        for property in &parameter.properties {
            self.parameter(property, route, &group, parameter.required.contains(&property.id.name));
        }
        if let Some(answer) = answer {
            let known: Vec<&str> = parameter.properties.iter().map(|property| property.id.name.as_str()).collect();
            let unknown = answer.as_object().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()));
            let rest: Map<String, Json> = unknown.map(|(name, value)| (name.clone(), value.clone())).collect();
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
            let name = self.route(route).join(".");
            let label = self.label(route, true, parameter.id.span);
            let message = format!("`{name}` is not asked here");
            self.report(label, message, Some(format!("it is asked when {}", when.source)));
        }
        holds
    }

    fn default(&mut self, parameter: &Parameter, route: &[&str]) -> Option<Json> {
        if let Some(default) = self.handed.other_default(route) {
            return Some(default.clone());
        }
        let default = parameter.default.as_ref()?;
        match render_texts(self.renderer, default, &self.context) {
            Ok(value) => Some(value),
            Err(error) => {
                let label = Label::new(&self.file, parameter.default_span, "");
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
        let compiled = Compiled::of(parameter);
        let schema = match compiled.as_ref() {
            Ok(schema) => schema,
            Err(error) => {
                let label = Label::new(&self.file, parameter.id.span, "");
                self.report(label, format!("the schema of `{}`: {error}", parameter.id.name), None);
                return;
            }
        };
        for fault in schema.check(value) {
            let steps = fault.route.steps().iter().map(|step| match step {
                Step::Key(key) => key.to_string(),
                Step::Index(index) => index.to_string(),
            });
            let place: Vec<String> = route.iter().map(|step| (*step).to_owned()).chain(steps).collect();
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let blame_key = matches!(fault.kind, FaultKind::UnknownField { .. });
            let name = self.route(&place).join(".");
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
        let full = self.route(route);
        let name = full.join(".");
        let title = parameter.title.as_deref().map(|title| format!(" ({title})")).unwrap_or_default();
        let example = parameter.examples.first().map_or_else(|| "…".to_owned(), plain);
        let label = self.answers.place(&full, true).or_else(|| self.answers.anywhere());
        let label = label.unwrap_or_else(|| Label::new(&self.file, parameter.id.span, ""));
        let asked = self.answers.name(&full);
        let help = format!("--set {asked}={example}, or `{asked}` in the answers file");
        self.report(label, format!("`{name}` has no answer{title}"), Some(help));
    }

    /// The place of an answer or of what is handed down, else a place in the manifest.
    pub fn label(&self, route: &[&str], blame_key: bool, fallback: Span) -> Label {
        let given = || if route.is_empty() { None } else { self.answers.place(&self.route(route), blame_key) };
        let label = self.handed.place(route, self.answers).or_else(given);
        label.unwrap_or_else(|| Label::new(&self.file, fallback, ""))
    }

    pub fn template(&mut self, text: &Text, error: &TemplateError) {
        self.problems.push(fault_in_text(&self.file, text, error));
    }

    pub fn report(&mut self, label: Label, message: impl Into<String>, help: Option<String>) {
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

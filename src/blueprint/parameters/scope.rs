//! One blueprint among those that make an instance: what its templates see, and what it hands down to its components.
//!
//! A blueprint is resolved in this order: parameters, names, components from the first to the last, checks. So a component can be given whatever stands
//! above it. Must not know what is rendered.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{
    Answers,
    resolve::{Doubt, Resolver, jailed, render_texts},
};
use crate::{
    blueprint::{
        Blueprint, gitops,
        manifest::{Given, Id, Kind, Stage, Text, Use},
        reference::{self, Found, Target},
        render::{Context, TemplateError},
    },
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
};

/// A blueprint with everything that its templates see.
#[derive(Clone, Debug)]
pub struct Scope<'b> {
    /// The names of the components on the way to it; none for the blueprint that is rendered.
    pub path: Vec<String>,
    /// The blueprint.
    pub blueprint: &'b Blueprint,
    /// What its templates can use.
    pub context: Context,
    /// The objects that its needs are bound to, from the outside.
    pub bound: BTreeMap<String, Target>,
    /// When its objects are applied.
    pub stage: Stage,
}

/// What a blueprint hands down to a component.
#[derive(Clone, Debug, Default)]
pub(super) struct Handed {
    values: Map<String, Json>,
    defaults: Map<String, Json>,
    places: BTreeMap<String, Source>,
    /// Parameters that are set, though it is not known to what, because of another fault.
    unknown: Vec<String>,
    /// The objects for its needs.
    bound: BTreeMap<String, Target>,
}

/// Where a value that is handed down comes from.
#[derive(Clone, Debug)]
struct Source {
    /// The place in the blueprint that hands it down.
    written: Label,
    /// The parameter that it is, if it is handed on as it was answered.
    route: Option<Vec<String>>,
}

impl Handed {
    /// The value of a parameter.
    pub fn value(&self, route: &[&str]) -> Option<&Json> {
        at(&self.values, route)
    }

    /// The default of a parameter.
    pub fn other_default(&self, route: &[&str]) -> Option<&Json> {
        at(&self.defaults, route)
    }

    /// Whether a parameter is set to what cannot be told.
    pub fn is_unknown(&self, route: &[&str]) -> bool {
        route.first().is_some_and(|first| self.unknown.iter().any(|name| name == first))
    }

    /// Where the value of a parameter comes from: the answer that is handed on, else where the blueprint says it.
    pub fn place(&self, route: &[&str], answers: &Answers) -> Option<Label> {
        let (first, rest) = route.split_first()?;
        self.value(&[first])?;
        let source = self.places.get(*first)?;
        let answered = source.route.as_ref().and_then(|route| {
            let whole: Vec<String> = route.iter().cloned().chain(rest.iter().map(|step| (*step).to_owned())).collect();
            answers.place(&whole, false)
        });
        answered.or_else(|| Some(source.written.clone()))
    }
}

fn at<'v>(values: &'v Map<String, Json>, route: &[&str]) -> Option<&'v Json> {
    let (first, rest) = route.split_first()?;
    rest.iter().try_fold(values.get(*first)?, |value, step| value.get(step)).filter(|value| !value.is_null())
}

impl<'a> Resolver<'a> {
    /// Resolves the blueprint with everything it uses; gives its directory and that of the cluster.
    pub(super) fn run(&mut self) -> Option<(RepoPath, RepoPath)> {
        self.parameters();
        let is_whole = self.problems.is_fine() && self.handed.unknown.is_empty();
        let places = if is_whole && self.above.is_empty() { self.places() } else { None };
        self.names(is_whole);
        self.uses(is_whole);
        if is_whole && self.problems.is_fine() {
            self.checks();
        }
        let scope = Scope {
            path: self.above.clone(),
            blueprint: self.blueprint,
            context: self.context.clone(),
            bound: self.handed.bound.clone(),
            stage: self.stage,
        };
        self.scopes.push(scope);
        places
    }

    /// The directories of the instance and of what the cluster reconciles.
    fn places(&mut self) -> Option<(RepoPath, RepoPath)> {
        let registers = &self.manifest.registers;
        let path = match &self.facts.path {
            Some(path) => Some(path.clone()),
            None => self.directory(registers.path.as_ref(), &format!("apps/{}", self.facts.instance)),
        }?;
        self.context.set("path", &Json::from(path.as_str()));
        let first = path.components().next().unwrap_or_default().to_owned();
        let default = if self.facts.path.is_some() && registers.root.is_none() { first } else { "apps".to_owned() };
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
                    self.report(Label::new(&self.file, text.span, ""), message, None);
                    None
                }
            },
        }
    }

    /// Computes the names. Where answers are missing they are only needed to find out what else is.
    fn names(&mut self, is_whole: bool) {
        for (id, text) in &self.manifest.names {
            match self.renderer.field(&text.source, &self.context) {
                Ok(value) => self.context.set(&id.name, &value),
                Err(error) => {
                    if is_whole {
                        self.template(text, &error);
                    }
                    // One fault is enough; what uses the name shall not report another.
                    self.context.set(&id.name, &Json::from(""));
                }
            }
        }
    }

    fn uses(&mut self, is_whole: bool) {
        let blueprint = self.blueprint;
        let engine = if self.above.is_empty() { gitops::component(self.facts.engine) } else { None };
        for (used, component) in engine.into_iter().chain(blueprint.uses()) {
            if !self.is_used(used, is_whole) {
                self.context.set(&used.alias.name, &Json::Null);
                continue;
            }
            let mut inner = Resolver::new(self.renderer, component, self.answers, self.facts);
            inner.above = self.route(&[&used.alias.name]);
            inner.group.clone_from(&self.group);
            inner.group.push(used.title.clone().unwrap_or_else(|| component.manifest.summary.clone()));
            inner.stage = used.stage.or(component.manifest.stage).unwrap_or(self.stage);
            for name in ["path", gitops::NAME] {
                if let Some(known) = self.context.get(name) {
                    inner.context.set(name, &known);
                }
            }
            inner.handed = self.hand_down(used, is_whole);
            self.bind(used, component, &mut inner, is_whole);
            let is_known = is_whole && inner.handed.unknown.is_empty();
            inner.run();
            let names = inner.visible();
            self.context.nest(&used.alias.name, &inner.context, &names);
            self.questions.append(&mut inner.questions);
            self.doubts.append(&mut inner.doubts);
            self.scopes.append(&mut inner.scopes);
            if !is_known {
                // What is wrong with a template may well come from what is missing.
                inner.problems.diagnostics.retain(|found| found.rule != "blueprint/template");
            }
            self.problems.extend(inner.problems);
        }
    }

    /// The names of this blueprint that whoever uses it can refer to.
    fn visible(&self) -> Vec<String> {
        let manifest = self.manifest;
        let own =
            manifest.parameters.iter().map(|parameter| &parameter.id).chain(manifest.names.iter().map(|(id, _)| id));
        own.chain(manifest.uses.iter().map(|used| &used.alias)).map(|id| id.name.clone()).collect()
    }

    fn is_used(&mut self, used: &Use, is_whole: bool) -> bool {
        let name = used.alias.name.as_str();
        let holds = match &used.when {
            None => true,
            Some(when) => self.renderer.condition(&when.source, &self.context).unwrap_or_else(|error| {
                if is_whole {
                    self.template(when, &error);
                }
                false
            }),
        };
        let route = self.route(&[name]);
        let answer = self.answers.get(&route.iter().map(String::as_str).collect::<Vec<_>>());
        if let Some(answer) = answer.filter(|_| is_whole) {
            let label = self.label(&[name], true, used.alias.span);
            let when = used.when.as_ref().map(|when| format!("it is asked when {}", when.source));
            let name = route.join(".");
            if !holds {
                self.report(label, format!("`{name}` is not asked here"), when);
            } else if !answer.is_object() {
                self.report(label, format!("`{name}` is a mapping from parameter to value"), None);
            }
        }
        holds
    }

    /// Runs the templates of `with` and `defaults`; what this blueprint was handed for the component goes on to it.
    fn hand_down(&mut self, used: &Use, is_whole: bool) -> Handed {
        let mut handed = Handed::default();
        let name = used.alias.name.as_str();
        let (mut values, mut unknown) = (self.handed.value(&[name]).cloned().unwrap_or_default(), Vec::new());
        let mut defaults = self.handed.other_default(&[name]).cloned().unwrap_or_default();
        for (into, from) in [(&mut values, &used.with), (&mut defaults, &used.defaults)] {
            let given = self.given(from, is_whole, &mut unknown);
            overlay(into, given);
        }
        if self.handed.is_unknown(&[name]) {
            unknown.push(String::new());
        }
        let here = self.handed.places.get(name).cloned();
        for key in values.as_object().into_iter().flat_map(Map::keys) {
            let own = used.with.iter().find(|(id, _)| id.name == *key).map(|(_, given)| Source {
                written: Label::new(&self.file, given.span, ""),
                route: handed_on(&given.value).map(|route| self.route(&route)),
            });
            let place = own.or_else(|| here.clone());
            handed.places.extend(place.map(|place| (key.clone(), place)));
        }
        handed.values = values.as_object().cloned().unwrap_or_default();
        handed.defaults = defaults.as_object().cloned().unwrap_or_default();
        handed.unknown = unknown;
        handed
    }

    fn given(&mut self, entries: &[(Id, Given)], is_whole: bool, unknown: &mut Vec<String>) -> Json {
        let mut given = Map::new();
        for (id, value) in entries {
            match render_texts(self.renderer, &value.value, &self.context) {
                Ok(Json::Null) if !is_whole => unknown.push(id.name.clone()),
                Ok(value) => {
                    given.insert(id.name.clone(), value);
                }
                Err(error) => {
                    unknown.push(id.name.clone());
                    if is_whole {
                        let text = Text { source: String::new(), span: value.span, offset: None };
                        self.template(&text, &error);
                    }
                }
            }
        }
        Json::Object(given)
    }

    /// Finds the objects for the needs of a component, and shows it what is known of them.
    fn bind(&mut self, used: &Use, component: &Blueprint, inner: &mut Resolver<'a>, is_whole: bool) {
        for (need, kind) in &component.manifest.needs {
            let named = used.bind.iter().find(|(id, _)| id.name == need.name).map(|(_, target)| target);
            let reference = named.unwrap_or(need);
            let seen = match reference::find(self.blueprint, *kind, &reference.name) {
                None => Json::Null,
                Some(Found::Need(name)) => {
                    if let Some(target) = self.handed.bound.get(&name) {
                        inner.handed.bound.insert(need.name.clone(), target.clone());
                    }
                    self.context.get(&name).unwrap_or_default()
                }
                Some(Found::Object(target)) => {
                    inner.handed.bound.insert(need.name.clone(), target.below(&self.above));
                    let path: Vec<String> = self.above.iter().chain(&target.aliases).cloned().collect();
                    let scope = self.scopes.iter().find(|scope| scope.path == path);
                    let (owner, context) = match scope {
                        Some(scope) => (scope.blueprint, &scope.context),
                        None if target.aliases.is_empty() => (self.blueprint, &self.context),
                        // It is left out under these answers.
                        None => {
                            inner.context.set(&need.name, &Json::Null);
                            continue;
                        }
                    };
                    match self.seen(&path, (owner, context), *kind, &target.id) {
                        Ok(seen) => seen,
                        Err(error) => {
                            if is_whole {
                                let span = named.map_or(used.component.span, |target| target.span);
                                let message = format!("`{}` is not known yet: {}", reference.name, error.message);
                                let help = "a component sees parameters, names, and what stands above it in `uses`";
                                self.report(Label::new(&self.file, span, ""), message, Some(help.to_owned()));
                            }
                            Json::Null
                        }
                    }
                }
            };
            inner.context.set(&need.name, &seen);
        }
    }

    /// What is known of an object. A set that names no namespace is in that of its store.
    fn seen(
        &self,
        path: &[String],
        (owner, context): (&Blueprint, &Context),
        kind: Kind,
        id: &str,
    ) -> Result<Json, TemplateError> {
        let mut seen = reference::identity(self.renderer, owner, kind, id, context)?;
        let set = owner.manifest.secret_sets.iter().find(|(set, _)| kind == Kind::SecretSet && set.name == id);
        let Some(store) = set.and_then(|(_, set)| set.store.as_ref()).filter(|_| seen["namespace"].is_null()) else {
            return Ok(seen);
        };
        let of_store = match reference::find(owner, Kind::Store, &store.name) {
            Some(Found::Need(need)) => context.get(&need).unwrap_or_default(),
            Some(Found::Object(target)) => {
                let place: Vec<String> = path.iter().chain(&target.aliases).cloned().collect();
                match self.scopes.iter().find(|scope| scope.path == place) {
                    Some(scope) => self.seen(&place, (scope.blueprint, &scope.context), Kind::Store, &target.id)?,
                    None if target.aliases.is_empty() => {
                        reference::identity(self.renderer, owner, Kind::Store, &target.id, context)?
                    }
                    None => Json::Null,
                }
            }
            None => Json::Null,
        };
        if let (Json::Object(seen), Some(namespace)) = (&mut seen, of_store.get("namespace")) {
            seen.insert("namespace".to_owned(), namespace.clone());
        }
        Ok(seen)
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
            let route: Vec<&str> = match &check.parameter {
                Some(id) => id.name.split('.').collect(),
                None => Vec::new(),
            };
            let fallback = check.parameter.as_ref().map_or(check.message.span, |id| id.span);
            let label = self.label(&route, false, fallback);
            let severity = if check.is_warning { Severity::Warning } else { Severity::Error };
            if !check.is_warning {
                self.doubts.push(Doubt { route: self.route(&route), message: message.clone() });
            }
            let is_default = label.path == self.file && !check.is_warning;
            let mut diagnostic = Diagnostic::new("blueprint/answers", severity, message, label);
            if let Some(id) = check.parameter.as_ref().filter(|_| is_default) {
                // It was not answered, so no place of the user's names it.
                diagnostic.help = Some(format!("answer `{}`", self.route(&[&id.name]).join(".")));
            }
            self.problems.push(diagnostic);
        }
    }
}

/// The parameter that a template hands on as it is: `[[ vault.server ]]`.
fn handed_on(value: &Json) -> Option<Vec<&str>> {
    let name = value.as_str()?.trim().strip_prefix("[[")?.strip_suffix("]]")?.trim();
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c));
    is_name.then(|| name.split('.').collect())
}

/// Puts one mapping over another, at every depth.
fn overlay(below: &mut Json, above: Json) {
    match (below, above) {
        (Json::Object(below), Json::Object(above)) => {
            for (key, value) in above {
                overlay(below.entry(key).or_insert(Json::Null), value);
            }
        }
        (below, above) if !above.is_null() => *below = above,
        _ => {}
    }
}

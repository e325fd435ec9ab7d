//! The answers that were given: in a file, on the command line, on a terminal.
//!
//! Remembers where each came from, so that a fault can point there. Must not know defaults.

use serde_json::{Map, Value as Json};

use super::CLUSTERS;
use crate::{
    blueprint::{
        Problems,
        manifest::{Parameter, fields::Reader},
    },
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    schema,
    text::{SourceText, Span, nearest},
    yaml::{Document, Node, Route, Step, Stream},
};

/// The name under which arguments are shown as if they were a file.
const ARGUMENTS: &str = "--set";

/// Given answers, by parameter.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    values: Map<String, Json>,
    file: Option<(RepoPath, Stream)>,
    /// The arguments, one on each line, as they are shown.
    arguments: String,
    /// Which route each argument answers, and its bytes among the arguments.
    argument_places: Vec<(Vec<String>, Span)>,
    /// The cluster that the answers are for, and those that were given for it alone.
    cluster: Option<(String, Json)>,
}

impl Answers {
    /// No answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The answers that a lock file remembers.
    pub fn from_values(values: Map<String, Json>) -> Self {
        Self { values, ..Self::default() }
    }

    /// Reads an answers file: YAML of the shape of the parameters.
    pub fn from_file(path: &RepoPath, text: &SourceText) -> Result<Self, Problems> {
        let mut reader = Reader { file: path.clone(), rule: "blueprint/answers", problems: Problems::new() };
        reader.problems.add_source(path, text);
        let stream = match Stream::parse(text.clone()) {
            Ok(stream) => stream,
            Err(error) => {
                reader.fault(error.span, error.message).help = error.help;
                return Err(reader.problems);
            }
        };
        for duplicate in stream.duplicate_keys() {
            let key = text.slice(duplicate.again).to_owned();
            reader.fault(duplicate.again, format!("the key `{key}` stands twice in one mapping"));
        }
        if let Some(second) = stream.documents().nth(1) {
            reader.fault(second.span(), "an answers file is one YAML document");
        }
        let root = stream.documents().next().map(Document::root).filter(|root| !root.is_null());
        let values = match root.map(|root| (root, schema::to_json(root))) {
            None => Map::new(),
            Some((_, Ok(Json::Object(values)))) => values,
            Some((root, Ok(_))) => {
                reader.fault(root.span(), "answers are a mapping from parameter to value");
                Map::new()
            }
            Some((_, Err(error))) => {
                reader.fault(error.span(), error.to_string());
                Map::new()
            }
        };
        let answers = Self { values, file: Some((path.clone(), stream)), ..Self::default() };
        reader.problems.into_result(Some(answers))
    }

    /// Takes the argument of `--set`, `vault.mount=apps`, which overrules what was answered before. The text is read by the type of the parameter.
    pub fn set(&mut self, argument: &str, parameters: &[Parameter]) -> Result<(), Problems> {
        let start = self.arguments.len();
        self.arguments.push_str(argument);
        self.arguments.push('\n');
        let span = |from: usize, to: usize| Span::new(start + from, start + to);
        let Some((route, text)) = argument.split_once('=') else {
            return Err(self.refuse(span(0, argument.len()), "the form is NAME=VALUE".to_owned(), None));
        };
        let steps: Vec<&str> = route.split('.').collect();
        let inner = match steps.as_slice() {
            [CLUSTERS, _, inner @ ..] | inner => inner,
        };
        let parameter = match find(parameters, inner) {
            Ok(parameter) => parameter,
            Err(near) => {
                let help = near.map(|near| format!("did you mean `{near}`?"));
                return Err(self.refuse(span(0, route.len()), format!("there is no parameter `{route}`"), help));
            }
        };
        let value = read(text, parameter)
            .map_err(|message| self.refuse(span(route.len() + 1, argument.len()), message, None))?;
        self.argument_places.push((steps.iter().map(|step| (*step).to_owned()).collect(), span(0, argument.len())));
        self.insert(&steps, value);
        Ok(())
    }

    /// Answers one parameter.
    pub fn insert(&mut self, route: &[&str], value: Json) {
        insert(&mut self.values, route, value);
    }

    /// Takes the answer at a route back.
    pub fn remove(&mut self, route: &[&str]) {
        let Some((last, above)) = route.split_last() else { return };
        let mut values = Some(&mut self.values);
        for step in above {
            values = values.and_then(|values| values.get_mut(*step)).and_then(Json::as_object_mut);
        }
        if let Some(values) = values {
            values.remove(*last);
        }
    }

    /// All answers.
    pub fn values(&self) -> &Map<String, Json> {
        &self.values
    }

    /// The answer at a route.
    pub fn get(&self, route: &[&str]) -> Option<&Json> {
        let (first, rest) = route.split_first()?;
        rest.iter().try_fold(self.values.get(*first)?, |value, step| value.get(step))
    }

    /// The names of the answers whose text is that of a place in a tree: what to answer otherwise if the place is wrong.
    pub fn behind(&self, found: &str) -> Vec<String> {
        let found = found.trim().trim_matches(['"', '\'']);
        let mut names = Vec::new();
        self.values.iter().for_each(|(key, value)| collect_behind(value, key, found, &mut names));
        names
    }

    /// The same answers with other values, for one cluster.
    pub(super) fn for_cluster(&self, values: Map<String, Json>, cluster: &str) -> Self {
        let own = self.get(&[CLUSTERS, cluster]).cloned().unwrap_or_default();
        Self { values, cluster: Some((cluster.to_owned(), own)), ..self.clone() }
    }

    /// What a user writes to answer a parameter: its route, for a cluster below the cluster's name.
    pub(super) fn name(&self, route: &[String]) -> String {
        let of_cluster = self.cluster.iter().map(|(cluster, _)| format!("{CLUSTERS}.{cluster}."));
        of_cluster.chain([route.join(".")]).collect()
    }

    fn refuse(&self, span: Span, message: String, help: Option<String>) -> Problems {
        let mut problems = Problems::new();
        self.add_sources(&mut problems);
        let label = Label::new(&arguments_path(), span, "");
        let mut diagnostic = Diagnostic::new("blueprint/answers", Severity::Error, message, label);
        diagnostic.help = help;
        problems.push(diagnostic);
        problems
    }

    /// The place of an answer: the argument that gave it, else the place in the file. `None` if neither did. An unknown key is blamed itself.
    pub(super) fn place(&self, route: &[String], blame_key: bool) -> Option<Label> {
        if let Some((cluster, own)) = &self.cluster
            && route.iter().try_fold(own, |value, step| value.get(step)).is_some()
        {
            let steps = [CLUSTERS.to_owned(), cluster.clone()].into_iter().chain(route.iter().cloned());
            return self.place_of(&steps.collect::<Vec<_>>(), blame_key);
        }
        self.place_of(route, blame_key)
    }

    fn place_of(&self, route: &[String], blame_key: bool) -> Option<Label> {
        let covers = |given: &[String]| given.iter().zip(route).all(|(a, b)| a == b);
        if let Some((_, span)) = self.argument_places.iter().rev().find(|(given, _)| covers(given)) {
            return Some(Label::new(&arguments_path(), *span, ""));
        }
        let (path, stream) = self.file.as_ref()?;
        let root = stream.documents().next()?.root();
        // What is missing is blamed on the innermost mapping that is there.
        let node = (0..=route.len()).rev().find_map(|length| {
            let steps: Route = route[..length].iter().map(|step| Step::Key(step.as_str().into())).collect();
            steps.find(root).map(|node| (length, node))
        });
        let (length, node) = node.filter(|(length, _)| *length > 0)?;
        let whole = length == route.len();
        let key = node.own_entry().map(|entry| entry.key.span());
        let is_large = node.is_mapping() || node.is_absent() || !whole;
        let span = if blame_key || is_large { key.unwrap_or(node.span()) } else { Node::span(node) };
        Some(Label::new(path, span, ""))
    }

    /// The file as a whole, or the arguments; for what was not answered at all.
    pub(super) fn anywhere(&self) -> Option<Label> {
        self.file.as_ref().map(|(path, _)| Label::file(path, ""))
    }

    pub(super) fn add_sources(&self, problems: &mut Problems) {
        if let Some((path, stream)) = &self.file {
            problems.add_source(path, stream.text());
        }
        if !self.arguments.is_empty() {
            problems.add_source(&arguments_path(), &SourceText::new(self.arguments.as_str()));
        }
    }
}

fn collect_behind(value: &Json, name: &str, found: &str, names: &mut Vec<String>) {
    match value {
        Json::Object(entries) => {
            entries.iter().for_each(|(key, value)| collect_behind(value, &format!("{name}.{key}"), found, names));
        }
        Json::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, value)| collect_behind(value, &format!("{name}.{at}"), found, names));
        }
        Json::String(text) if text == found => names.push(name.to_owned()),
        Json::Number(number) if number.to_string() == found => names.push(name.to_owned()),
        _ => {}
    }
}

fn arguments_path() -> RepoPath {
    RepoPath::new(ARGUMENTS).unwrap_or_else(|_| RepoPath::root())
}

/// Puts a value at a route, making mappings on the way.
pub(super) fn insert(values: &mut Map<String, Json>, route: &[&str], value: Json) {
    match route {
        [] => {}
        [last] => {
            values.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let inner = values.entry((*first).to_owned()).or_insert_with(|| Json::Object(Map::new()));
            if !inner.is_object() {
                *inner = Json::Object(Map::new());
            }
            if let Json::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// The schema of the parameter at a route; `Err` with the nearest name if there is none. Free objects accept any name.
fn find<'p>(parameters: &'p [Parameter], route: &[&str]) -> Result<Option<&'p Json>, Option<String>> {
    let Some((first, rest)) = route.split_first() else { return Ok(None) };
    let Some(parameter) = parameters.iter().find(|parameter| parameter.id.name == *first) else {
        return Err(nearest(first, parameters.iter().map(|parameter| parameter.id.name.as_str())).map(str::to_owned));
    };
    if rest.is_empty() {
        return Ok(Some(&parameter.schema));
    }
    if parameter.properties.is_empty() {
        let is_open = parameter.schema.get("type").is_none_or(|kind| kind == "object");
        return if is_open { Ok(None) } else { Err(None) };
    }
    find(&parameter.properties, rest).map_err(|near| near.map(|near| format!("{first}.{near}")))
}

/// Reads a text by the type that a schema asks for.
pub(super) fn read(text: &str, schema: Option<&Json>) -> Result<Json, String> {
    let kind = schema.and_then(|schema| schema.get("type"));
    let is_text = |kind: &Json| kind == "string";
    let choice = schema.and_then(|schema| schema.get("enum")).and_then(Json::as_array);
    if kind.is_some_and(is_text) || choice.is_some_and(|choices| choices.iter().any(|choice| choice == text)) {
        return Ok(Json::from(text));
    }
    let stream = Stream::parse(SourceText::new(text)).map_err(|error| format!("not a YAML value: {error}"))?;
    let root = stream.documents().next().map(Document::root);
    root.map_or(Ok(Json::Null), schema::to_json).map_err(|error| error.to_string())
}

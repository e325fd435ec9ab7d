//! The values of a release, composed in Argo CD's order: values files, `valuesObject` or `values`, `parameters`, then `fileParameters`.
//!
//! From `helmTemplate` in Argo CD's repository server and Helm's own order: strings that are forced come after all other parameters. Must not know charts.

use indexmap::IndexMap;
use smol_str::SmolStr;

use super::{
    Fault, Renderer,
    value_files::{Files, Named},
};
use crate::{
    argo::{Helm, Parameter},
    diagnostic::{Diagnostic, Label, Severity},
    helm::{
        Assignment, SetError, SetPath, Typing, ValuesError, as_helm_reads, assign, merge_values, parse_set, read_values,
    },
    path::RepoPath,
    text::SourceText,
    yaml::{Content, FileId, Origin, Stream, Value},
};

/// Values on their way.
#[derive(Debug)]
pub(super) struct Composition {
    pub(super) values: Value,
    pub(super) chart_values_files: Vec<SmolStr>,
    pub(super) unknown: Vec<(String, String)>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Composition {
    pub(super) fn new(origin: Origin) -> Self {
        let values = Value::mapping().at(origin);
        Self { values, chart_values_files: Vec::new(), unknown: Vec::new(), problems: Vec::new() }
    }

    /// Composes the values. What fails is kept as a problem, and the rest goes on.
    pub(super) fn compose(&mut self, files: &Files<'_>, helm: &Helm) {
        match files.value_files(helm) {
            Ok(named) => named.iter().for_each(|(file, origin)| self.file(files.renderer, file, *origin)),
            Err(problem) => self.problems.push(*problem),
        }
        self.inline(files.renderer, helm);
        let (strings, others): (Vec<&Parameter>, Vec<&Parameter>) =
            helm.parameters.iter().partition(|parameter| parameter.force_string);
        self.parameters(files, &others, Typing::Inferred);
        self.parameters(files, &strings, Typing::Strings);
        self.file_parameters(files, helm);
    }

    fn keep<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|problem| self.problems.push(*problem)).ok()
    }

    fn file(&mut self, renderer: &Renderer<'_>, file: &Named, origin: Origin) {
        match file {
            Named::Here(path) => {
                if let Some(values) = self.keep(read_file(renderer, path, origin)) {
                    merge_values(&mut self.values, values);
                }
            }
            Named::InChart(path) if self.values.as_mapping().is_some_and(IndexMap::is_empty) => {
                self.chart_values_files.push(path.clone());
            }
            Named::InChart(path) => self.unknown.push((String::new(), format!("`{path}`, a file of the chart"))),
            Named::Unknown(what) => self.unknown.push((String::new(), what.clone())),
        }
    }

    /// `valuesObject`, or else `values`.
    fn inline(&mut self, renderer: &Renderer<'_>, helm: &Helm) {
        if let Some(values) = &helm.values_object {
            let mut values = values.clone();
            as_helm_reads(&mut values);
            merge_values(&mut self.values, values);
        } else if let Some(text) = &helm.values
            && let Some(values) = self.keep(read_text(renderer, text))
        {
            merge_values(&mut self.values, values);
        }
    }

    /// Parameters of one sort. Argo CD keeps one for each name, the last, and hands them to Helm in no order.
    fn parameters(&mut self, files: &Files<'_>, parameters: &[&Parameter], typing: Typing) {
        let mut last: IndexMap<&str, &Parameter> = IndexMap::new();
        for parameter in parameters {
            last.insert(&parameter.name, parameter);
        }
        self.warn_of_overlaps(files.renderer, &last);
        for (name, parameter) in last {
            let (text, origin) = &parameter.value;
            let expanded = files.environment.expand(text);
            if let Some(variable) = expanded.unknown {
                self.unknown.push((name.to_owned(), format!("`${variable}`")));
                continue;
            }
            let line = format!("{name}={}", escape_commas(&expanded.text));
            let wrong = |message: String| files.renderer.fault("argo/invalid-parameter", parameter.origin, message);
            let assignments = parse_set(&line, typing, *origin).map_err(|error| wrong(told(name, &error)));
            for assignment in self.keep(assignments).unwrap_or_default() {
                let assigned = assign(&mut self.values, &assignment).map_err(|error| wrong(told(name, &error)));
                self.keep(assigned);
            }
        }
    }

    fn warn_of_overlaps(&mut self, renderer: &Renderer<'_>, parameters: &IndexMap<&str, &Parameter>) {
        let paths: Vec<(SetPath, &Parameter)> =
            parameters.iter().filter_map(|(name, parameter)| Some((SetPath::parse(name).ok()?, *parameter))).collect();
        for (index, (path, parameter)) in paths.iter().enumerate() {
            let Some((other, _)) = paths.iter().take(index).find(|(other, _)| other.overlaps(path)) else { continue };
            let message =
                format!("Argo CD sets `{other}` and `{path}` in no fixed order, and one overwrites the other");
            let problem =
                renderer.diagnostic("argo/overlapping-parameters", Severity::Warning, parameter.origin, message);
            self.problems.push(problem);
        }
    }

    fn file_parameters(&mut self, files: &Files<'_>, helm: &Helm) {
        let last: IndexMap<&str, _> = helm.file_parameters.iter().map(|one| (one.name.as_str(), &one.path)).collect();
        for (name, (written, origin)) in last {
            let path = match self.keep(files.named(written, *origin)) {
                Some(Named::Here(path)) => path,
                Some(Named::InChart(path)) => {
                    self.unknown.push((name.to_owned(), format!("`{path}`, a file of the chart")));
                    continue;
                }
                Some(Named::Unknown(what)) => {
                    self.unknown.push((name.to_owned(), what));
                    continue;
                }
                None => continue,
            };
            let result = file_content(files.renderer, &path, *origin).and_then(|content| {
                let wrong = |message: String| files.renderer.fault("argo/invalid-parameter", *origin, message);
                let parsed = parse_set(&format!("{name}="), Typing::Strings, *origin)
                    .map_err(|error| wrong(told(name, &error)))?;
                parsed.into_iter().try_for_each(|assignment| {
                    let assignment = Assignment { value: content.clone(), ends_line: false, ..assignment };
                    assign(&mut self.values, &assignment).map_err(|error| wrong(told(name, &error)))
                })
            });
            self.keep(result);
        }
    }
}

/// Why a parameter cannot be set, without a word of its value.
fn told(name: &str, error: &SetError) -> String {
    match error {
        SetError::Blocked(_) => format!("`{name}` leads through a value that it cannot be set in"),
        error => format!("the parameter `{name}` cannot be set: {error}"),
    }
}

/// Escapes the commas of a parameter, unless it is a list in braces or they are escaped already.
fn escape_commas(text: &str) -> String {
    if text.starts_with('{') && text.ends_with('}') {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if c == ',' && before != '\\' {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
    escaped
}

fn file_content(renderer: &Renderer<'_>, path: &RepoPath, origin: Origin) -> Result<Value, Fault> {
    let missing = |message: String| renderer.fault("argo/missing-values-file", origin, message);
    let file = renderer.session.file(path).map_err(|error| missing(error.to_string()))?;
    let file = file.ok_or_else(|| missing(format!("`{path}` does not exist")))?;
    let text = file.text().ok_or_else(|| missing(format!("`{path}` is not UTF-8")))?;
    Ok(Value::string(text.as_str()).at(Origin { file: file.id(), offset: 0 }))
}

fn read_file(renderer: &Renderer<'_>, path: &RepoPath, origin: Origin) -> Result<Value, Fault> {
    let missing = |message: String| renderer.fault("argo/missing-values-file", origin, message);
    let file = renderer.session.file(path).map_err(|error| missing(error.to_string()))?;
    let file = file.ok_or_else(|| missing(format!("`{path}` does not exist")))?;
    let stream = file.stream().map_err(|problem| Box::new(problem.diagnostic()))?;
    read_values(stream, file.id()).map_err(|ValuesError { message, span }| {
        Box::new(Diagnostic::new("argo/invalid-values", Severity::Error, message, Label::new(path, span, "")))
    })
}

/// Reads `values`, with the places in the file that holds the text.
fn read_text(renderer: &Renderer<'_>, text: &Value) -> Result<Value, Fault> {
    let wrong = |message: String| renderer.fault("argo/invalid-values", text.origin, message);
    let inner = text.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    let stream = Stream::parse(SourceText::new(inner)).map_err(|error| wrong(error.message.clone()))?;
    let mut values = read_values(&stream, text.origin.file).map_err(|error| wrong(error.message))?;
    let translation = renderer.session.translation(text);
    let place = |offset: u32| translation.as_ref().map_or(text.origin.offset, |translation| translation.offset(offset));
    move_origins(&mut values, text.origin.file, &place);
    Ok(values)
}

fn move_origins(value: &mut Value, file: FileId, place: &dyn Fn(u32) -> u32) {
    value.origin = Origin { file, offset: place(value.origin.offset) };
    match &mut value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(|item| move_origins(item, file, place)),
        Content::Mapping(mapping) => mapping.values_mut().for_each(|value| move_origins(value, file, place)),
    }
}

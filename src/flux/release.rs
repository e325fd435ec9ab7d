//! From a HelmRelease to a release: its name, its chart, its composed values.
//!
//! Owns the way of values from other objects into a release. From helm-controller and fluxcd/pkg/chartutil. Must not know what a chart makes of them.

use smol_str::SmolStr;

use super::{
    ChartTemplate, Data, DataKind, Datum, FluxOptions, Lookup, SourceRef,
    embedded::document,
    group,
    helm_release::{self, ValuesFrom},
    kustomization::clamp,
    source::text,
    values::{ComposeError, Composed, Part, compose},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    helm::{Assignment, ChartSource, ChartValuesFiles, Release, SetError, SetPath, Typing, parse_set},
    kustomize::Session,
    manifest::RenderedObject,
    yaml::{Content, Origin, Value},
};

const VALUES_FAIL: &str = "flux/values-fail";
const CHART_FAILS: &str = "flux/chart-fails";

/// What stands in the values for something unknown until they are composed; no YAML can hold it.
const UNKNOWN: &str = "\0unknown";

/// Composes the release that a HelmRelease asks for. `lookup` answers for its cluster. Whatever is wrong comes beside a release that is as whole as can be.
pub fn compose_release(
    session: &Session,
    object: &RenderedObject,
    lookup: &dyn Lookup,
    options: &FluxOptions,
) -> (Release, Vec<Diagnostic>) {
    let mut composer = Composer { session, object, lookup, options, unknown: Vec::new(), problems: Vec::new() };
    let value = &object.value;
    let (values, sensitive) = composer.values();
    let (chart, files) = composer.chart();
    let ChartFiles { names, ignore_missing } = composer.within(chart.as_ref(), files);
    let is = |keys: &[&str]| value.pointer(keys).and_then(Value::as_bool).unwrap_or_default();
    let skips_crds = text(value, &["spec", "install", "crds"]).as_deref() == Some("Skip");
    let release = Release {
        name: helm_release::release_name(&object.id, value),
        namespace: helm_release::release_namespace(&object.id, value),
        chart,
        chart_values_files: ChartValuesFiles { names, keep_defaults: false, ignore_missing },
        values,
        unknown: composer.unknown,
        sensitive,
        include_crds: !skips_crds && !is(&["spec", "install", "skipCRDs"]),
        skip_tests: !is(&["spec", "test", "enable"]),
        skip_schema: is(&["spec", "install", "disableSchemaValidation"]),
        kube_version: None,
        api_versions: Vec::new(),
        origin: object.origin(),
    };
    (release, composer.problems)
}

/// The values files of a chart that take the place of its own.
#[derive(Default)]
struct ChartFiles {
    names: Vec<SmolStr>,
    ignore_missing: bool,
}

impl ChartFiles {
    fn of(template: &ChartTemplate) -> Self {
        Self { names: template.values_files.clone(), ignore_missing: template.ignore_missing_values_files }
    }
}

struct Composer<'a> {
    session: &'a Session,
    object: &'a RenderedObject,
    lookup: &'a dyn Lookup,
    options: &'a FluxOptions,
    unknown: Vec<(String, String)>,
    problems: Vec<Diagnostic>,
}

impl Composer<'_> {
    fn namespace(&self) -> &str {
        self.object.id.namespace.as_deref().unwrap_or_default()
    }

    /// The values, and which of them come from Secrets.
    fn values(&mut self) -> (Value, Vec<SetPath>) {
        let object = self.object;
        let entries = helm_release::values_from(&object.value);
        let parts: Vec<(Part, Option<String>)> = entries.iter().map(|entry| self.part(entry)).collect();
        let inline = helm_release::inline_values(&object.value);
        let nothing = || (inline.cloned().unwrap_or_else(Value::mapping), Vec::new());
        let (parts, reasons): (Vec<Part>, Vec<Option<String>>) = parts.into_iter().unzip();
        let composed = match compose(&parts, inline) {
            Ok(composed) => composed,
            Err(error) => {
                let (ComposeError::NotAMapping(entry) | ComposeError::Blocked(entry)) = error;
                let what = match error {
                    ComposeError::NotAMapping(_) => "its content is no mapping",
                    ComposeError::Blocked(_) => "its target path leads through a value that it cannot be set in",
                };
                if let Some(entry) = entries.get(entry) {
                    self.problem(VALUES_FAIL, entry.name_origin, format!("{}: {what}", named(entry)));
                }
                return nothing();
            }
        };
        let sensitive = sensitive_paths(&composed, &entries);
        for ((index, entry), reason) in entries.iter().enumerate().zip(reasons) {
            let path = entry.target_path.as_ref().map(ToString::to_string).unwrap_or_default();
            // What loses against another value is of no interest.
            if let Some(reason) = reason.filter(|_| path.is_empty() || composed.holds(index)) {
                self.unknown.push((path, format!("{} key `{}`: {reason}", named(entry), entry.key)));
            }
        }
        let mut values = composed.to_value();
        if !values.origin.is_some() {
            values.origin = inline.map_or(object.origin(), |inline| inline.origin);
        }
        take_out_unknown(&mut values);
        (values, sensitive)
    }

    /// What an entry brings; with a reason where that is not known.
    fn part(&mut self, entry: &ValuesFrom) -> (Part, Option<String>) {
        let Some(kind) = DataKind::of(&entry.kind) else {
            let message = format!("values come from Secrets and ConfigMaps only, not from a {}", entry.kind);
            self.problem(VALUES_FAIL, entry.name_origin, message);
            return (Part::Nothing, None);
        };
        let unknown = |reason: String| (Self::unknown_part(entry), Some(reason));
        let datum = match self.lookup.data(kind, self.namespace(), &entry.name) {
            Data::Opaque(reason) => return unknown(reason),
            Data::Missing => None,
            Data::Known(mut entries) => match entries.shift_remove(&entry.key) {
                Some(Datum::Unknown(reason)) => return unknown(reason),
                Some(Datum::Text(value)) => Some(value),
                None if entry.optional => return (Part::Nothing, None),
                None => {
                    let message = format!("{} has no key `{}`", named(entry), entry.key);
                    self.problem(VALUES_FAIL, entry.key_origin.unwrap_or(entry.name_origin), message);
                    return (Part::Nothing, None);
                }
            },
        };
        match (datum, &entry.target_path) {
            (None, _) if entry.optional => (Part::Nothing, None),
            (None, _) => {
                self.problem(VALUES_FAIL, entry.name_origin, format!("{} does not exist", named(entry)));
                (Part::Nothing, None)
            }
            (Some(value), None) => (self.document(entry, &value), None),
            (Some(value), Some(path)) => (self.target(entry, path, &value), None),
        }
    }

    /// What stands for an unknown value: at its target path it takes the place of others like any value.
    fn unknown_part(entry: &ValuesFrom) -> Part {
        let path = entry.target_path.as_ref().and_then(|path| SetPath::parse(path).ok());
        path.map_or(Part::Nothing, |path| Part::Target(path, Value::string(UNKNOWN).at(entry.name_origin)))
    }

    fn document(&mut self, entry: &ValuesFrom, value: &Value) -> Part {
        match document(self.session, value) {
            Ok(document) => Part::Document(document),
            Err(error) => {
                self.problem(VALUES_FAIL, entry.name_origin, format!("{} key `{}`: {error}", named(entry), entry.key));
                Part::Nothing
            }
        }
    }

    fn target(&mut self, entry: &ValuesFrom, path: &str, value: &Value) -> Part {
        let text = value.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
        let literal = entry.literal && self.options.version.knows_literal();
        match assignments(path, text, literal, value.origin) {
            Ok(assignments) => Part::Assignments(assignments),
            // The message of the library may hold a part of the value: a key behind a comma.
            Err(error) => {
                let what = match error {
                    SetError::NoValue => "text behind a comma is taken for a further key, and has no value",
                    SetError::OpenList => "a list that `{` opens is not closed",
                    SetError::Index | SetError::TooDeep | SetError::Blocked(_) => {
                        "it cannot be read as Helm's `--set` does"
                    }
                };
                let message = format!("the value for `{path}` from {} cannot be set: {what}", named(entry));
                let help = "say `literal: true`, or keep the value in quotes";
                self.problem(VALUES_FAIL, entry.target_origin.unwrap_or(entry.name_origin), message);
                if let Some(problem) = self.problems.last_mut() {
                    problem.help = Some(help.to_owned());
                }
                Part::Nothing
            }
        }
    }

    /// The chart, and the values files in it.
    fn chart(&mut self) -> (Option<ChartSource>, ChartFiles) {
        let value = &self.object.value;
        let template = value.pointer(&["spec", "chart", "spec"]);
        let reference = value.pointer(&["spec", "chartRef"]);
        match (template, reference) {
            (Some(spec), None) => match ChartTemplate::of(spec) {
                Some(template) => (self.chart_of_template(&template, self.namespace()), ChartFiles::of(&template)),
                None => (None, ChartFiles::default()),
            },
            (None, Some(reference)) => self.chart_of_reference(reference),
            (Some(_), Some(reference)) => {
                let message = "a HelmRelease has either `chart` or `chartRef`; this one has both";
                self.problem(CHART_FAILS, reference.origin, message.to_owned());
                (None, ChartFiles::default())
            }
            (None, None) => {
                self.problem(CHART_FAILS, self.object.origin(), "the HelmRelease names no chart".to_owned());
                (None, ChartFiles::default())
            }
        }
    }

    /// Values files by their paths in the chart. Where the chart is a folder of a source they are named from the root of the source.
    fn within(&mut self, chart: Option<&ChartSource>, mut files: ChartFiles) -> ChartFiles {
        let Some(ChartSource::Folder(folder)) = chart else { return files };
        files.names.retain_mut(|name| {
            let path = clamp(name);
            let is_inside = path.is_under(folder);
            if is_inside {
                *name = path.relative_to(folder).into();
            } else {
                self.unknown.push((String::new(), format!("`{path}` is a values file outside of the chart")));
            }
            is_inside
        });
        files
    }

    fn chart_of_template(&self, template: &ChartTemplate, namespace: &str) -> Option<ChartSource> {
        let reference = template.source.as_ref()?;
        let namespace = reference.namespace.as_deref().unwrap_or(namespace);
        Some(match self.lookup.source(reference, namespace) {
            Some(source) => source.chart_source(template, self.lookup.is_here(reference, namespace)),
            None if self.lookup.is_here(reference, namespace) => ChartSource::Folder(clamp(&template.chart)),
            None => elsewhere(reference, namespace, template.chart.clone()),
        })
    }

    fn chart_of_reference(&mut self, reference: &Value) -> (Option<ChartSource>, ChartFiles) {
        let Some(reference) = SourceRef::of(reference) else { return (None, ChartFiles::default()) };
        let namespace = reference.namespace.as_deref().unwrap_or(self.namespace()).to_owned();
        let Some(source) = self.lookup.source(&reference, &namespace) else {
            return (Some(elsewhere(&reference, &namespace, SmolStr::default())), ChartFiles::default());
        };
        match &source.chart {
            Some(template) => (self.chart_of_template(template, &namespace), ChartFiles::of(template)),
            None if source.id.kind == "OCIRepository" => {
                (Some(ChartSource::Oci { url: source.url, version: source.reference }), ChartFiles::default())
            }
            None => (Some(elsewhere(&reference, &namespace, SmolStr::default())), ChartFiles::default()),
        }
    }

    fn problem(&mut self, rule: &'static str, origin: Origin, message: String) {
        let label = self.session.label(origin, "").unwrap_or_else(|| Label::file(&self.object.path, ""));
        self.problems.push(Diagnostic::new(rule, Severity::Error, message, label));
    }
}

fn named(entry: &ValuesFrom) -> String {
    format!("{} `{}`", entry.kind, entry.name)
}

fn elsewhere(reference: &SourceRef, namespace: &str, path: SmolStr) -> ChartSource {
    let group = if reference.group == group::SOURCE { String::new() } else { format!("{}/", reference.group) };
    ChartSource::Elsewhere { source: format!("{group}{} {namespace}/{}", reference.kind, reference.name).into(), path }
}

/// The assignments that a value makes at a target path: as `--set` reads it, as strings if it stands in quotes, or as it is.
pub fn assignments(path: &str, value: &str, literal: bool, origin: Origin) -> Result<Vec<Assignment>, SetError> {
    // The parser stumbles over the map that a last empty key would stand in.
    if path.ends_with('.') && !path.ends_with("\\.") || path.contains("..") {
        return Err(SetError::NoValue);
    }
    if literal {
        let line = format!("{path}={}", escaped(value));
        return parse_set(&line, Typing::Strings, origin);
    }
    let is_in = |quote: char| value.starts_with(quote) && value.ends_with(quote);
    if is_in('\'') || is_in('"') {
        return parse_set(&format!("{path}={}", value.trim_matches(['\'', '"'])), Typing::Strings, origin);
    }
    parse_set(&format!("{path}={value}"), Typing::Inferred, origin)
}

/// Takes away the meaning of everything in a value that `--set` would see as syntax.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '\\' | ',' | '[' | ']' | '{' | '}') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The values that come from Secrets and are in the result, or would be if they were known.
fn sensitive_paths(composed: &Composed, entries: &[ValuesFrom]) -> Vec<SetPath> {
    let secret = entries.iter().enumerate().filter(|(_, entry)| entry.kind == "Secret");
    let mut paths: Vec<SetPath> = secret.flat_map(|(index, _)| composed.paths_of(index)).collect();
    paths.sort();
    paths
}

fn is_unknown(value: &Value) -> bool {
    value.as_scalar().is_some_and(|scalar| scalar.text == UNKNOWN)
}

fn take_out_unknown(value: &mut Value) {
    match &mut value.content {
        Content::Scalar(_) => {}
        Content::Mapping(mapping) => {
            mapping.retain(|_, value| !is_unknown(value));
            mapping.values_mut().for_each(take_out_unknown);
        }
        Content::Sequence(items) => {
            for item in items {
                if is_unknown(item) {
                    *item = Value::null().at(item.origin);
                } else {
                    take_out_unknown(item);
                }
            }
        }
    }
}

//! Composed values against the schemas of the chart and of every chart inside of it that is enabled.
//!
//! Every fault knows the value to blame where somebody wrote it. Must not know files: a place is an origin until somebody with the table of files labels it.

use super::{
    Release, SetPath, SetStep,
    compose::{ComposedPart, ComposedValues},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    manifest::sensitive::is_secret_key,
    schema::{FaultKind, value_to_json},
    yaml::{Origin, Route, Step, Value},
};

/// The id under which faults of values are reported.
const RULE: &str = "helm/values-schema";

/// What the schemas say about the values of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// What is wrong, in order of routes.
    pub faults: Vec<ValuesFault>,
    /// Schemas that could not be asked: the path of the chart ("hub", empty for the chart itself) and why.
    pub not_validated: Vec<(String, String)>,
}

/// Something that a schema refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesFault {
    /// The chart whose schema refuses it: its name and version.
    pub chart: String,
    /// The place in the values of the release.
    pub route: Route,
    /// What is wrong.
    pub kind: FaultKind,
    /// One sentence without a final full stop, names in backticks.
    pub message: String,
    /// The value to blame; else the innermost value around it that somebody wrote, in the end the release itself.
    pub origin: Origin,
    /// Whether the value to blame is a default that comes with the chart, so that nobody here can mend it there.
    pub is_default: bool,
}

/// Checks the values of a release as Helm does before it renders. What a value that is unknown offline could mend is no fault.
pub fn validate(composed: &ComposedValues, release: &Release) -> Validation {
    let mut validation = Validation::default();
    if release.skip_schema {
        return validation;
    }
    let unknown: Vec<Option<SetPath>> = release.unknown.iter().map(|(path, _)| SetPath::parse(path).ok()).collect();
    let checker = Checker { root: &composed.values, release: release.origin, unknown: &unknown };
    checker.check(&composed.chart, &composed.values, &Route::root(), &mut validation);
    validation.faults.sort_by(|a, b| (&a.route, &a.kind, &a.message).cmp(&(&b.route, &b.kind, &b.message)));
    validation
}

impl ValuesFault {
    /// The fault as a finding. `label` labels an origin, `fallback` is where the release is asked for.
    pub fn diagnostic(&self, label: &dyn Fn(Origin, &str) -> Option<Label>, fallback: Label) -> Diagnostic {
        let place = label(self.origin, "").unwrap_or(fallback);
        let help = format!("the values.schema.json of {} says so; Helm refuses the release", self.chart);
        Diagnostic::new(RULE, Severity::Error, self.message.clone(), place).with_help(help)
    }
}

struct Checker<'a> {
    root: &'a Value,
    /// Where the release is asked for.
    release: Origin,
    /// What is not known: paths, or `None` for all of the values.
    unknown: &'a [Option<SetPath>],
}

impl Checker<'_> {
    /// Checks the values of one chart, and those of the charts inside of it.
    fn check(&self, part: &ComposedPart, values: &Value, route: &Route, validation: &mut Validation) {
        match part.chart.schema.as_deref().map(|schema| schema.compiled()) {
            None => {}
            Some(Err(error)) => validation.not_validated.push((words(route), error.to_string())),
            Some(Ok(schema)) => {
                let chart = format!("chart {} {}", part.chart.metadata.name, part.chart.metadata.version);
                for fault in schema.check_below(route, &value_to_json(values)) {
                    let missing = match &fault.kind {
                        FaultKind::Missing { field } => Some(field.as_str()),
                        _ => None,
                    };
                    if self.may_be_mended(&fault.route, missing, &fault.kind) {
                        continue;
                    }
                    let (origin, is_default) = self.blame(&fault.route, missing);
                    let (kind, message) = without_secret(&fault.route, fault.kind, fault.message);
                    let (chart, route) = (chart.clone(), fault.route);
                    validation.faults.push(ValuesFault { chart, route, kind, message, origin, is_default });
                }
            }
        }
        for inner in &part.parts {
            if let Some(values) = values.get(&inner.key).filter(|values| !values.is_null()) {
                self.check(inner, values, &route.clone().key(&inner.key), validation);
            }
        }
    }

    /// Whether a value that is unknown offline may take the fault away: it may add what is missing, or stand in place of what is wrong.
    fn may_be_mended(&self, route: &Route, missing: Option<&str>, kind: &FaultKind) -> bool {
        let place = missing.map_or_else(|| route.clone(), |field| route.clone().key(field));
        let composite = missing.is_some() || matches!(kind, FaultKind::Other | FaultKind::Range);
        self.unknown.iter().any(|unknown| match unknown {
            None => composite,
            Some(path) => {
                let steps = path.steps();
                let touches = steps.iter().zip(place.steps()).all(|(unknown, step)| same(unknown, step));
                touches && (composite || steps.len() <= place.steps().len())
            }
        })
    }

    /// The value to blame, and whether it is a chart's default.
    fn blame(&self, route: &Route, missing: Option<&str>) -> (Origin, bool) {
        let mut value = self.root;
        let mut written = if value.origin.is_some() { value.origin } else { self.release };
        for step in route.steps() {
            let next = match step {
                Step::Key(key) => value.get(key),
                Step::Index(index) => value.as_sequence().and_then(|items| items.get(*index)),
            };
            let Some(next) = next else { break };
            value = next;
            if value.origin.is_some() {
                written = value.origin;
            }
        }
        (written, missing.is_none() && !value.origin.is_some())
    }
}

/// A message may quote the value; that of a secret is left out.
fn without_secret(route: &Route, kind: FaultKind, message: String) -> (FaultKind, String) {
    let quotes = !matches!(kind, FaultKind::UnknownField { .. } | FaultKind::Missing { .. } | FaultKind::Key);
    let is_secret = |step: &Step| matches!(step, Step::Key(key) if is_secret_key(key));
    if !quotes || !route.steps().iter().any(is_secret) {
        return (kind, message);
    }
    let place = words(route);
    (FaultKind::Other, format!("`{place}` does not fit the schema; it may be a secret, so it is not shown"))
}

fn same(unknown: &SetStep, step: &Step) -> bool {
    match (unknown, step) {
        (SetStep::Key(a), Step::Key(b)) => a == b,
        (SetStep::Index(a), Step::Index(b)) => a == b,
        _ => false,
    }
}

/// A route of keys, joined by dots.
fn words(route: &Route) -> String {
    let keys = route.steps().iter().map(|step| match step {
        Step::Key(key) => key.to_string(),
        Step::Index(index) => index.to_string(),
    });
    keys.collect::<Vec<_>>().join(".")
}

//! The rules in the language CEL that a CustomResourceDefinition brings along (`x-kubernetes-validations`).
//!
//! Owns which of them are evaluated: those that can be read, are of a sane size, and look at values that are known. Nothing is said about the others, because whoever
//! checks objects is mostly not the author of the definition. Must not know the validator of schemas.

#[cfg(feature = "cel")]
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use super::{
    fault::{Fault, FaultKind},
    translate::is_not_yet_known,
    words,
};
use crate::yaml::Route;

/// The longest rule that is read, and the deepest nesting in one: what is beyond could use up the stack of the reader.
#[cfg(feature = "cel")]
const MAX_RULE_BYTES: usize = 4096;
#[cfg(feature = "cel")]
const MAX_RULE_DEPTH: usize = 40;
/// How many loops over a list may stand within one another, and the largest object that is looked at, in values: together they bound the time that a rule takes.
#[cfg(feature = "cel")]
const MAX_LOOPS: usize = 2;
const MAX_VALUES: usize = 1000;

/// The rules of a schema, ready to be evaluated.
#[cfg(feature = "cel")]
#[derive(Debug)]
pub(super) struct Rules(kube_cel::CompiledSchema);

/// The program was built without the language.
#[cfg(not(feature = "cel"))]
#[derive(Debug)]
pub(super) struct Rules;

/// A rule that does not hold.
struct Broken {
    /// `spec.items[0].name`.
    path: String,
    message: Option<String>,
}

impl Rules {
    /// The faults of an object that fits its schema otherwise.
    pub fn check(&self, object: &Value, kind: Option<&str>) -> Vec<Fault> {
        if count(object) > MAX_VALUES {
            return Vec::new();
        }
        let broken = self.broken(object).into_iter();
        broken.filter_map(|broken| fault(&broken, object, kind)).collect()
    }
}

#[cfg(feature = "cel")]
impl Rules {
    /// The rules of a schema; `None` if it has none.
    pub fn of(schema: &Value) -> Option<Self> {
        if !has_rules(schema) {
            return None;
        }
        // The reader of the language has panicked over texts before; what it cannot read is left alone.
        catch_unwind(AssertUnwindSafe(|| kube_cel::compile_schema(&sane(schema)))).ok().map(Self)
    }

    fn broken(&self, object: &Value) -> Vec<Broken> {
        let evaluate = || kube_cel::validate_compiled(&self.0, object, None);
        let outcome = catch_unwind(AssertUnwindSafe(evaluate)).unwrap_or(Ok(()));
        let errors = outcome.err().into_iter().flat_map(kube_cel::ValidationErrors::into_vec);
        let failed = errors.filter(|error| error.kind == kube_cel::ErrorKind::ValidationFailure);
        let broken = failed.map(|error| {
            let says_no_more = error.message == format!("failed rule: {}", error.rule);
            Broken { path: error.field_path, message: (!says_no_more).then_some(error.message) }
        });
        broken.collect()
    }
}

#[cfg(not(feature = "cel"))]
impl Rules {
    /// No rules: nothing evaluates them.
    pub fn of(_schema: &Value) -> Option<Self> {
        None
    }

    fn broken(&self, _object: &Value) -> Vec<Broken> {
        Vec::new()
    }
}

#[cfg(feature = "cel")]
const KEYWORD: &str = "x-kubernetes-validations";

#[cfg(feature = "cel")]
fn has_rules(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => object.contains_key(KEYWORD) || object.values().any(has_rules),
        Value::Array(items) => items.iter().any(has_rules),
        _ => false,
    }
}

/// A schema without the rules that are too much to read.
#[cfg(feature = "cel")]
fn sane(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| match value {
                Value::Array(rules) if key == KEYWORD => {
                    let kept = rules.iter().filter(|rule| rule["rule"].as_str().is_some_and(is_sane));
                    (key.clone(), kept.cloned().collect())
                }
                value => (key.clone(), sane(value)),
            });
            Value::Object(entries.collect())
        }
        Value::Array(items) => items.iter().map(sane).collect(),
        other => other.clone(),
    }
}

#[cfg(feature = "cel")]
fn is_sane(rule: &str) -> bool {
    const LOOPS: [&str; 5] = [".all", ".exists", ".exists_one", ".filter", ".map"];
    let choices = rule.matches('?').count();
    if rule.len() > MAX_RULE_BYTES || choices > MAX_RULE_DEPTH {
        return false;
    }
    // Of each open bracket, whether it holds what a loop does.
    let mut open: Vec<bool> = Vec::new();
    for (at, c) in rule.char_indices() {
        match c {
            '(' => open.push(LOOPS.iter().any(|name| rule[..at].trim_end().ends_with(name))),
            '[' | '{' => open.push(false),
            ')' | ']' | '}' => drop(open.pop()),
            _ => {}
        }
        if open.len() > MAX_RULE_DEPTH || open.iter().filter(|is_loop| **is_loop).count() > MAX_LOOPS {
            return false;
        }
    }
    true
}

/// How many values a value holds, itself among them.
fn count(value: &Value) -> usize {
    match value {
        Value::Object(object) => 1 + object.values().map(count).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// A broken rule as a fault; `None` if it may hold once all values are known.
fn fault(broken: &Broken, object: &Value, kind: Option<&str>) -> Option<Fault> {
    let (route, value) = find(&broken.path, object);
    if holds_unknown(value) {
        return None;
    }
    let subject = words::subject(&route, kind);
    let bare = format!("{subject} breaks a rule of its definition");
    Some(match &broken.message {
        Some(message) => {
            // Definitions end their messages as they like; ours have no full stop.
            let message = message.trim().trim_end_matches('.');
            Fault::quoting(route, FaultKind::Other, format!("{bare}: {message}"), bare)
        }
        None => Fault::new(route, FaultKind::Other, bare),
    })
}

fn holds_unknown(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.values().any(holds_unknown),
        Value::Array(items) => items.iter().any(holds_unknown),
        other => is_not_yet_known(other),
    }
}

/// The route that a path means, and the value there; as far as the object goes. Keys may hold dots themselves.
fn find<'v>(path: &str, object: &'v Value) -> (Route, &'v Value) {
    let (mut rest, mut value, mut route) = (path, object, Route::root());
    loop {
        rest = rest.trim_start_matches('.');
        let ends = |after: &str| after.is_empty() || after.starts_with(['.', '[']);
        let next = match value {
            Value::Object(object) => {
                let keys = object.iter().filter(|(key, _)| rest.strip_prefix(key.as_str()).is_some_and(ends));
                let longest = keys.max_by_key(|(key, _)| key.len());
                longest.map(|(key, inner)| (route.clone().key(key.as_str()), inner, rest.get(key.len()..)))
            }
            Value::Array(items) => {
                rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).and_then(|(at, rest)| {
                    let index: usize = at.parse().ok()?;
                    Some((route.clone().index(index), items.get(index)?, Some(rest)))
                })
            }
            _ => None,
        };
        let Some((further, inner, Some(after))) = next.filter(|_| !rest.is_empty()) else { return (route, value) };
        (route, value, rest) = (further, inner, after);
    }
}

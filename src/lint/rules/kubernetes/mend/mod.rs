//! What can be done about a value that does not fit the schema: another name, another value, quotes that are missing or too many.
//!
//! Must not know how violations are found.

use crate::{
    diagnostic::Fix,
    project::Project,
    schema::{Fault, FaultKind},
    yaml::{Step, Type, Value},
};

/// A mend for a fault of an object, if one can be told. `value` is what stands at the fault.
pub(super) fn mend(project: &Project, fault: &Fault, value: &Value) -> Option<Fix> {
    match &fault.kind {
        FaultKind::UnknownField { nearest } => rename(project, fault, value, nearest.as_deref()?),
        FaultKind::Type { expected, .. } => requote(project, value, expected),
        FaultKind::Enum { nearest, .. } => {
            let nearest = nearest.as_deref().filter(|_| is_as_written(project, value))?;
            Fix::likely(format!("write `{nearest}`"), project.with_value(value.origin, &Value::string(nearest)))
        }
        _ => None,
    }
}

/// Renames a key to the one that was meant, if that is not there already.
fn rename(project: &Project, fault: &Fault, value: &Value, nearest: &str) -> Option<Fix> {
    let Some(Step::Key(name)) = fault.route.steps().last() else { return None };
    let (_, node) = project.node_of(value.origin)?;
    let is_own = node.own_entry().is_some_and(|entry| entry.key.text() == Some(name.as_str()));
    let is_taken = node.parent().is_some_and(|mapping| mapping.get(nearest).is_some());
    if !is_own || is_taken {
        return None;
    }
    let changes = project.edit(value.origin, |document, route| document.rename_key(route, nearest));
    Fix::likely(format!("rename `{name}` to `{nearest}`"), changes)
}

/// Puts a number or a boolean in quotes where a text is wanted, and takes a text out of them where it reads as what is wanted. The API refuses the object as it is.
fn requote(project: &Project, value: &Value, expected: &str) -> Option<Fix> {
    let scalar = value.as_scalar().filter(|_| is_as_written(project, value))?;
    let text = scalar.text.as_str();
    let (title, right) = match (expected, scalar.kind) {
        ("a text", Type::Bool | Type::Int | Type::Float) => ("put it in quotes", Value::string(text)),
        ("a boolean", Type::String) if matches!(text, "true" | "false") => {
            ("take it out of its quotes", Value::bool(text == "true"))
        }
        ("an integer", Type::String) => {
            let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text)?;
            ("take it out of its quotes", Value::int(number))
        }
        _ => return None,
    };
    Fix::safe(title, project.with_value(value.origin, &right))
}

/// Whether the value is what stands in the file, and not what a variable or a transformer has made of it.
fn is_as_written(project: &Project, value: &Value) -> bool {
    let written = project.node_of(value.origin).and_then(|(_, node)| node.text());
    written.is_some() && written == value.as_scalar().map(|scalar| scalar.text.as_str())
}

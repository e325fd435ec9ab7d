//! Label selectors, over labels and over parameters.
//!
//! Values are compared as they are: unlike in Kubernetes they may be URLs.

use crate::yaml::Value;

fn text(value: &Value) -> Option<&str> {
    value.as_scalar().map(|scalar| scalar.text.as_str())
}

/// Whether a selector asks for anything.
pub(super) fn is_empty(selector: &Value) -> bool {
    let any = |key: &str| {
        selector.get(key).is_some_and(|part| {
            part.as_mapping().is_some_and(|entries| !entries.is_empty())
                || part.as_sequence().is_some_and(|items| !items.is_empty())
        })
    };
    !any("matchLabels") && !any("matchExpressions")
}

/// Whether what `label` gives for keys fits. Errors: an operator that is not known.
pub(super) fn matches<'a>(selector: &Value, label: &dyn Fn(&str) -> Option<&'a str>) -> Result<bool, String> {
    for (key, wanted) in selector.get("matchLabels").and_then(Value::as_mapping).into_iter().flatten() {
        if label(key).is_none() || label(key) != text(wanted) {
            return Ok(false);
        }
    }
    expressions(selector.get("matchExpressions"), label)
}

fn expressions<'a>(list: Option<&Value>, label: &dyn Fn(&str) -> Option<&'a str>) -> Result<bool, String> {
    for expression in list.and_then(Value::as_sequence).unwrap_or_default() {
        let field = |key: &str| expression.get(key).and_then(text).unwrap_or_default();
        let found = label(field("key"));
        let values = expression.get("values").and_then(Value::as_sequence).unwrap_or_default();
        let listed = || values.iter().any(|value| text(value) == found && found.is_some());
        let fits = match field("operator") {
            "In" => listed(),
            "NotIn" => !listed(),
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            other => return Err(format!("`{other}` is no operator of a selector")),
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The first step of a rolling sync that takes an Application, by its labels.
pub(super) fn step(application: &Value, steps: &[Value]) -> Option<usize> {
    let labels = application.pointer(&["metadata", "labels"]);
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(text);
    // A step's operators are `In` and `NotIn`, and a label that is absent is neither in nor out.
    steps.iter().position(|step| {
        let list = step.get("matchExpressions").and_then(Value::as_sequence).unwrap_or_default();
        let has_all = list.iter().all(|expression| expression.get("key").and_then(text).and_then(label).is_some());
        has_all && expressions(step.get("matchExpressions"), &label).unwrap_or(false)
    })
}

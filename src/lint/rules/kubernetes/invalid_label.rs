//! `kubernetes/invalid-label`: a label or an annotation that is not allowed.

use crate::{
    diagnostic::Severity,
    graph::pod_template,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    schema::{is_dns_subdomain, is_label_value},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/invalid-label",
    severity: Severity::Error,
    pedantic: false,
    summary: "a label or an annotation that is not allowed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
The value of a label has at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; the name of a label or
annotation too, with a DNS subdomain and a slash before it if wanted. The API refuses the object otherwise.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  labels:
    team: web & mail
data:
  colour: blue
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
  labels:
    team: web-and-mail
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let pod = pod_template(&object.id, &object.value).and_then(|pod| pod.labels);
    let labels = object.value.pointer(&["metadata", "labels"]).and_then(Value::as_mapping);
    let annotations = object.value.pointer(&["metadata", "annotations"]).and_then(Value::as_mapping);
    if object.id.is_tool_configuration() {
        return;
    }
    for (key, value) in labels.into_iter().chain(pod).flatten() {
        check_key(project, object, key, value, report);
        let Some(scalar) = value.as_scalar() else { continue };
        let Some(label) = project.label(value, "not the value of a label") else { continue };
        if !is_label_value(&scalar.text) && !scalar.text.contains(['$', '{', '<']) {
            report.at(label, format!("the label `{key}` of {} cannot have this value", object.id)).help(
                "at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; the API refuses the object",
            );
        }
    }
    for (key, value) in annotations.into_iter().flatten() {
        check_key(project, object, key, value, report);
    }
}

fn check_key(project: &Project, object: &Object, key: &str, value: &Value, report: &mut Report<'_>) {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let is_right = !name.is_empty()
        && is_label_value(name)
        && prefix.is_none_or(|prefix| is_dns_subdomain(&prefix.to_ascii_lowercase()));
    let Some(label) = project.key_label(value.origin, "not the name of a label or annotation") else { return };
    if !is_right && !key.contains(['$', '{', '<']) {
        report.at(label, format!("{} cannot have a label or annotation called `{key}`", object.id)).help(
            "at most 63 letters, digits, dashes, underscores and dots, behind a DNS subdomain and one slash if wanted",
        );
    }
}

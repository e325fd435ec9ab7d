//! `kubernetes/invalid-name`: the name of an object is not allowed.

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    schema::{is_dns_label, is_dns_subdomain},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kubernetes/invalid-name",
    severity: Severity::Error,
    pedantic: false,
    summary: "the name of an object is not allowed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Names of most objects are DNS subdomains: at most 253 lower-case letters, digits, dashes and dots. Those of Namespaces and Services are DNS labels: at
most 63, without dots. The API refuses the object otherwise.

## Bad

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web_settings
  namespace: default
data:
  colour: blue
```

## Good

```yaml apps/app.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(name) = object.value.pointer(&["metadata", "name"]) else { return };
    let Some(text) = name.as_scalar().map(|scalar| scalar.text.as_str()) else { return };
    // Roles and bindings may be called anything; the objects of tools are none of the API.
    // OpenShift serves its own kinds itself, with rules of their own: Groups and ImageStreams may have underscores.
    let is_free = object.id.group == "rbac.authorization.k8s.io"
        || object.id.group.ends_with(".openshift.io")
        || object.id.is_tool_configuration();
    // A word in capitals is a placeholder that a script fills.
    let is_template =
        text.split(['-', '.']).any(|part| part.len() > 2 && part.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
    let is_open = text.is_empty() || text.contains(['$', '{', '<']) || is_template || is_free;
    let is_label = matches!((object.id.group.as_str(), object.id.kind.as_str()), ("", "Namespace" | "Service"));
    // Custom resources may have their own rules, which are never wider than that of a path segment.
    let (is_right, rule) = if is_label {
        (is_dns_label(text), "at most 63 lower-case letters, digits and dashes")
    } else {
        (
            is_dns_subdomain(text),
            "at most 253 lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
        )
    };
    if is_open || is_right {
        return;
    }
    let Some(label) = project.label(name, "not a name") else { return };
    report
        .at(label, format!("a {} cannot be called `{text}`", object.id.kind))
        .help(format!("a name has {rule}; the API refuses the object"));
}

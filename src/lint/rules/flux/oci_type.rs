//! `flux/oci-type`: the URL of a HelmRepository and its type do not fit.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Route, Value, edit::Place},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/oci-type",
    severity: Severity::Error,
    pedantic: false,
    summary: "the URL of a HelmRepository and its type do not fit",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A HelmRepository with an `oci://` URL needs `type: oci`: without it the controller asks for an index, which a registry does not have. With `type: oci` any other URL is refused.

## Bad

```yaml apps/charts.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: oci://registry.example.org/charts
```

## Good

```yaml apps/charts.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: oci://registry.example.org/charts
  type: oci
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = object.value.get("spec").filter(|_| object.id.is(group::SOURCE, "HelmRepository")) else { return };
    let Some(url) = spec.get("url") else { return };
    let Some(text) = url.as_str().filter(|text| text.contains("://") && !text.contains("${")) else { return };
    let kind = spec.get("type").and_then(Value::as_str).unwrap_or("default");
    let message = match (text.starts_with("oci://"), kind) {
        (true, "default") => "an `oci://` URL needs `type: oci`",
        (false, "oci") => "`type: oci` needs an `oci://` URL",
        _ => return,
    };
    let Some(label) = project.label(url, "") else { return };
    let finding = report.at(label, message).and(spec.get("type").and_then(|kind| project.label(kind, "the type")));
    if kind == "default" {
        finding.help("set `type: oci`").fix(set_type(project, spec));
    } else {
        finding.help("write the URL of the registry, or remove the type");
    }
}

fn set_type(project: &Project, spec: &Value) -> Option<Fix> {
    let value = Value::plain("oci");
    let url = spec.get("url")?;
    let changes = project.edit(url.origin, |document, route| {
        let spec = route.parent().unwrap_or_else(Route::root);
        match document.replace(&spec.clone().key("type"), &value) {
            Ok(()) => Ok(()),
            Err(_) => document.insert_key(&spec, "type", &value, Place::Before("url")),
        }
    })?;
    Some(Fix { title: "set `type: oci`".to_owned(), safety: Safety::Safe, changes })
}

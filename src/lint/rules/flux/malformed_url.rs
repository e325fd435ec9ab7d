//! `flux/malformed-url`: the URL of a source is none.

use crate::{
    diagnostic::Severity,
    flux::group,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/malformed-url",
    severity: Severity::Error,
    pedantic: false,
    summary: "the URL of a source is none",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A URL with a blank in it, or two URLs in one line, gets past the API server and fails at the first fetch.

## Bad

```yaml apps/charts.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org https://example.org/charts
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
  url: https://charts.example.org
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if object.id.group != group::SOURCE {
        return;
    }
    let Some(url) = object.value.pointer(&["spec", "url"]) else { return };
    let Some(text) = url.as_str().filter(|text| !text.contains("${") && !text.contains("<<")) else { return };
    let fault = if text.matches("://").count() > 1 {
        "holds two URLs"
    } else if text.contains(char::is_whitespace) {
        "holds a blank"
    } else if text.split_once("://").is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('/')) {
        "names no host"
    } else {
        return;
    };
    let Some(label) = project.label(url, "") else { return };
    report.at(label, format!("the URL of {} {fault}", object.id)).help("write one URL: scheme, host and path");
}

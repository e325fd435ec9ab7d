//! `argo/unused-reference`: a source that is there for its files only, and no file of it is used.

use super::{application_spec, is_patched, items, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::{Content, Value},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/unused-reference",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a source with `ref` is never referred to",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A source with `ref` and neither `path` nor `chart` brings nothing but files for others, which name them as `$ref/…`. If none does, the values that were meant are not read.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  sources:
    - repoURL: https://charts.example.org
      chart: hub
      targetRevision: 1.2.0
    - repoURL: https://example.org/fleet.git
      targetRevision: main
      ref: values
```

## Good

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  sources:
    - repoURL: https://charts.example.org
      chart: hub
      targetRevision: 1.2.0
      helm:
        valueFiles:
          - $values/hub.yaml
    - repoURL: https://example.org/fleet.git
      targetRevision: main
      ref: values
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object).filter(|_| !is_patched(object)) else { return };
    let all = items(spec, &["sources"]);
    for source in all {
        let (Some(name), Some(reference)) = (text(source, &["ref"]), source.get("ref")) else { continue };
        if text(source, &["path"]).or_else(|| text(source, &["chart"])).is_some() {
            continue;
        }
        if all.iter().any(|other| mentions(other, &format!("${name}"))) {
            continue;
        }
        let Some(label) = project.label(reference, "never used") else { continue };
        let finding = report.at(label, format!("nothing refers to the source `{name}`"));
        finding.help(format!("name its files as `${name}/…` in `valueFiles`, or remove the source"));
    }
}

/// Whether a text anywhere in a value holds this one, or is filled in by a template.
fn mentions(value: &Value, wanted: &str) -> bool {
    match &value.content {
        Content::Scalar(scalar) => scalar.text.contains(wanted),
        Content::Sequence(items) => items.iter().any(|item| mentions(item, wanted)),
        Content::Mapping(mapping) => mapping.values().any(|value| mentions(value, wanted)),
    }
}

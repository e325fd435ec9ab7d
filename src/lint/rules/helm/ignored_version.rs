//! `helm/ignored-version`: `version` beside a GitRepository or Bucket.

use crate::{
    diagnostic::{Fix, Safety, Severity},
    flux::helm_release::is_helm_release,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "helm/ignored-version",
    severity: Severity::Warning,
    pedantic: true,
    summary: "the version of a chart from Git is never read",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A chart from a GitRepository or a Bucket is what lies in the folder: source-controller does not look at `version`. What decides is the branch, tag or commit of the source.

## Bad

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://git.example.org/charts
  ref:
    tag: v1.0.0
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: ./hub
      version: 1.0.0
      sourceRef:
        kind: GitRepository
        name: charts
```

## Good

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://git.example.org/charts
  ref:
    tag: v1.0.0
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: ./hub
      sourceRef:
        kind: GitRepository
        name: charts
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !is_helm_release(&object.id) {
        return;
    }
    let Some(template) = object.value.pointer(&["spec", "chart", "spec"]) else { return };
    let kind = template.pointer(&["sourceRef", "kind"]).and_then(Value::as_str).unwrap_or_default();
    let Some(version) = template.get("version").filter(|_| matches!(kind, "GitRepository" | "Bucket")) else { return };
    let Some(label) = project.label(version, "never read") else { return };
    let fix = Fix::safe("remove `version`", project.without(version.origin));
    let finding = report.at(label, format!("`version` is ignored, because the chart comes from a {kind}"));
    finding.help("remove it; pin the source instead").fix(fix);
}

//! `argo/chart-without-version`: `targetRevision` is missing beside `chart`.

use super::{application_spec, is_patched, sources, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/chart-without-version",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Application does not say which version of a chart it wants",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD refuses an Application with a chart from a chart repository or registry that has no `targetRevision`.

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
  source:
    repoURL: https://charts.example.org
    chart: hub
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
  source:
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object).filter(|_| !is_patched(object)) else { return };
    for source in sources(spec) {
        let (Some(name), Some(chart)) = (text(source, &["chart"]), source.get("chart")) else { continue };
        if text(source, &["targetRevision"]).is_some() {
            continue;
        }
        let Some(label) = project.label(chart, "which version?") else { continue };
        let finding = report.at(label, format!("the chart `{name}` has no `targetRevision`"));
        finding.help("add `targetRevision` with the version of the chart");
    }
}

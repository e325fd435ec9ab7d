//! `argo/unpinned-chart`: a range in the place of the version of a chart.

use super::{application_spec, sources, text};
use crate::{
    diagnostic::Severity,
    helm::Version,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/unpinned-chart",
    severity: Severity::Info,
    pedantic: true,
    summary: "an Application takes a chart in any version",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
With a range, or `*`, a new version of the chart is deployed as soon as it is published, without a commit that one could review or take back.

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
    targetRevision: 1.*
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
    let Some(spec) = application_spec(object) else { return };
    for source in sources(spec) {
        let (Some(name), Some(written)) = (text(source, &["chart"]), text(source, &["targetRevision"])) else {
            continue;
        };
        if Version::parse(written).is_some() || written.contains("{{") {
            continue;
        }
        let revision = source.get("targetRevision");
        let Some(label) = revision.and_then(|revision| project.label(revision, "fits many versions")) else { continue };
        report.at(label, format!("the chart `{name}` is not pinned to one version")).help("write the whole version");
    }
}

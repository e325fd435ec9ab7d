//! `argo/source-and-sources`: `source` beside `sources` is never read.

use super::{application_spec, is_patched, items};
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/source-and-sources",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an Application has both `source` and `sources`",
    docs: DOCS,
    fix: Some(Safety::Safe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Where `spec.sources` has an entry, Argo CD does not look at `spec.source`. Mostly a source was moved into the list and the old one forgotten.

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
    chart: old-hub
    targetRevision: 1.0.0
  sources:
    - repoURL: https://charts.example.org
      chart: hub
      targetRevision: 1.2.0
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
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object).filter(|_| !is_patched(object)) else { return };
    let Some(source) = spec.get("source").filter(|source| !source.is_null()) else { return };
    let Some(first) = items(spec, &["sources"]).first() else { return };
    let Some(label) = project.key_label(source.origin, "never read") else { return };
    let fix = Fix::safe("remove `source`", project.without(source.origin));
    let finding = report.at(label, "`source` is ignored, because there is `sources`");
    finding.and(project.label(first, "this counts")).help("remove `source`, or move it into the list").fix(fix);
}

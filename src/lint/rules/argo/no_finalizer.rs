//! `argo/no-finalizer`: an Application without a finalizer.

use super::items;
use crate::{
    argo::GROUP,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/no-finalizer",
    severity: Severity::Info,
    pedantic: true,
    summary: "an Application leaves its objects behind when it is deleted",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
When an Application without Argo CD's finalizer is deleted, for example because its file is removed, everything that it deployed stays in the cluster and nobody owns it any more.

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
    targetRevision: 1.2.0
```

## Good

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
  finalizers:
    - resources-finalizer.argocd.argoproj.io
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
    if !object.id.is(GROUP, "Application") || !items(&object.value, &["metadata", "finalizers"]).is_empty() {
        return;
    }
    let Some(label) = project.object_label(&object.value, "has no finalizer") else { return };
    let finding = report.at(label, "deleting this Application leaves its objects behind");
    finding.help("add the finalizer `resources-finalizer.argocd.argoproj.io`, unless that is meant");
}

//! `argo/namespace-to-create`: `CreateNamespace=true` without a namespace.

use super::{application_spec, is_patched, items, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/namespace-to-create",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an Application is to create a namespace but names none",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
`CreateNamespace=true` makes the namespace that `destination.namespace` names. Without a name nothing is made.

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
  source:
    repoURL: https://charts.example.org
    chart: hub
    targetRevision: 1.2.0
  syncPolicy:
    syncOptions:
      - CreateNamespace=true
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
  syncPolicy:
    syncOptions:
      - CreateNamespace=true
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object).filter(|_| !is_patched(object)) else { return };
    if text(spec, &["destination", "namespace"]).is_some() {
        return;
    }
    let options = items(spec, &["syncPolicy", "syncOptions"]);
    let Some(option) = options.iter().find(|option| text(option, &[]) == Some("CreateNamespace=true")) else { return };
    let Some(label) = project.label(option, "makes nothing") else { return };
    let finding = report.at(label, "`CreateNamespace=true` makes nothing: the destination has no namespace");
    finding.help("add `destination.namespace`, or remove the option");
}

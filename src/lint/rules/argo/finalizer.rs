//! `argo/finalizer`: a misspelt finalizer, which nobody ever removes.

use super::{application_spec, items, set_spec, text};
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/finalizer",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a finalizer of an Application is not one of Argo CD",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD acts on finalizers that it knows and removes them when it is done. One with another spelling is never removed: the Application cannot be deleted, and its objects stay.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
  finalizers:
    - resource-finalizer.argocd.argoproj.io
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

const FINALIZERS: &[&str] = &[
    "foreground-finalizer.argocd.argoproj.io",
    "post-delete-finalizer.argocd.argoproj.io",
    "post-delete-finalizer.argocd.argoproj.io/cleanup",
    "pre-delete-finalizer.argocd.argoproj.io",
    "pre-delete-finalizer.argocd.argoproj.io/cleanup",
    "resources-finalizer.argocd.argoproj.io",
    "resources-finalizer.argocd.argoproj.io/background",
    "resources-finalizer.argocd.argoproj.io/foreground",
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let holder = match set_spec(object) {
        Some(spec) => spec.get("template"),
        None => application_spec(object).map(|_| &*object.value),
    };
    for finalizer in holder.map(|holder| items(holder, &["metadata", "finalizers"])).unwrap_or_default() {
        let name = text(finalizer, &[]).unwrap_or_default();
        if !name.contains("argocd.argoproj.io") || name.contains("{{") || FINALIZERS.contains(&name) {
            continue;
        }
        let Some(label) = project.label(finalizer, "never removed") else { continue };
        let near = nearest(name, FINALIZERS.iter().copied()).unwrap_or("resources-finalizer.argocd.argoproj.io");
        let changes = project.with_value(finalizer.origin, &Value::string(near));
        let finding = report.at(label, format!("Argo CD knows no finalizer `{name}`"));
        finding.help(format!("did you mean `{near}`?")).fix(Fix::likely(format!("write `{near}`"), changes));
    }
}

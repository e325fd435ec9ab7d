//! `argo/inert-wave`: waves on Applications without a health check for them.

use super::annotations;
use crate::{
    argo::GROUP,
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/inert-wave",
    severity: Severity::Info,
    pedantic: true,
    summary: "the wave of an Application waits for nothing",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD knows no health of Applications by itself: where one Application applies others, the next wave starts as soon as they exist, not when they are healthy. A health check for `argoproj.io/Application` in the ConfigMap `argocd-cm` changes that.

## Bad

```yaml argocd/hub.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: hub
  namespace: argocd
  annotations:
    argocd.argoproj.io/sync-wave: \"2\"
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
  annotations:
    argocd.argoproj.io/sync-wave: \"2\"
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

```yaml argocd/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
data:
  resource.customizations.health.argoproj.io_Application: |
    return obj.status.health
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is(GROUP, "Application") {
        return;
    }
    let Some((_, wave)) = annotations(object).find(|(key, _)| key.ends_with("/sync-wave")) else { return };
    let tells = |other: &Object| {
        let data = other.value.get("data").and_then(Value::as_mapping);
        other.id.is("", "ConfigMap")
            && data.is_some_and(|data| {
                data.iter().any(|(key, value)| {
                    let in_value =
                        || value.as_scalar().is_some_and(|scalar| scalar.text.contains("argoproj.io/Application"));
                    key.starts_with("resource.customizations")
                        && (key.contains("argoproj.io_Application") || in_value())
                })
            })
    };
    if project.objects().iter().any(tells) {
        return;
    }
    let Some(label) = project.label(wave, "no health check for Applications") else { return };
    let finding = report.at(label, "later waves do not wait until this Application is healthy");
    finding.help("add `resource.customizations.health.argoproj.io_Application` to the ConfigMap `argocd-cm`");
}

//! `argo/sync-option`: Argo CD passes over options that it does not know.

use super::{application_spec, items, text};
use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
    text::nearest,
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/sync-option",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a sync option is misspelt, or has no value",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
Sync options are texts such as `CreateNamespace=true`. Argo CD compares them as a whole and passes over those that it does not know, so a misspelt option, or one without `=true`, does nothing.

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
  syncPolicy:
    syncOptions:
      - CreateNamespaces=true
      - ServerSideApply
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
      - ServerSideApply=true
```
";

/// The options of Applications, and of single objects.
const OPTIONS: &[&str] = &[
    "ApplyOutOfSyncOnly",
    "ClientSideApplyMigration",
    "CreateNamespace",
    "Delete",
    "FailOnSharedResource",
    "Force",
    "Prune",
    "PruneLast",
    "PrunePropagationPolicy",
    "Replace",
    "RespectIgnoreDifferences",
    "ServerSideApply",
    "SkipDryRunOnMissingResource",
    "Validate",
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object) else { return };
    for option in items(spec, &["syncPolicy", "syncOptions"]) {
        let Some(written) = text(option, &[]).filter(|written| !written.contains("{{")) else { continue };
        let (name, value) = written.split_once('=').map_or((written, None), |(name, value)| (name, Some(value)));
        let known = OPTIONS.contains(&name);
        let near = if known { Some(name) } else { nearest(name, OPTIONS.iter().copied()) };
        let (Some(near), false) = (near, known && value.is_some()) else { continue };
        let Some(label) = project.label(option, "does nothing") else { continue };
        let wanted = format!("{near}={}", value.unwrap_or("true"));
        let message = if known {
            format!("the sync option `{name}` has no value")
        } else {
            format!("Argo CD knows no sync option `{name}`")
        };
        let changes = project.with_value(option.origin, &Value::string(wanted.clone()));
        report
            .at(label, message)
            .help(format!("did you mean `{wanted}`?"))
            .fix(Fix::likely(format!("write `{wanted}`"), changes));
    }
}

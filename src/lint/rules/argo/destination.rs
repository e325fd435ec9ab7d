//! `argo/destination`: `destination` names no cluster, or names it by `server` and `name`.

use super::{application_spec, is_patched, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/destination",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Application does not say which cluster it deploys to, or says it twice",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Argo CD refuses an Application whose destination has neither `server` nor `name`, and one that has both.

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
    name: in-cluster
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
    let Some(destination) = spec.get("destination") else { return };
    match (text(destination, &["server"]), text(destination, &["name"])) {
        (Some(_), Some(_)) => {
            let label = |field: &str, message: &str| project.label(destination.get(field)?, message);
            let Some(place) = label("name", "the cluster once more") else { return };
            let finding = report.at(place, "the destination has both a `server` and a `name`");
            finding.and(label("server", "the cluster")).help("keep one of them");
        }
        (None, None) => {
            let Some(place) = project.key_label(destination.origin, "no cluster") else { return };
            let finding = report.at(place, "the destination names no cluster");
            finding.help("add `server: https://kubernetes.default.svc` for the cluster that Argo CD runs in");
        }
        _ => {}
    }
}

//! `argo/floating-revision`: a source without a branch or tag.

use super::{application_spec, is_patched, sources, text};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/floating-revision",
    severity: Severity::Info,
    pedantic: true,
    summary: "an Application follows `HEAD`",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Without `targetRevision`, or with `HEAD`, Argo CD follows whatever the default branch of the repository is. Whoever renames it, or pushes to it, changes what is deployed.

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
    repoURL: https://example.org/fleet.git
    targetRevision: HEAD
    path: apps/hub
```

```yaml apps/hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
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
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/hub
```

```yaml apps/hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = application_spec(object).filter(|_| !is_patched(object)) else { return };
    for source in sources(spec).into_iter().filter(|source| text(source, &["chart"]).is_none()) {
        let revision = source.get("targetRevision");
        if text(source, &["targetRevision"]).is_some_and(|revision| revision != "HEAD") {
            continue;
        }
        let place = revision.or_else(|| source.get("repoURL")).unwrap_or(source);
        let Some(label) = project.label(place, "the default branch") else { continue };
        report.at(label, "the source follows `HEAD`").help("name a branch, a tag or a commit in `targetRevision`");
    }
}

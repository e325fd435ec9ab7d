//! `argo/invalid-reference`: `$name` in a path means no source, or one that has no files.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/invalid-reference",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Application refers to a source that does not exist",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
A values file behind `$name/` lies in the source with `ref: name`. The reference works only at the start of a path, only among `spec.sources`, and not into a source that is a chart.

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
  sources:
    - repoURL: https://charts.example.org
      chart: hub
      targetRevision: 1.2.0
      helm:
        valueFiles:
          - $values/hub/values.yaml
    - repoURL: https://charts.example.org
      chart: other
      targetRevision: 1.0.0
      ref: values
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
      helm:
        valueFiles:
          - $config/hub/values.yaml
    - repoURL: https://example.org/fleet.git
      targetRevision: main
      ref: config
```
";

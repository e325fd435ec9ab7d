//! `argo/invalid-values`: `values` or a values file holds no mapping.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/invalid-values",
    severity: Severity::Error,
    pedantic: false,
    summary: "the Helm values of an Application cannot be read",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
`helm.values` is a text, and the text must be a YAML mapping; the same holds for values files. Argo CD hands the text to Helm, and Helm refuses it.

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
    helm:
      values: |
        - replicas
        - 3
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
    helm:
      values: |
        replicas: 3
```
";

//! `argo/invalid-parameter`: a parameter is not what `--set` takes.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/invalid-parameter",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Helm parameter of an Application cannot be set",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
`helm.parameters` are Helm's `--set`: a path of keys with dots and indexes. A path that cannot be read, or one that leads through a value that holds no keys, ends in an error.

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
      parameters:
        - name: hosts[first]
          value: example.org
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
      parameters:
        - name: hosts[0]
          value: example.org
```
";

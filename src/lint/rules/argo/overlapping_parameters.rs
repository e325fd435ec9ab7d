//! `argo/overlapping-parameters`: of two parameters only one counts, and which is not certain.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/overlapping-parameters",
    severity: Severity::Warning,
    pedantic: false,
    summary: "two Helm parameters of an Application overlap",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
One parameter sets a value that another sets as well, or sets a part of. Argo CD does not keep their order, so the outcome may change from one sync to the next.

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
        - name: hub.replicas
          value: \"3\"
        - name: hub
          value: none
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
        - name: hub.replicas
          value: \"3\"
        - name: proxy.replicas
          value: \"2\"
```
";

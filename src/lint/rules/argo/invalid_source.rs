//! `argo/invalid-source`: a source says nothing, or contradicts itself.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/invalid-source",
    severity: Severity::Error,
    pedantic: false,
    summary: "Argo CD cannot use a source of an Application",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
A source needs a `path`, a `chart` or a `ref`, and takes the options of one tool: `helm`, `kustomize`, `directory` or `plugin`. With two of them Argo CD refuses the Application.

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
    targetRevision: main
    path: apps/hub
    helm:
      releaseName: hub
    kustomize:
      namePrefix: a-
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

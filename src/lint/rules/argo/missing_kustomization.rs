//! `argo/missing-kustomization`: options of kustomize for a directory without a kustomization.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/missing-kustomization",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Application has options for kustomize where there is no kustomization",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
With `source.kustomize` Argo CD edits the kustomization in the directory and builds it. Without a kustomization file there it fails.

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

```yaml apps/hub/kustomization.yaml
resources:
  - settings.yaml
```
";

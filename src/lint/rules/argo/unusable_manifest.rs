//! `argo/unusable-manifest`: a file in a directory of manifests is not an object.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/unusable-manifest",
    severity: Severity::Error,
    pedantic: false,
    summary: "a file that an Application applies is no manifest",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
Argo CD reads every YAML and JSON file of a plain directory as objects. A file that starts as a manifest must be one to its end; an object without `kind` stops the whole Application.

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
```

```yaml apps/hub/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
---
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

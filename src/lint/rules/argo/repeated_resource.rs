//! `argo/repeated-resource`: one object stands among those of an Application twice.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/repeated-resource",
    severity: Severity::Warning,
    pedantic: false,
    summary: "an Application brings an object twice",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
Of several objects with one identity Argo CD applies the last and marks the Application with a warning. What the others say is lost.

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

```yaml apps/hub/a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/hub/b.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: green
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

```yaml apps/hub/a.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/hub/b.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
  namespace: default
data:
  colour: blue
```
";

//! `argo/missing-path`: the directory of a source is not there.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/missing-path",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Application applies a directory that does not exist",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
Argo CD cannot compare an Application whose directory is not in the repository; nothing of it is applied or kept up to date. The rule knows the addresses of the repository itself, from Git or from the Applications whose directories are there.

## Bad

```yaml argocd/apps.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: a
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/a
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: b
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/b
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: c
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/c
```

```yaml apps/a/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/b/other.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
  namespace: default
data:
  colour: blue
```

## Good

```yaml argocd/apps.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: a
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/a
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: b
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: apps/b
```

```yaml apps/a/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/b/other.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
  namespace: default
data:
  colour: blue
```
";

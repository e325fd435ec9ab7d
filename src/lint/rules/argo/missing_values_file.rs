//! `argo/missing-values-file`: a file in `valueFiles` or `fileParameters` is not there.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/missing-values-file",
    severity: Severity::Error,
    pedantic: false,
    summary: "an Application names a values file that does not exist",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
Helm stops at a values file that does not exist. A path counts from the directory of the source, one with a leading slash from the root of the repository, and one behind `$name` from the root of the source with that `ref`. Files that may be missing are allowed with `ignoreMissingValueFiles`.

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
    path: charts/hub
    helm:
      valueFiles:
        - production.yaml
```

```yaml charts/hub/Chart.yaml
apiVersion: v2
name: hub
version: 1.0.0
```

```yaml charts/hub/values.yaml
replicas: 1
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
    path: charts/hub
    helm:
      valueFiles:
        - production.yaml
```

```yaml charts/hub/Chart.yaml
apiVersion: v2
name: hub
version: 1.0.0
```

```yaml charts/hub/values.yaml
replicas: 1
```

```yaml charts/hub/production.yaml
replicas: 3
```
";

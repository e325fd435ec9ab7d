//! `argo/helm-not-enabled`: a chart in a kustomization that Argo CD builds without Helm.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/helm-not-enabled",
    severity: Severity::Error,
    pedantic: false,
    summary: "a kustomization has a chart, and Argo CD builds it without Helm",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
kustomize takes `helmCharts` in only when it is told to. Argo CD tells it with `kustomize.buildOptions` in `argocd-cm`; where these are known and have no `--enable-helm`, the Application fails.

## Bad

```yaml argocd/root.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: root
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: argocd
```

```yaml argocd/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
data:
  kustomize.buildOptions: --load-restrictor LoadRestrictionsNone
```

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
    path: hub
```

```yaml hub/kustomization.yaml
helmCharts:
  - name: hub
    repo: https://charts.example.org
    version: 1.2.0
    releaseName: hub
```

## Good

```yaml argocd/root.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: root
  namespace: argocd
spec:
  project: default
  destination:
    server: https://kubernetes.default.svc
    namespace: default
  source:
    repoURL: https://example.org/fleet.git
    targetRevision: main
    path: argocd
```

```yaml argocd/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
data:
  kustomize.buildOptions: --enable-helm
```

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
    path: hub
```

```yaml hub/kustomization.yaml
helmCharts:
  - name: hub
    repo: https://charts.example.org
    version: 1.2.0
    releaseName: hub
```
";

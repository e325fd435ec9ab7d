//! `flux/plugins-off`: a build that the controller cannot do.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/plugins-off",
    severity: Severity::Error,
    pedantic: false,
    summary: "a kustomization needs Helm or a plugin, which the controller does not run",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
kustomize-controller builds without Helm and without plugins: `helmCharts` in a kustomization, and generators or transformers that are programs, end the build, whatever `kustomize build
--enable-helm` says at home. Nothing of the directory is applied.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/kustomization.yaml
helmCharts:
  - name: hub
    repo: https://charts.example.org
    version: 1.0.0
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/kustomization.yaml
resources:
  - hub.yaml
```

```yaml apps/hub.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: charts
  namespace: default
spec:
  interval: 1h
  url: https://charts.example.org
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: hub
  namespace: default
spec:
  interval: 10m
  chart:
    spec:
      chart: hub
      version: 1.0.0
      sourceRef:
        kind: HelmRepository
        name: charts
```
";

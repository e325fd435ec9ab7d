//! `repo/too-many-units`: units that follow from each other without an end.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "repo/too-many-units",
    severity: Severity::Error,
    pedantic: false,
    summary: "units follow from each other without an end",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
A Flux Kustomization, an Application or an ApplicationSet that makes another one of its own, with a new name each time, never comes to an end: the cluster fills up with them. Nothing of what is beyond the fiftieth is looked at.

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
  postBuild:
    substitute:
      next: a
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/next.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: app-${next}
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  postBuild:
    substitute:
      next: ${next}a
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml settings/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
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
  postBuild:
    substitute:
      next: a
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/next.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: settings
  namespace: flux-system
spec:
  interval: 10m
  path: ./settings
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml settings/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

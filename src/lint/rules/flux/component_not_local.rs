//! `flux/component-not-local`: a Flux Kustomization adds a component that is no relative path.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/component-not-local",
    severity: Severity::Error,
    pedantic: false,
    summary: "a Flux Kustomization adds a component that is no relative path",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
Entries of `spec.components` are paths within the source, relative to `spec.path`. The controller refuses absolute paths and URLs.

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
  components:
    - https://example.org/components/colours
```

```yaml apps/settings.yaml
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
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

//! `flux/build-fails`: what only the controller minds in objects that Flux applies.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/build-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "the controller cannot make objects of what a Flux Kustomization applies",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
What kustomize itself refuses has rules of its own; this is what only the controller minds: an object without a name, for instance, which kustomize would build.

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
resources:
  - settings.yaml
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  generateName: settings-
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

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
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

//! `flux/resource-set-fails`: the Flux operator cannot make objects of a ResourceSet.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/resource-set-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "the Flux operator cannot make objects of a ResourceSet",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
A ResourceSet puts its inputs into its resources with `<< inputs.name >>`. An input that is not there, or a text that is no template, and the operator makes nothing.

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

```yaml apps/settings.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata:
  name: colours
  namespace: default
spec:
  inputs:
    - colour: blue
  resources:
    - apiVersion: v1
      kind: ConfigMap
      metadata:
        name: << inputs.color >>
        namespace: default
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
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata:
  name: colours
  namespace: default
spec:
  inputs:
    - colour: blue
  resources:
    - apiVersion: v1
      kind: ConfigMap
      metadata:
        name: << inputs.colour >>
        namespace: default
```
";

//! `flux/substitute-from-missing`: variables are to come from an object that nobody makes.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/substitute-from-missing",
    severity: Severity::Error,
    pedantic: false,
    summary: "variables are to come from an object that nobody makes",
    docs: DOCS,
    fix: None,
    check: Check::Cluster("flux/substitute-from-missing"),
};

const DOCS: &str = "\
The controller applies nothing as long as a ConfigMap or Secret of `substituteFrom` is missing in the namespace of the Kustomization, unless the entry says `optional: true`. Objects that are made by hand can be
declared as `external` in `treewright.toml`.

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
  postBuild:
    substituteFrom:
      - kind: ConfigMap
        name: cluster-settings
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: ${COLOUR:=red}
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
  postBuild:
    substituteFrom:
      - kind: ConfigMap
        name: cluster-settings
        optional: true
```

```yaml apps/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: ${COLOUR:=red}
```
";

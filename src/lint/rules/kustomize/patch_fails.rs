//! `kustomize/patch-fails`: a patch cannot be applied.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/patch-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "a patch cannot be applied",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::PatchFails),
};

const DOCS: &str = "\
A JSON patch that removes what is not there, a patch that is neither an object nor a list of operations, or one that fits several objects ends the build. It happens when the
base changes below a patch that was right once.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patches:
  - target:
      kind: ConfigMap
      name: settings
    patch: |-
      - op: remove
        path: /data/size
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

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patches:
  - target:
      kind: ConfigMap
      name: settings
    patch: |-
      - op: remove
        path: /data/colour
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

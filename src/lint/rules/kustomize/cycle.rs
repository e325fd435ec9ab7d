//! `kustomize/cycle`: kustomizations include each other in a circle.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/cycle",
    severity: Severity::Error,
    pedantic: false,
    summary: "kustomizations include each other in a circle",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::Cycle),
};

const DOCS: &str = "\
A kustomization that includes a directory which leads back to it can never be built. The usual cause is a base inside of its overlay that names `..`.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - base
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

```yaml apps/base/kustomization.yaml
resources:
  - ..
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - base
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

```yaml apps/base/kustomization.yaml
resources:
  - limits.yaml
```

```yaml apps/base/limits.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  size: \"3\"
```
";

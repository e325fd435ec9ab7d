//! `kustomize/patch-without-target`: a patch names an object that the build does not have.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/patch-without-target",
    severity: Severity::Error,
    pedantic: false,
    summary: "a patch names an object that the build does not have",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::PatchWithoutTarget),
};

const DOCS: &str = "\
A strategic merge patch without `target` is merged into the object with its own apiVersion, kind, name and namespace. Where there is none the build ends. Names count as they are written
in the base, before a prefix and a hash are added.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patches:
  - path: patch.yaml
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

```yaml apps/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: setings
  namespace: default
data:
  colour: red
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
patches:
  - path: patch.yaml
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

```yaml apps/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: red
```
";

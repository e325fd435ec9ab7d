//! `kustomize/replacement-fails`: a replacement has no source or no target field.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/replacement-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "a replacement has no source or no target field",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::ReplacementFails),
};

const DOCS: &str = "\
A replacement copies a field of exactly one object into fields of others. The source must be there, and so must the fields, unless the options say `create: true`; otherwise the build ends.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
replacements:
  - source:
      kind: ConfigMap
      name: colours
      fieldPath: data.colour
    targets:
      - select:
          kind: ConfigMap
          name: settings
        fieldPaths:
          - data.colour
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
  - limits.yaml
replacements:
  - source:
      kind: ConfigMap
      name: limits
      fieldPath: data.size
    targets:
      - select:
          kind: ConfigMap
          name: settings
        fieldPaths:
          - data.colour
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

```yaml apps/limits.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  size: \"3\"
```
";

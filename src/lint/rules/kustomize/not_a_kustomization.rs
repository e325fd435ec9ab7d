//! `kustomize/not-a-kustomization`: a directory has several kustomization files.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/not-a-kustomization",
    severity: Severity::Error,
    pedantic: false,
    summary: "a directory has several kustomization files",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::NotAKustomization),
};

const DOCS: &str = "\
kustomize reads the kustomization of a directory from one file: `kustomization.yaml`, `kustomization.yml` or `Kustomization`. Where two of them lie side by side it refuses the build.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
```

```yaml apps/kustomization.yml
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

## Good

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

//! `kustomize/outside-root`: a kustomization names a path outside of the repository.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/outside-root",
    severity: Severity::Error,
    pedantic: false,
    summary: "a kustomization names a path outside of the repository",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::OutsideRoot),
};

const DOCS: &str = "\
A path with too many `..`, an absolute path or a symbolic link that leads out of the repository is nowhere when Flux or Argo CD builds: they have the repository and nothing else.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - ../../shared/limits.yaml
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

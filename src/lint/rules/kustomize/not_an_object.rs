//! `kustomize/not-an-object`: a resource is no Kubernetes object.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/not-an-object",
    severity: Severity::Error,
    pedantic: false,
    summary: "a resource is no Kubernetes object",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::NotAnObject),
};

const DOCS: &str = "\
What a kustomization lists under `resources` must be objects with `kind` and a name. Values for a chart, a configuration of a program or an unfinished manifest end the build. A file that
is to become data of a ConfigMap is listed under `configMapGenerator`.

## Bad

```yaml apps/kustomization.yaml
resources:
  - colours.yaml
```

```yaml apps/colours.yaml
colour: blue
```

## Good

```yaml apps/kustomization.yaml
namespace: default
configMapGenerator:
  - name: colours
    files:
      - colours.yaml
```

```yaml apps/colours.yaml
colour: blue
```
";

//! `kustomize/invalid-kustomization`: a kustomization says what kustomize does not understand.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/invalid-kustomization",
    severity: Severity::Error,
    pedantic: false,
    summary: "a kustomization says what kustomize does not understand",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::InvalidKustomization),
};

const DOCS: &str = "\
kustomize refuses a kustomization with a field that it does not know, a value of the wrong type or a combination that makes no sense, and builds nothing. Numbers and booleans in
places for text need quotes: `newTag: \"1.10\"`.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
prefix: live-
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
namePrefix: live-
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

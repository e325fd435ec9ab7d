//! `kustomize/unprintable`: a rendered object holds a value that cannot be printed.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/unprintable",
    severity: Severity::Error,
    pedantic: false,
    summary: "a rendered object holds a value that cannot be printed",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::Unprintable),
};

const DOCS: &str = "\
Infinity, not-a-number and a few characters have no form in JSON, through which every manifest goes on its way to the cluster. kustomize ends the build; `kubectl apply` refuses the file.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
```

```yaml apps/settings.yaml
apiVersion: example.org/v1
kind: Limit
metadata:
  name: settings
  namespace: default
spec:
  most: .inf
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
```

```yaml apps/settings.yaml
apiVersion: example.org/v1
kind: Limit
metadata:
  name: settings
  namespace: default
spec:
  most: \".inf\"
```
";

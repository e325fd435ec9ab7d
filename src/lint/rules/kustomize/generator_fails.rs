//! `kustomize/generator-fails`: a generator has bad input, or meets an object that it cannot.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/generator-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "a generator has bad input, or meets an object that it cannot",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::GeneratorFails),
};

const DOCS: &str = "\
`configMapGenerator` and `secretGenerator` want a name, literals of the form `key=value`, and no key twice. With `behavior: merge` or `replace` there must be one object of this name, without
there must be none.

## Bad

```yaml apps/kustomization.yaml
namespace: default
configMapGenerator:
  - name: settings
    literals:
      - colour
```

## Good

```yaml apps/kustomization.yaml
namespace: default
configMapGenerator:
  - name: settings
    literals:
      - colour=blue
```
";

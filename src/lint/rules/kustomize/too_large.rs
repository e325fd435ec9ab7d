//! `kustomize/too-large`: a kustomization multiplies what it includes beyond all measure.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/too-large",
    severity: Severity::Error,
    pedantic: false,
    summary: "a kustomization multiplies what it includes beyond all measure",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::TooLarge),
};

const DOCS: &str = "\
A few small kustomizations that each include the next one several times make millions of objects. Nobody means that: the build is given up, here as in any controller that wants to live.

## Bad

```yaml apps/one/kustomization.yaml
resources:
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
  - ../two
```

```yaml apps/two/kustomization.yaml
resources:
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
  - ../three
```

```yaml apps/three/kustomization.yaml
resources:
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
  - ../four
```

```yaml apps/four/kustomization.yaml
namespace: default
resources:
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
  - ../five
```

```yaml apps/five/kustomization.yaml
namespace: default
resources: []
```

## Good

```yaml apps/one/kustomization.yaml
resources:
  - ../two
```

```yaml apps/two/kustomization.yaml
resources:
  - settings.yaml
```

```yaml apps/two/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```
";

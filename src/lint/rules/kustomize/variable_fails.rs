//! `kustomize/variable-fails`: a variable has no value.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/variable-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "a variable has no value",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::VariableFails),
};

const DOCS: &str = "\
An entry of `vars` takes its value from a field of one object. If there is no such object or field, or if two bases declare the same variable, the build ends. `replacements` took the place of
`vars`; `kustomize edit fix --vars` rewrites them.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
vars:
  - name: COLOUR
    objref:
      apiVersion: v1
      kind: ConfigMap
      name: colours
    fieldref:
      fieldPath: data.colour
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
vars:
  - name: COLOUR
    objref:
      apiVersion: v1
      kind: ConfigMap
      name: settings
    fieldref:
      fieldPath: data.colour
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

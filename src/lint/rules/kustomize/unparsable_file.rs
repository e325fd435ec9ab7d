//! `kustomize/unparsable-file`: a file is YAML that kustomize refuses.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/unparsable-file",
    severity: Severity::Error,
    pedantic: false,
    summary: "a file is YAML that kustomize refuses",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::UnparsableFile),
};

const DOCS: &str = "\
Not all YAML is welcome in manifests: keys must be text, a number as a key is refused and needs quotes; patches written in a kustomization must be YAML themselves; files must be UTF-8
and of a reasonable size when their aliases are expanded. Files that are no YAML at all are reported as `yaml/syntax`.

## Bad

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
  8080: web
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
  \"8080\": web
```
";

//! `kustomize/duplicate-id`: a build has two objects of the same kind, name and namespace.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/duplicate-id",
    severity: Severity::Error,
    pedantic: false,
    summary: "a build has two objects of the same kind, name and namespace",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::DuplicateId),
};

const DOCS: &str = "\
kustomize refuses to build two objects that the cluster could not tell apart. It happens when a file is listed beside a base that has it already, when two bases share a third, or when
`namespace` puts objects together that were in different namespaces.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - more.yaml
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

```yaml apps/more.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  size: \"3\"
```

## Good

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
  - more.yaml
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

```yaml apps/more.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  namespace: default
data:
  size: \"3\"
```
";

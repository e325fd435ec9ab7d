//! `kustomize/ambiguous-reference`: a name could refer to several objects of a build.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/ambiguous-reference",
    severity: Severity::Error,
    pedantic: false,
    summary: "a name could refer to several objects of a build",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::AmbiguousReference),
};

const DOCS: &str = "\
Where prefixes, suffixes and hashes change names, kustomize changes the references as well. A reference to a name that several objects had before cannot be followed, and the build ends.

## Bad

```yaml apps/kustomization.yaml
namePrefix: live-
resources:
  - one
  - two
  - web.yaml
```

```yaml apps/one/kustomization.yaml
namePrefix: one-
resources:
  - settings.yaml
```

```yaml apps/one/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/two/kustomization.yaml
namePrefix: two-
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

```yaml apps/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
spec:
  containers:
    - name: web
      image: nginx:1.27.0
      envFrom:
        - configMapRef:
            name: settings
```

## Good

```yaml apps/kustomization.yaml
namePrefix: live-
resources:
  - one
  - web.yaml
```

```yaml apps/one/kustomization.yaml
namePrefix: one-
resources:
  - settings.yaml
```

```yaml apps/one/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: default
data:
  colour: blue
```

```yaml apps/web.yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
spec:
  containers:
    - name: web
      image: nginx:1.27.0
      envFrom:
        - configMapRef:
            name: settings
```
";

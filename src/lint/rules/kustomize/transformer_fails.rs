//! `kustomize/transformer-fails`: a transformer cannot do its work.

use crate::{
    diagnostic::Severity,
    kustomize::ProblemKind,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "kustomize/transformer-fails",
    severity: Severity::Error,
    pedantic: false,
    summary: "a transformer cannot do its work",
    docs: DOCS,
    fix: None,
    check: Check::Build(ProblemKind::TransformerFails),
};

const DOCS: &str = "\
An entry of `replicas` that fits no object, a label for an object whose labels are a list, an image name that is no pattern: kustomize ends the build at any of them.

## Bad

```yaml apps/kustomization.yaml
resources:
  - settings.yaml
replicas:
  - name: web
    count: 3
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
  - web.yaml
replicas:
  - name: web
    count: 3
```

```yaml apps/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: default
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27.0
```
";

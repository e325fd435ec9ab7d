//! `secret/nobody-makes`: a Secret or ConfigMap is read that nothing in this repository makes.

use super::external_secret::unmade;

use crate::{
    diagnostic::Severity,
    graph::references,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/nobody-makes",
    severity: Severity::Info,
    pedantic: true,
    summary: "a Secret or ConfigMap is read that nothing in this repository makes",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
It may be made by a chart, by an operator or by hand, so this is told only on demand. A list of what must be there before the repository is applied is often worth having.

## Bad

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      envFrom:
        - secretRef:
            name: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: v1
kind: Pod
metadata:
  name: hub
  namespace: default
spec:
  containers:
    - name: hub
      image: registry.example.org/hub:1.0.0
      envFrom:
        - secretRef:
            name: hub
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  dataFrom:
    - extract:
        key: hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for reference in references(&object.id, &object.value) {
        if unmade(project, object, &reference).is_none() {
            continue;
        }
        let Some(label) = project.label_at(reference.origin, format!("{} reads it", object.id)) else { continue };
        report
            .at(label, format!("{} `{}` is not made in this repository", reference.to.kind, reference.to.name))
            .help("if a chart, an operator or a person makes it, silence this finding with a comment that says so");
    }
}

//! `secret/nothing-read`: an ExternalSecret reads nothing.

use super::external_secret::specification;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/nothing-read",
    severity: Severity::Error,
    pedantic: false,
    summary: "an ExternalSecret reads nothing",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
One of `data` and `dataFrom` must have an entry. The webhook of External Secrets refuses the object otherwise; a template alone is not enough.

## Bad

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub
```

## Good

```yaml apps/hub.yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: hub
  namespace: default
spec:
  secretStoreRef:
    kind: ClusterSecretStore
    name: vault
  target:
    name: hub
  dataFrom:
    - extract:
        key: hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    let is_empty = |field: &str| {
        spec.get(field).is_none_or(|value| value.is_null() || value.as_sequence().is_some_and(<[_]>::is_empty))
    };
    if !is_empty("data") || !is_empty("dataFrom") {
        return;
    }
    let Some(label) = project.key_label(spec.origin, "neither `data` nor `dataFrom` has an entry") else { return };
    report.at(label, format!("{} reads nothing", object.id)).help("add an entry to `data` or `dataFrom`");
}

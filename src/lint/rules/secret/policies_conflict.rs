//! `secret/policies-conflict`: an ExternalSecret would delete a Secret that it does not own.

use super::external_secret::specification;

use crate::{
    diagnostic::{Fix, Safety, Severity},
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/policies-conflict",
    severity: Severity::Error,
    pedantic: false,
    summary: "an ExternalSecret would delete a Secret that it does not own",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
`deletionPolicy: Delete` removes the Secret when its entries are gone from the store. That is allowed only where External Secrets owns the Secret: the webhook refuses it together with `creationPolicy: Merge`, `CreateOrMerge` or `None`, and likewise `deletionPolicy: Merge` with `creationPolicy: None`.

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
    creationPolicy: Merge
    deletionPolicy: Delete
  dataFrom:
    - extract:
        key: hub
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
    creationPolicy: Merge
  dataFrom:
    - extract:
        key: hub
```
";

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method alone is not general enough in its lifetimes"
)]
fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(target) = specification(object).and_then(|spec| spec.get("target")) else { return };
    let (Some(creation), Some(deletion)) = (target.get("creationPolicy"), target.get("deletionPolicy")) else { return };
    let message = match (creation.as_str(), deletion.as_str()) {
        (Some(policy @ ("Merge" | "CreateOrMerge" | "None")), Some("Delete")) => {
            format!("`deletionPolicy: Delete` cannot stand beside `creationPolicy: {policy}`")
        }
        (Some("None"), Some("Merge")) => {
            "`deletionPolicy: Merge` cannot stand beside `creationPolicy: None`".to_owned()
        }
        _ => return,
    };
    let Some(label) = project.label(deletion, "") else { return };
    let changes = project.edit(deletion.origin, |document, route| document.remove(route));
    let title = "remove `deletionPolicy`".to_owned();
    report
        .at(label, message)
        .and(project.label(creation, "External Secrets does not own the Secret"))
        .help("remove `deletionPolicy`, so that the Secret is kept, or set `creationPolicy: Owner`")
        .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
}

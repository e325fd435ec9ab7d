//! `secret/merge-into-nothing`: an ExternalSecret adds to a Secret that nothing in the repository makes.

use super::external_secret::{GROUP, is_owner, specification, target};

use crate::{
    diagnostic::Severity,
    graph::DataKind,
    lint::{Check, Report, Rule},
    manifest::{ObjectId, sensitive::is_placeholder},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/merge-into-nothing",
    severity: Severity::Info,
    pedantic: true,
    summary: "an ExternalSecret adds to a Secret that nothing in the repository makes",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
`creationPolicy: Merge` adds keys to a Secret that is there, and fails while it is not. The Secret is often made by a chart or a program, as `argocd-secret` is, so this is told only on demand.

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
    creationPolicy: Owner
  dataFrom:
    - extract:
        key: hub
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(spec) = specification(object) else { return };
    let Some(policy) = spec.pointer(&["target", "creationPolicy"]).filter(|policy| policy.as_str() == Some("Merge"))
    else {
        return;
    };
    let Some((name, _)) = target(object).filter(|(name, _)| !is_placeholder(name)) else { return };
    let made = project.producers().find(DataKind::Secret, &name, object.id.namespace.as_deref());
    let merges = |by: &ObjectId| {
        by.group == GROUP
            && project
                .objects()
                .iter()
                .any(|one| one.id == *by && specification(one).is_some_and(|spec| !is_owner(spec)))
    };
    let is_external = project.is_external("Secret", object.id.namespace.as_deref(), &name);
    if is_external || made.iter().any(|one| !merges(&one.by)) {
        return;
    }
    let Some(label) = project.label(policy, "only adds to what is there") else { return };
    report
        .at(label, format!("{} adds to Secret `{name}`, which nothing in this repository makes", object.id))
        .help("remove `creationPolicy` to have the Secret made, or silence this finding with a comment that says who makes it");
}

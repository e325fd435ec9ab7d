//! `secret/store-foreign-namespace`: a SecretStore names a Secret or account of another namespace.

use super::external_secret::GROUP;

use crate::{
    diagnostic::{Fix, Label, Safety, Severity},
    graph::references,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/store-foreign-namespace",
    severity: Severity::Error,
    pedantic: false,
    summary: "a SecretStore names a Secret or account of another namespace",
    docs: DOCS,
    fix: Some(Safety::Unsafe),
    check: Check::Object(check),
};

const DOCS: &str = "\
A SecretStore works in its own namespace only: with the credentials of another one it is refused and serves nobody. A ClusterSecretStore may name any namespace.

## Bad

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: default
spec:
  provider:
    vault:
      server: https://vault.example.org
      auth:
        tokenSecretRef:
          name: vault-token
          namespace: vault
          key: token
```

## Good

```yaml apps/vault.yaml
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: vault
  namespace: default
spec:
  provider:
    vault:
      server: https://vault.example.org
      auth:
        tokenSecretRef:
          name: vault-token
          key: token
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(own) = object.id.namespace.as_deref().filter(|_| object.id.is(GROUP, "SecretStore")) else { return };
    for reference in references(&object.id, &object.value) {
        let other = reference.to.namespace.as_deref().filter(|other| *other != own && !is_placeholder(other));
        let Some(other) = other.filter(|_| !is_placeholder(own)) else { continue };
        let beside = project.node_of(reference.origin).and_then(|(path, node)| {
            let entry = node.parent()?.entry("namespace")?;
            Some((path, entry))
        });
        let Some((path, entry)) = beside else { continue };
        let label = Label::new(path, entry.value.span(), format!("the store is in namespace `{own}`"));
        let changes = project.edit(reference.origin, |document, _| document.remove(&entry.value.route()));
        let title = "remove `namespace`".to_owned();
        report
            .at(
                label,
                format!(
                    "SecretStore `{}` names {} `{}` of namespace `{other}`",
                    object.id.name, reference.to.kind, reference.to.name
                ),
            )
            .help(format!(
                "remove `namespace` and have the {} in namespace `{own}`, or make it a ClusterSecretStore",
                reference.to.kind
            ))
            .fix(changes.map(|changes| Fix { title, safety: Safety::Unsafe, changes }));
    }
}

//! `secret/vault-role-wide`: a role of Vault is bound to every service account.

use super::external_secret::items;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-role-wide",
    severity: Severity::Warning,
    pedantic: false,
    summary: "a role of Vault is bound to every service account",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
Any Pod can log in with such a role and gets what its policies allow. Vault itself refuses a role that is bound to all accounts of all namespaces.

## Bad

```yaml apps/role.yaml
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata:
  name: hub
  namespace: default
spec:
  path: kubernetes
  policies:
    - hub
  targetServiceAccounts:
    - \"*\"
  targetNamespaces:
    targetNamespaces:
      - default
```

## Good

```yaml apps/role.yaml
apiVersion: redhatcop.redhat.io/v1alpha1
kind: KubernetesAuthEngineRole
metadata:
  name: hub
  namespace: default
spec:
  path: kubernetes
  policies:
    - hub
  targetServiceAccounts:
    - hub
  targetNamespaces:
    targetNamespaces:
      - default
```
";

const ACCOUNTS: [&[&str]; 3] = [
    &["spec", "targetServiceAccounts"],
    &["spec", "boundServiceAccountNames"],
    &["spec", "forProvider", "boundServiceAccountNames"],
];

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.kind.ends_with("Role")
        || !["redhatcop.redhat.io", "vault.upbound.io"].iter().any(|group| object.id.group.ends_with(group))
    {
        return;
    }
    for value in
        ACCOUNTS.into_iter().flat_map(|way| items(&object.value, way)).filter(|value| value.as_str() == Some("*"))
    {
        let Some(label) = project.label(value, "every account") else { continue };
        report
            .at(label, format!("{} `{}` is bound to every service account", object.id.kind, object.id.name))
            .help("name the accounts that log in");
    }
}

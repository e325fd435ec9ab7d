//! `secret/vault-audience-missing`: a role that does not say for whom tokens are made.

use super::vault_role::specification;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-audience-missing",
    severity: Severity::Info,
    pedantic: true,
    summary: "a role of Vault takes tokens that were made for others",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A role with an audience takes only tokens that were made for Vault. Without one, a token that a Pod sends to another service, such as the API server, also logs in to Vault.

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
    - hub
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
  audience: vault
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(role) = specification(object).filter(|role| role.get("audience").is_none()) else { return };
    let Some(label) = project.label_at(role.origin, "no `audience`") else { return };
    report
        .at(label, format!("the role `{}` takes tokens that were made for others", object.id.name))
        .help("set `audience`, and ask for tokens with this audience");
}

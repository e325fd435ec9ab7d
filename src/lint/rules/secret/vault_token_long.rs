//! `secret/vault-token-long`: a token that lives long.

use super::vault_role::specification;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-token-long",
    severity: Severity::Info,
    pedantic: true,
    summary: "a role of Vault gives tokens for more than a day",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
What logs in from a Pod can log in again at any time, so an hour is long enough. A token that is stolen is good for as long as it lives.

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
  tokenTTL: 2592000
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
  tokenTTL: 3600
```
";

/// A day in seconds.
const DAY: f64 = 24.0 * 60.0 * 60.0;

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    let Some(role) = specification(object) else { return };
    for key in ["tokenTTL", "tokenTtl", "tokenMaxTTL", "tokenMaxTtl"] {
        let seconds = role.get(key).and_then(Value::as_scalar).and_then(|scalar| scalar.text.parse::<f64>().ok());
        let Some(value) = role.get(key).filter(|_| seconds.is_some_and(|seconds| seconds > DAY)) else { continue };
        let Some(label) = project.label(value, "in seconds") else { continue };
        report
            .at(label, format!("the role `{}` gives tokens for more than a day", object.id.name))
            .help("an hour is long enough");
    }
}

//! `secret/vault-policy-writes`: a policy of Vault that allows to change secrets.

use super::vault_policy_wide::{allowed, label_in, policies};
use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/vault-policy-writes",
    severity: Severity::Info,
    pedantic: true,
    summary: "a policy of Vault allows to change secrets",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
External Secrets only reads, unless a PushSecret asks for more. Whoever takes over an account with a policy that writes can replace the secrets of others. Looked at are `.hcl` texts in ConfigMaps and the policies of operators for Vault, where
there is no PushSecret.

## Bad

```yaml apps/policy.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: policies
  namespace: default
data:
  hub.hcl: |
    path \"kv/data/hub\" {
      capabilities = [\"create\", \"update\", \"read\"]
    }
```

## Good

```yaml apps/policy.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: policies
  namespace: default
data:
  hub.hcl: |
    path \"kv/data/hub\" {
      capabilities = [\"read\"]
    }
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    for (text, policy) in policies(object) {
        let writes = |capabilities: &str| {
            ["create", "update", "patch", "delete"].into_iter().find(|one| capabilities.contains(&format!("\"{one}\"")))
        };
        let is_secret = |path: &str| !path.starts_with("sys/") && !path.starts_with("auth/");
        let mut secrets = allowed(policy).filter(|(path, _)| is_secret(path));
        let found = secrets.find_map(|(path, capabilities)| Some((path, writes(capabilities)?)));
        let Some((path, capability)) = found else { continue };
        if project.objects_of_kind(object, super::external_secret::GROUP, "PushSecret").next().is_some() {
            return;
        }
        let Some(label) = label_in(project, text, policy, path) else { continue };
        report
            .at(label, format!("this policy allows `{capability}` on `{path}`"))
            .help("allow `read` alone, or give who writes a policy and a role of its own");
    }
}
